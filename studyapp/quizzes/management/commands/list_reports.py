"""Prints what learners found wrong with questions: `manage.py list_reports`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from studyapp.quizzes.models import ProblemReport
from studyapp.quizzes.problem_reports import grouped, is_open

KINDS = {
    "key": "the key is wrong",
    "reason": "a reason is wrong or unclear",
    "translation": "the translation is wrong",
    "broken": "it does not work",
    "other": "something else",
}


class Command(BaseCommand):
    help = (
        "Lists the problems that learners reported with questions, newest version first. A report is open until the "
        "text of its question changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="closed reports, too")

    def handle(self, *args: Any, **options: Any) -> None:
        held = [(each, is_open(each)) for each in ProblemReport.objects.all()]
        opened = {each.pk for each, is_still_open in held if is_still_open}
        wanted = [each for each, is_still_open in held if is_still_open or options["all"]]
        for question, reports in grouped(wanted).items():
            self.stdout.write(f"{question} ({len(reports)})")
            for each in reports:
                self.stdout.write(self._line(each, each.pk in opened))
                for line in each.text.splitlines():
                    self.stdout.write(f"      {line}")
        closed = len(held) - len(opened)
        self.stdout.write(f"{len(opened)} open, {closed} closed by a new text")

    def _line(self, given: ProblemReport, is_still_open: bool) -> str:
        seed = given.question.partition("~")[2]
        facts = [
            f"version {given.version} {given.digest[:6]}",
            *([f"numbers {seed}"] if seed else []),
            given.language,
            f"chose {', '.join(given.chosen) or 'nothing'}",
            f"{given.reported_at:%Y-%m-%d}",
            *([] if is_still_open else ["closed"]),
        ]
        return f"  {KINDS[given.kind]} · {' · '.join(facts)}"
