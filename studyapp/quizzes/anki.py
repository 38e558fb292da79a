"""The course's cards for Anki: terms, prompts and short questions, each in three languages."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.markup import ANY_LANGUAGE
from studyapp.pages import errors
from studyapp.pages.course import course
from studyapp.progress.apkg import Note, NoteKind, package
from studyapp.progress.learners import learner_of
from studyapp.quizzes.bank import bank
from studyapp.quizzes.cards import OBJECTIVE, RECALL, TERM, Card, cards
from studyapp.quizzes.items import Item, Words
from studyapp.quizzes.shown import LETTERS

WHICH = ("all", "mine")
_ORDER = ("en", "ko", "vi")
_FIELDS = ("EN", "KO", "VI", "EN answer", "KO answer", "VI answer", "Source")
_CSS = """.card { font: 1.1rem/1.6 sans-serif; text-align: left; max-width: 38rem; margin: 0 auto; padding: 1rem; }
.other { color: #666; font-size: 0.9rem; } .nightMode .other { color: #aaa; }
ol { padding-left: 1.5rem; } .meta { font-size: 0.8rem; }"""


@require_safe
@never_cache
def download(request: HttpRequest, language: str) -> HttpResponse:
    """A package of all cards, or with `?cards=mine` of what is in this learner's review."""
    which = request.GET.get("cards", WHICH[0])
    if which not in WHICH:
        return errors.bad_request(request)
    chosen = None
    if which == "mine":
        learner = learner_of(request)
        chosen = set(learner.memories.values_list("card", flat=True)) if learner else set()
    file = package("Decouple", kind_for(language), notes(chosen), timezone.now())
    response = HttpResponse(file, content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="decouple.apkg"'
    return response


def kind_for(language: str) -> NoteKind:
    """The card shows one language, the others behind a tap. The fields are the same for everyone."""
    main = language.upper()
    others = [code.upper() for code in _ORDER if code != language]
    hints = "".join(f'<div class="other">{{{{hint:{code}}}}}</div>' for code in others)
    answers = "".join(f'<div class="other">{{{{hint:{code} answer}}}}</div>' for code in others)
    return NoteKind(
        "Decouple",
        _FIELDS,
        f'<div lang="{language}">{{{{{main}}}}}</div>{hints}',
        f'{{{{FrontSide}}}}<hr id="answer"><div lang="{language}">{{{{{main} answer}}}}</div>{answers}'
        '<p class="meta">{{Source}}</p>',
        _CSS,
    )


def notes(chosen: set[str] | None = None) -> Iterator[Note]:
    """The notes of all cards, or of the chosen keys; of an objective its short questions.

    Exam-grade questions are not among them: they are worth more unseen.
    """
    for card in cards().values():
        if chosen is not None and card.key not in chosen:
            continue
        if card.kind == OBJECTIVE:
            for item in bank().values():
                if f"{OBJECTIVE}:{item.objective}" == card.key and _fits(item):
                    yield _question(item)
        else:
            yield _prompt(card)


def _fits(item: Item) -> bool:
    return item.grade == "drill" and item.kind == "choice"


def _prompt(card: Card) -> Note:
    front = [_units(card.front, code) for code in _ORDER]
    back = [_units(card.back, code) for code in _ORDER]
    kind = {TERM: "term", RECALL: "prompt"}[card.kind]
    return Note(card.key, (*front, *back, _link(card.source)), ("decouple", card.service, kind))


def _units(units: Iterable[Unit], language: Any) -> str:
    assert language in LANGUAGES
    return "<br>".join(
        _absolute(course().inline[language].html(u[language]), language) for u in units
    )


def _question(item: Item) -> Note:
    front, back = [], []
    for code in _ORDER:
        options = "".join(f"<li>{_words(option.text, code)}</li>" for option in item.options)
        stem = "".join(f"<p>{_words(words, code)}</p>" for words in item.stem)
        front.append(f'{stem}<ol type="A">{options}</ol>')
        right = [
            f"<p><b>{LETTERS[place]}. {_words(option.text, code)}</b></p><p>{_words(option.why, code)}</p>"
            for place, option in enumerate(item.options)
            if option.right
        ]
        back.append("".join(right))
    lesson, _, anchor = item.rests_on.partition("#")
    tags = ("decouple", item.service, "question", f"objective::{item.objective}")
    return Note(f"question:{item.id}", (*front, *back, _link(f"lessons/{lesson}/#{anchor}")), tags)


def _words(words: Words, language: str) -> str:
    return _absolute(words.get(language, ""), language)


def _absolute(html: str, language: str) -> str:
    """Links that lead to this site from anywhere."""
    return html.replace(f'href="{ANY_LANGUAGE}', f'href="{settings.ORIGIN}/{language}/')


def _link(source: str) -> str:
    return f'<a href="{settings.ORIGIN}/en/{source}">Decouple</a>'
