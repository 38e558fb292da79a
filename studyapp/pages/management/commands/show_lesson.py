"""One lesson in one language as running text, for translators: `manage.py show_lesson ID --language ko`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from studyapp.course.labelled import LANGUAGES
from studyapp.course.library import load


class Command(BaseCommand):
    help = "Prints one lesson in one language as running text."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lesson", help="such as sqs/visibility-timeout")
        parser.add_argument("--language", choices=LANGUAGES, default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        course, language = load(settings.CONTENT_DIR), options["language"]
        lesson = course.lessons.get(options["lesson"])
        if lesson is None:
            raise CommandError(f"there is no lesson {options['lesson']!r}")
        inline = course.inline[language]
        self.stdout.write(f"{inline.plain(lesson.title[language]).upper()}\n")
        self.stdout.write(inline.plain(lesson.summary[language]) + "\n")
        for block in lesson.blocks:
            texts = [inline.plain(unit[language]) for unit in block.units]
            if block.kind == "section":
                self.stdout.write(f"\n== {texts[0]} ==\n")
                continue
            if block.kind:
                self.stdout.write(f"[{block.kind}]")
            joint = "\n  - " if block.kind in ("list", "steps") else " "
            self.stdout.write(joint.join(texts))
            for part in block.parts:
                words = " | ".join(inline.plain(unit[language]) for unit in part.units)
                self.stdout.write(f"  [{part.id}] {words}")
            self.stdout.write("")
