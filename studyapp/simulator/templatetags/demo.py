"""{% demo "sqs/crash-before-delete" %}: a scenario as a demo inside a lesson; {% show_me lesson.id piece.id %}: the
moments of runs that show what a block says."""

from typing import Any

from django import template

from studyapp.course.scenarios import ScenarioFile
from studyapp.pages.course import course
from studyapp.simulator.cards import scenarios_of, showpieces
from studyapp.simulator.demo import demo_context, own_run
from studyapp.simulator.paused import paused_at
from studyapp.simulator.witnesses import witnesses

register = template.Library()


@register.inclusion_tag("simulator/_demo.html", takes_context=True)
def demo(context: dict[str, Any], scenario: str) -> dict[str, Any]:
    """The picture of the scenario's own run, paused, with its story as a table. Nothing for an unknown scenario."""
    file = course().scenarios.get(scenario)
    language = context["language"]
    shown = demo_context(file, *own_run(file), language) if file else {}
    return {**shown, "language": language, "reading": context["reading"]}


@register.inclusion_tag("simulator/_show_me.html", takes_context=True)
def show_me(context: dict[str, Any], lesson: str, block: str) -> dict[str, Any]:
    """Links to the moments of runs that show what a block of a lesson says."""
    return {
        "offered": witnesses().get(f"{lesson}#{block}", ()),
        "language": context["language"],
        "reading": context["reading"],
    }


@register.inclusion_tag("simulator/_paused.html", takes_context=True)
def paused(context: dict[str, Any], question: str, language: str) -> dict[str, Any]:
    """The picture that a question is about, where it stops; nothing for a question without a run."""
    return {"paused": paused_at(question, language), "language": context["language"]}


@register.simple_tag
def scenarios(service: str) -> list[ScenarioFile]:
    """The scenarios of a service, in the order of its lessons; with 'first', where somebody begins."""
    return showpieces() if service == "first" else scenarios_of(service)


@register.filter
def called(id: str, names: dict[str, str]) -> str:
    """What a thing is called in the reader's language."""
    return names.get(id, id)
