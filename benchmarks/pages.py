"""Which pages the benchmarks ask for."""

import re

from tests.support.addresses import public_paths


def every_page() -> list[str]:
    return public_paths()


def parts_of(html: str) -> list[str]:
    """What a browser asks for besides the page itself."""
    found = re.findall(r'(?:src|href)="(/static/(?:css|js|img)/[^"]+\.(?:css|js|svg))"', html)
    return list(dict.fromkeys(found))
