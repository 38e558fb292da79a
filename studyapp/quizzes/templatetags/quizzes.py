"""Small words of the quiz pages."""

from django import template
from django.utils.translation import get_language

from studyapp.pages.course import course
from studyapp.quizzes.shown import minutes_and_seconds

register = template.Library()


@register.simple_tag
def service_name(id: str) -> str:
    """The title of a service in the language of the page."""
    service = course().service(id)
    language = get_language() or "en"
    return course().inline[language].plain(service.title[language]) if service else id


register.filter("minutes", minutes_and_seconds)
