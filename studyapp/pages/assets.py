"""Static files: many small ones are written, few are served.

When files are collected, the stylesheets of `STYLESHEETS` become one `css/site.css`; every name gets a
hash of its content, and brotli and gzip copies lie beside it.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/site.css"
# Stylesheets of pages that few visit stand alone.
PAGES = "css/pages/"


def stylesheets() -> list[str]:
    """The authored stylesheets in the order of their layers."""
    folder = settings.BASE_DIR / "static" / "css"
    layers = ["tokens.css", "reset.css", "base.css", "layout.css"]
    components = sorted(f"components/{path.name}" for path in (folder / "components").glob("*.css"))
    return [f"css/{name}" for name in (*layers, *components, "utilities.css")]


def bundle() -> str:
    """One stylesheet of all, without comments and indentation."""
    folder = settings.BASE_DIR / "static"
    return "\n".join(short((folder / name).read_text("utf-8")) for name in stylesheets())


def short(text: str) -> str:
    """A stylesheet without comments and indentation."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").strip()


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage with the bundle added before names are hashed."""

    manifest_strict = True
    # Imports between our own modules get the hashed names; other people's scripts are left as they are.
    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        HashedFilesMixin._js_module_import_aggregation_patterns[1],  # type: ignore[attr-defined]
    )

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run:
            if self.exists(BUNDLE):
                self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(bundle().encode("utf-8")))
            for name in sorted(paths):
                if name.startswith(PAGES):
                    with self.open(name) as file:
                        text = short(file.read().decode("utf-8"))
                    self.delete(name)
                    self._save(name, ContentFile(text.encode("utf-8")))
            paths = {**paths, BUNDLE: (self, BUNDLE)}
        yield from super().post_process(paths, dry_run, **options)
