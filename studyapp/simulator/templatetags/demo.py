"""{% demo "sqs/crash-before-delete" %}: a scenario as a demo inside a lesson."""

from typing import Any

from django import template

from studyapp.pages.course import course
from studyapp.simulator.demo import demo_context, own_run

register = template.Library()


@register.inclusion_tag("simulator/_demo.html", takes_context=True)
def demo(context: dict[str, Any], scenario: str) -> dict[str, Any]:
    """The picture of the scenario's own run, paused, with its story as a table. Nothing for an unknown scenario."""
    file = course().scenarios.get(scenario)
    language = context["language"]
    shown = demo_context(file, *own_run(file), language) if file else {}
    return {**shown, "language": language, "reading": context["reading"]}
