"""What an answer to a question does: its run, stopped where it is decided, beside the run of the right one."""

from typing import Any, cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from studyapp.course.labelled import Language
from studyapp.course.questions import Play, Question
from studyapp.grading.evidence import Case, Evidence, answers_with_runs, case_of, evidence_of
from studyapp.pages.course import course
from studyapp.pages.public import public
from studyapp.simulator.asked import as_scene
from studyapp.simulator.demo import LINES, scenario_of
from studyapp.simulator.knobs import shown
from studyapp.simulator.player import Show, show_of
from studyapp.simulator.run_page import stage_of
from studyapp.simulator.runs import Settings, query_of
from studyapp.simulator.telling import clock
from studyapp.simulator.timeline import rows


@public
def answer(
    request: HttpRequest, language: str, service: str, name: str, answer: str, part: bool = False
) -> HttpResponse:
    """The run of an answer; a whole page, or the part that a page of questions shows in place."""
    case, code = case_of(course(), f"{service}/{name}", answer), cast(Language, language)
    if case is None:
        raise Http404
    sides = [_side(case, each, code) for each in (case.own, case.right) if each is not None]
    context = {
        "question": case.question,
        "sides": sides,
        "stops_ms": case.stops_ms,
        "stops_at": clock(case.stops_ms),
        "starts_ms": case.starts_ms,
        "is_whole": case.stops_ms >= case.own.run.world.now_ms,
        "clock": clock(case.stops_ms),
    }
    template = "simulator/_answer.html" if part else "simulator/answer.html"
    return render(request, template, context)


@public
def scene(
    request: HttpRequest, language: str, service: str, name: str, answer: str
) -> HttpResponse:
    """The run of an answer as the player reads it."""
    own = evidence_of(course(), f"{service}/{name}", answer)
    if own is None:
        raise Http404
    return as_scene(show_of(course(), own.file, own.run, cast(Language, language)), own.file)


def _side(case: Case, seen: Evidence, language: Language) -> dict[str, Any]:
    show = show_of(course(), seen.file, seen.run, language)
    place = f"answers/{case.question.id}/{quote(seen.answer, safe='')}"
    at_ms = min(case.stops_ms, seen.run.world.now_ms)
    # Parts of several answers may stand on one page, each with both of its sides.
    answers = answers_with_runs(case.question)
    of = f"{answers.index(case.own.answer)}-{answers.index(seen.answer)}"
    number = case.number if seen is case.own else None
    step = None if number is None else show.scene.step_of(number)
    stage = stage_of(show, place, language, "", at_ms, of, step)
    story, is_cut = rows(show.teller, seen.file.moments, LINES)
    return {
        "head": _head(case, seen),
        "says": _words_of(case.question, seen, language),
        "stage": stage,
        "right": seen.right,
        "goal": _goal(seen),
        "missing": _missing(seen, show),
        "rows": [row for row in story if row.kind != "gap"],
        "is_cut": is_cut,
        "lab": _lab_address(seen, at_ms),
    }


def _head(case: Case, seen: Evidence) -> str:
    if case.question.seed is not None and not seen.right:
        return _("It would have to be like this")
    if case.question.kind == "predict" or case.question.seed is not None:
        return _("What happens")
    return _("The right answer") if seen.right else _("This answer")


def _words_of(question: Question, seen: Evidence, language: Language) -> dict[str, Any]:
    """The answer itself: the text of an option, or a knob and its value."""
    task, play = question.task, seen.play
    if task is None or play is None:
        return {"unit": next(each.text for each in question.options if each.id == seen.answer)}
    value = play.knobs[task.knob]
    return {
        "unit": seen.file.knobs[task.knob],
        "value": shown(value, language),
        "is_code": isinstance(value, str),
    }


def _goal(seen: Evidence) -> Any:
    """The scenario's words for what is asked of the run; None for a test that has none."""
    wanted = seen.wanted.goal if seen.wanted else ""
    return next((goal.units for goal in seen.file.goals if goal.id == wanted), None)


def _missing(seen: Evidence, show: Show) -> list[str]:
    """What the run lacks, in words."""
    if seen.right:
        return []
    return [show.teller.missing(each.key, each.details) for each in seen.missing()]


def _lab_address(seen: Evidence, at_ms: int) -> str:
    """Where the lab shows the same run at the moment that decides; '' for a run that the lab cannot make."""
    if seen.play is None:
        return ""
    settings = _settings(seen.play, at_ms)
    allowed = set(seen.file.allows)
    if any(row["do"] not in allowed for row in settings.actions):
        return ""
    return f"{seen.file.id}/?{query_of(scenario_of(seen.file.id), settings)}"


def _settings(play: Play, at_ms: int) -> Settings:
    scenario = scenario_of(play.scenario)
    turned = {
        name: value for name, value in play.knobs.items() if value != scenario.knobs[name].default
    }
    actions = sorted(play.actions, key=lambda row: row["at_ms"])
    return Settings(turned, None, tuple(actions), at_ms)
