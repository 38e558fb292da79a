"""The rules of questions in the words of the interface, for the page that shows what they find.

The course says them in English only (`course.problem.RULES`); a test keeps both alike.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a rule wants.
RULE_WORDS: Mapping[str, str | Promise] = {
    "Q01": _("a question has the front matter, blocks, parts and key of its kind"),
    "Q02": _("what a question names exists: objective, facts, sentence, misconceptions, pair"),
    "Q04": _("a stem asks for as many answers as the key has, in each language"),
    "Q05": _("LEAST, MOST and other qualifiers stand in all three lines"),
    "Q06": _("no 'all of the above', no NOT or EXCEPT, no option about other options"),
    "Q07": _("a stem has the length of its grade"),
    "Q08": _("each option has a reason, and in exam grade says when it would be right"),
    "Q09": _("a number in a reason comes from a fact, the stem, an option or a sum"),
    "Q10": _("a figure that changed decides no key, unless the stem says the year"),
    "Q11": _("the key is not much longer than the other options, in each language"),
    "Q12": _("options are alike in length and form, in each language"),
    "Q13": _("'always', 'only' and the like do not stand in wrong options alone"),
    "Q14": _("the key alone does not repeat rare words of the stem"),
    "Q15": _("no two options of a question say nearly the same"),
    "Q16": _("no two questions say nearly the same, unless they are a pair"),
    "Q17": _("sentences of a question are short enough, in each language"),
    "Q20": _("bank: the key is the longest or shortest option about as often as by chance"),
    "Q21": _("bank: keys stand at every place about equally often"),
    "Q22": _("bank: keys of 'choose two' stand at every combination of places"),
    "Q23": _("bank: no service is the key in more than 60% of the questions offering it"),
    "Q24": _("bank: no service is the key in more than half of the questions offering it"),
    "Q25": _("bank: a guesser that sees no stem gains at most 8 points over chance"),
    "Q26": _("bank: each objective has 2 families, each misconception 2 options"),
    "Q27": _("bank: levels are mixed about 20, 40, 25 and 15 in 100"),
    "Q28": _("a drawn question names the same numbers in all three lines, and can be drawn"),
    "Q29": _("when the key of a question changed, its version is a higher one"),
}
_OF_THE_BANK = ("Q20", "Q21", "Q22", "Q23", "Q24", "Q25", "Q27")


def counted(rule: str, per_language: tuple[str, ...]) -> str | Promise:
    """What one finding of a rule stands for."""
    if rule in per_language:
        return _("places in questions, each language by itself")
    if rule in _OF_THE_BANK:
        return _("habits of the whole bank")
    if rule == "Q26":
        return _("objectives and misconceptions")
    return _("drawn questions") if rule == "Q28" else _("places in questions")
