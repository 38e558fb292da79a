"""Every rule over everything in content/: `manage.py check_content`."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from studyapp.course.library import load
from studyapp.course.problem import RULES
from studyapp.course.rules import check_course
from studyapp.course.staleness import stale_translations, stale_versions
from studyapp.grading.checks import check_drawn, check_keys
from studyapp.pages.versions import content_at
from studyapp.simulator.checks import check_simulator


class Command(BaseCommand):
    help = "Checks every file in content/ and prints one line for each finding."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="print the watch rules too")
        parser.add_argument(
            "--against",
            metavar="REVISION",
            help="also find what fell behind since this git revision (rules L09, Q29)",
        )

        parser.add_argument(
            "--only",
            metavar="PATH",
            default="",
            help="findings of one file or folder, such as questions/sqs/slow-worker.md",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        course = load(settings.CONTENT_DIR)
        problems = check_course(course, today=timezone.localdate())
        only = options["only"].removeprefix("content/")
        if not only.startswith(("questions", "drawn")):
            problems += check_simulator(course, settings.CONTENT_DIR)
        problems += check_keys(course, only)
        problems += check_drawn(course, only)
        if options["against"]:
            older = content_at(options["against"])
            problems += stale_translations(course.documents, older)
            problems += stale_versions(course.documents, older)
        problems = [problem for problem in problems if problem.path.startswith(only)]
        counts = Counter(problem.rule for problem in problems)
        for problem in sorted(problems):
            if problem.severity != "watch" or options["watch"]:
                self.stdout.write(str(problem))
        failing = sum(n for rule, n in counts.items() if RULES[rule].severity != "watch")
        watched = sum(counts.values()) - failing
        self.stdout.write(
            f"{len(course.lessons)} lessons, {len(course.scenarios)} scenarios, "
            f"{len(course.questions)} questions, "
            f"{len(course.facts)} facts, {len(course.terms)} terms: "
            f"{failing} to mend, {watched} to look at"
            + (" (see them with --watch)" if watched and not options["watch"] else "")
        )
        if failing:
            raise SystemExit(1)
