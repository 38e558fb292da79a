"""Where the bank of questions stands: the figures of its lint, for authors."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from studyapp.course.library import load
from studyapp.course.rules.questions_report import report


class Command(BaseCommand):
    help = "Prints how many questions there are, and what would help a guesser."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = report(load(settings.CONTENT_DIR))
        say = self.stdout.write
        say(f"{found['questions']} questions, {found['checked_by_simulator']} keys played")
        for name in ("by_grade", "by_kind", "by_service", "by_level"):
            counts = ", ".join(f"{each} {count}" for each, count in found[name].items())
            say(f"{name.removeprefix('by_')}: {counts}")
        for language, figures in found["languages"].items():
            low, high = figures["length_share"]["least"], figures["length_share"]["most"]
            for extreme, length in figures["length"].items():
                say(
                    f"{language}: key {extreme} in {length['count']} of {length['of']} ({length['share']:.0%}; "
                    f"wanted {low:.0%} to {high:.0%})"
                )
            solver = figures["solver"]
            say(
                f"{language}: the guesser finds {solver['accuracy']:.0%} of {solver['questions']}, chance "
                f"{solver['chance']:.0%} (wanted: at most {solver['most_gain']:.0%} more)"
            )
        places = found["places"]
        say(f"keys first to fourth: {places['counts']}, p = {places['p']:.3f}")
        for row in found["services"]:
            say(f"{row['service']}: key in {row['keyed']} of {row['offered']} ({row['share']:.0%})")
        few = [row["id"] for row in found["objectives"] if row["families"] < 2]
        say(f"objectives with fewer than 2 families: {', '.join(few) or 'none'}")
        few = [row["id"] for row in found["misconceptions"] if row["options"] < 2]
        say(f"misconceptions with fewer than 2 options: {', '.join(few) or 'none'}")
