"""The words of the interface, from .po to .mo: `manage.py compile_words` (needs no GNU gettext).

New words are collected beforehand, which does need GNU gettext:
`manage.py makemessages -l ko -l vi --no-location --no-wrap --no-obsolete -i .venv -i var -i tests`
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

HEADER = (
    "Project-Id-Version",
    "Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Plural-Forms",
)


class Command(BaseCommand):
    help = "Compiles every interface catalogue, and takes dates and names out of its header."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            import polib
        except ImportError as fault:
            raise CommandError(
                "polib is not installed. It comes with requirements-dev.txt: run `make words`."
            ) from fault
        for folder in settings.LOCALE_PATHS:
            for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                try:
                    catalogue = polib.pofile(str(path), wrapwidth=0)
                except (OSError, UnicodeDecodeError) as fault:
                    raise CommandError(f"{path}: {fault}") from fault
                # makemessages writes the day and asks for people; both only make differences.
                catalogue.metadata = {
                    name: catalogue.metadata[name] for name in HEADER if name in catalogue.metadata
                }
                catalogue.metadata_is_fuzzy = []
                _write(path, str(catalogue).encode())
                _write(path.with_suffix(".mo"), catalogue.to_binary())
                self.stdout.write(f"{path}: {len(catalogue.translated_entries())} messages")


def _write(path: Path, content: bytes) -> None:
    """Leave a file alone that is already so; build tools look at its time."""
    if not path.is_file() or path.read_bytes() != content:
        path.write_bytes(content)
