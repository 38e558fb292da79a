"""Brings database and static files up to date before serving; quick when nothing changed."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from studyapp.pages import assets


class Command(BaseCommand):
    help = "Migrates the database and collects static files where something changed."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
            self.stdout.write("The database is up to date.")
        mark = settings.DATA_DIR / "static-version"
        version = static_version(settings.BASE_DIR / "static")
        is_collected = (settings.STATIC_ROOT / "staticfiles.json").exists()
        if not is_collected or not mark.exists() or mark.read_text() != version:
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            mark.write_text(version)
            self.stdout.write("Static files are collected.")


def static_version(folder: Path) -> str:
    """A hash of what the collected files depend on: our files, their bundling, the pinned packages."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    digest.update(Path(assets.__file__).read_bytes())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
