"""The production server: `manage.py serve`, on HOST and PORT."""

import os
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandError

from studyapp.course.problem import UnreadableContent
from studyapp.pages.course import course


class Command(BaseCommand):
    help = "Serves the site with uvicorn on HOST (127.0.0.1) and PORT (8000)."

    def handle(self, *args: Any, **options: Any) -> None:
        host = os.environ.get("HOST", "127.0.0.1")
        port = os.environ.get("PORT", "8000")
        if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
            raise CommandError(f"PORT must be a number from 1 to 65535, not {port!r}")
        try:
            course()
        except UnreadableContent as fault:
            raise CommandError(f"The content cannot be shown:\n{fault}") from fault
        uvicorn.run(
            "studyapp.asgi:application",
            host=host,
            port=int(port),
            loop="auto",
            http="httptools",
            proxy_headers=True,
            server_header=False,
            access_log=False,
            log_config=None,  # uvicorn's own faults are JSON lines too (LOGGING of the settings)
            timeout_graceful_shutdown=30,
            log_level="warning",
            lifespan="off",
        )
