"""Which block teaches which point of the notes, as JSON: `manage.py show_points`."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from studyapp.course.library import load
from studyapp.course.rules.coverage import taught_points


class Command(BaseCommand):
    help = "Prints every point of the notes with its topic, verdict and the blocks that teach it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        course = load(settings.CONTENT_DIR)
        taught = taught_points(course)
        rows = {
            id: {
                "topic": point.topic,
                "verdict": point.verdict,
                "in_notes": point.in_notes,
                "taught": taught.get(id, []),
            }
            for id, point in course.points.items()
        }
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
