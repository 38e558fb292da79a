"""Every test here talks to the running production server."""

from collections.abc import Iterator

import pytest

from tests.support.running import Site, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("data")) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/site/" in str(item.path):
            item.add_marker(pytest.mark.server)
