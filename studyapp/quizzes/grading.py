"""Is an answer right? All or nothing, as in the exam. Also: can these values be an answer at all?"""

import re
from collections.abc import Sequence

from studyapp.quizzes.items import Item

VALUES_MAX = 20
# A number that was typed instead of choosing an option stands behind an equals sign.
_TYPED = re.compile(r"=[0-9]{1,9}(?:\.[0-9]{1,3})?", re.ASCII)


class NotAnAnswer(ValueError):
    """The values do not belong to this question; nothing may be stored."""


class TooManyChosen(NotAnAnswer):
    """Options of this question, but more of them than it wants."""


def read_chosen(item: Item, values: Sequence[str]) -> list[str]:
    """The values of an answer in their one order; [] when nothing is chosen yet.

    An answer may be incomplete (one of two chosen) and is then kept as it is. Values are option ids, for
    pairs 'prompt=option', for a typed number '=3'.

    Raises:
        NotAnAnswer: for an unknown option, or one that stands twice.
        TooManyChosen: for more than may be chosen.
    """
    if len(values) > VALUES_MAX:
        raise NotAnAnswer("too many values")
    chosen = [value for value in values if value]
    if len(set(chosen)) != len(chosen):
        raise NotAnAnswer("a value stands twice")
    if item.kind == "match":
        return _pairs(item, chosen)
    if item.typed is not None and len(chosen) == 1 and _TYPED.fullmatch(chosen[0]):
        return chosen
    known = set(item.option_ids)
    if unknown := [value for value in chosen if value not in known]:
        raise NotAnAnswer(f"unknown option {unknown[0][:40]!r}")
    if item.kind == "order":
        if chosen and len(chosen) != len(known):
            raise NotAnAnswer("an order holds every step")
        return chosen
    if len(chosen) > item.choose:
        # Where one is to be chosen, no page lets anybody choose two.
        raise (TooManyChosen if item.choose > 1 else NotAnAnswer)(f"at most {item.choose}")
    return [id for id in item.option_ids if id in chosen]


def _pairs(item: Item, chosen: list[str]) -> list[str]:
    found: dict[str, str] = {}
    prompts, options = {prompt.id for prompt in item.prompts}, set(item.option_ids)
    for pair in chosen:
        prompt, _, option = pair.partition("=")
        if prompt not in prompts or option not in options or prompt in found:
            raise NotAnAnswer(f"unknown pair {pair[:40]!r}")
        found[prompt] = option
    return [f"{each.id}={found[each.id]}" for each in item.prompts if each.id in found]


def is_complete(item: Item, chosen: Sequence[str]) -> bool:
    """Whether nothing is missing: two of two chosen, every pair made."""
    wanted = {"choice": item.choose, "order": len(item.options), "match": len(item.prompts)}
    return len(chosen) == wanted[item.kind]


def is_right(item: Item, chosen: Sequence[str]) -> bool:
    """Whether an answer is right. No answer, and a part of one, are wrong."""
    if not is_complete(item, chosen):
        return False
    if item.kind == "order":
        return tuple(chosen) == item.option_ids
    if item.kind == "match":
        return set(chosen) == {f"{each.id}={each.answer}" for each in item.prompts}
    if item.typed is not None and chosen[0].startswith("="):
        return float(chosen[0][1:]) == item.typed
    return item.right_ids.issuperset(chosen)
