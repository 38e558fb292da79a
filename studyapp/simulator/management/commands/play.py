"""A scenario as a readable timeline: `manage.py play sqs/crash-before-delete --language ko`."""

import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from studyapp.course.labelled import LANGUAGES
from studyapp.course.library import Course, load
from studyapp.course.numbers import format_number
from studyapp.course.scenarios import ScenarioFile
from studyapp.engine.counters import count
from studyapp.engine.goals import UnknownGoal, judge
from studyapp.engine.scenario import Run, Unfit, read, run
from studyapp.engine.story import story
from studyapp.engine.witness import find
from studyapp.simulator.checks import witness
from studyapp.simulator.telling import Teller, clock


class Command(BaseCommand):
    help = "Plays a scenario and tells what happens, with the captions of the file between."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", nargs="?", help="service/name; left out: the list of all")
        parser.add_argument("--language", choices=LANGUAGES, default="en")
        parser.add_argument("--seed", type=int, help="another seed than the scenario's")
        parser.add_argument(
            "--set", action="append", default=[], metavar="KNOB=VALUE", help="turn a knob"
        )
        parser.add_argument("--why", action="store_true", help="say after each line why")
        parser.add_argument(
            "--story", action="store_true", help="print only the story, as `expect` wants it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        course = load(settings.CONTENT_DIR)
        language = options["language"]
        if not options["scenario"]:
            for each in course.scenarios.values():
                self.stdout.write(f"{each.id}: {each.title[language]}")
            return
        file = course.scenarios.get(options["scenario"])
        if file is None:
            path = f"scenarios/{options['scenario']}.md"
            faults = [str(problem) for problem in course.problems if problem.path == path]
            none = f"there is no scenario {options['scenario']!r}; 'manage.py play' lists them"
            raise CommandError("\n".join(faults) or none)
        try:
            scenario = read(file.data)
            knobs = dict(_setting(text) for text in options["set"])
            result = run(scenario, knobs, options["seed"])
        except Unfit as fault:
            raise CommandError(f"content/{file.path}: {fault}") from fault
        if result.too_long:
            events = len(result.world.log)
            self.stderr.write(f"the log is full after {events} events; the story ends too early")
        try:
            if options["story"]:
                lines = (json.dumps(line, ensure_ascii=False) for line in story(result.world))
                self.stdout.write("\n".join(("expect = [", *(f"  {line}," for line in lines), "]")))
            else:
                self.tell(course, file, result, language, options["why"])
        except UnknownGoal as fault:
            raise CommandError(f"content/{file.path}: {fault}") from fault
        except BrokenPipeError:  # the reader has seen enough, as in `play ... | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def tell(
        self, course: Course, file: ScenarioFile, result: Run, language: Any, why: bool
    ) -> None:
        inline = course.inline[language]
        world = result.world
        self.stdout.write(f"{file.title[language]}\n{inline.plain(file.summary[language])}\n")
        captions: dict[int, list[str]] = {}
        for gate in file.gates:
            number = find(world.log, witness(gate))
            if number is not None:
                texts = [f"? {inline.plain(unit[language])}" for unit in gate.question]
                captions.setdefault(number, []).extend(texts)
        for moment in file.moments:
            number = find(world.log, witness(moment))
            if number is not None:
                texts = [f"* {inline.plain(unit[language])}" for unit in moment.units]
                captions.setdefault(number, []).extend(texts)
        teller = Teller(course, language, world.log)
        for number in range(len(world.log)):
            for text in captions.get(number, ()):
                self.stdout.write(f"           {text}")
            line = teller.line(number)
            if line:
                self.stdout.write(f"{clock(line.at_ms):>9}  {line.what}")
                if why and line.why:
                    self.stdout.write(f"           ({line.why})")
        for goal in file.goals:
            verdict = judge(world, goal.test, goal.parameters)
            mark = "✓" if verdict.met else "✗"
            self.stdout.write(f"{mark} {inline.plain(goal.units[0][language])}")
            for missing in verdict.missing:
                self.stdout.write(f"  - {teller.missing(missing.key, missing.details)}")
        for name, value in count(world).items():
            if value:
                self.stdout.write(f"{teller.counter(name)}: {format_number(value, language)}")


def _setting(text: str) -> tuple[str, Any]:
    """'timeout=10' -> ('timeout', 10): numbers, true, false, else words."""
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"--set {text}: write KNOB=VALUE")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value
