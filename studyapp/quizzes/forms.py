"""What browsers send, read with care: every field that is not as our pages write it is refused."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import QueryDict

from studyapp.pages.languages import LANGUAGES
from studyapp.quizzes.items import Item
from studyapp.quizzes.models import FAIRLY, GUESS, SURE
from studyapp.quizzes.recording import START_KEY, Malformed, Write
from studyapp.quizzes.selection import DIFFICULTIES, GRADES, NUMBERS, SHOWN, Wish

BUTTONS = ("save", "check", "next", "previous", "overview", "flag", "unflag", "pause")
CONFIDENCES: Mapping[str, int] = {"": 0, "guess": GUESS, "fairly": FAIRLY, "sure": SURE}
_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)


def new_key() -> str:
    """The key of one write of a page without scripts: a tab of its own, whose first write it is."""
    return f"{secrets.token_urlsafe(15)}.1"


def new_start_key() -> str:
    return secrets.token_urlsafe(18)


def start_key(form: QueryDict) -> str:
    """The key of a form that begins an attempt. Raises Malformed."""
    key = form.get("key", "")
    if not START_KEY.fullmatch(key):
        raise Malformed("key")
    return key


def whole(text: str) -> int:
    """A whole number that is not negative. Raises Malformed."""
    if not _WHOLE.fullmatch(text):
        raise Malformed("number")
    return int(text)


def one_of(text: str, allowed: Mapping[str, object] | tuple[str, ...]) -> str:
    if text not in allowed:
        raise Malformed("value")
    return text


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of a question: what to store, and what to do then."""

    write: Write
    do: str
    language: str


def read_form(form: QueryDict, item: Item, at: datetime) -> Sent:
    """The form of a question.

    `do` is check, next, previous, overview, flag, unflag, pause, language or the number of a question; the button
    that switches the language of the question is named `in`, the one that strikes an option out `strike`.

    Raises:
        Malformed: for any field that our pages do not send like this.
    """
    language = one_of(form.get("language", "en"), LANGUAGES)
    do = form.get("do", "save")
    if do not in BUTTONS:
        do = str(whole(do))
    if "in" in form:
        do, language = "language", one_of(str(form["in"]), LANGUAGES)
    flagged = form.get("flagged", "") == "yes"
    struck = form.getlist("struck")
    if strike := form.get("strike"):
        do = "strike"
        struck = [id for id in struck if id != strike] if strike in struck else [*struck, strike]
    if do in ("flag", "unflag"):
        flagged = do == "flag"
    write = Write(
        key=form.get("key", ""),
        chosen=chosen_of(form, item),
        flagged=flagged,
        struck=struck,
        confidence=CONFIDENCES[one_of(form.get("confidence", ""), CONFIDENCES)],
        language=language,
        milliseconds=_spent(form, at),
        client_time=_moment(form.get("at", "")),
        seen=whole(form.get("seen", "0")),
        check=do == "check",
        pause=do == "pause",
    )
    return Sent(write, do, language)


class FormReader:
    """Reads a question's form when the question is known; `sent` is what was read."""

    sent: Sent

    def __init__(self, form: QueryDict, at: datetime) -> None:
        self._form, self._at = form, at

    def __call__(self, item: Item) -> Write:
        self.sent = read_form(self._form, item, self._at)
        return self.sent.write


def chosen_of(form: QueryDict, item: Item) -> list[str]:
    """The answer as the kind of question writes it."""
    if item.kind == "match":
        pairs = [(prompt.id, form.get(f"pair-{prompt.id}", "")) for prompt in item.prompts]
        return [f"{prompt}={option}" for prompt, option in pairs if option]
    if item.kind == "order":
        places = {id: form.get(f"place-{id}", "") for id in item.option_ids}
        if not any(places.values()):
            return []
        numbers = {id: whole(place or "0") for id, place in places.items()}
        if sorted(numbers.values()) != list(range(1, len(numbers) + 1)):
            return []  # two steps at one place: no order yet
        return sorted(numbers, key=numbers.__getitem__)
    chosen = form.getlist("option")
    typed = form.get("typed", "").strip().replace(",", ".")
    return [f"={typed}"] if typed and not chosen else chosen


def _spent(form: QueryDict, at: datetime) -> int:
    """Milliseconds on the question: as the script measured, else since the page was made."""
    if measured := form.get("ms", ""):
        return whole(measured)
    if shown := form.get("shown", ""):
        return max(0, int(at.timestamp() * 1000) - whole(shown))
    return 0


def _moment(text: str) -> datetime | None:
    """Milliseconds since 1970 by the clock of the device, which may be wrong by years."""
    if not text:
        return None
    try:
        return datetime.fromtimestamp(whole(text) / 1000, UTC)
    except (OverflowError, ValueError, OSError) as fault:
        raise Malformed("time") from fault


def read_wish(form: QueryDict, services: tuple[str, ...]) -> Wish:
    """The questions that the practice form asks for. Raises Malformed for a value it does not offer."""
    topics = [one_of(name, services) for name in form.getlist("topic")[: len(services) + 1]]
    grades = [one_of(name, GRADES) for name in form.getlist("grade")[:9]]
    levels = [
        int(one_of(level, tuple(map(str, DIFFICULTIES))))
        for level in form.getlist("difficulty")[:9]
    ]
    number = int(one_of(form.get("number", str(NUMBERS[1])), tuple(map(str, NUMBERS))))
    shown = one_of(form.get("show", SHOWN[0]), SHOWN)
    return Wish(frozenset(topics), frozenset(grades), frozenset(levels), shown, number)
