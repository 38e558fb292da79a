"""A finding about a content file: where, which rule, what is wrong and what to do."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["stop", "merge", "watch"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: `stop` also stops the start-up, `merge` fails the build, `watch` is counted."""

    severity: Severity
    says: str


RULES: dict[str, Rule] = {
    "L01": Rule("stop", "each unit has ko, en, vi, in that order, one line each"),
    "L02": Rule("stop", "ids are well formed, unique in their file and not retired"),
    "L03": Rule(
        "stop", "kinds, parts, property names, dates and https addresses are known and complete"
    ),
    "L04": Rule("stop", "files are UTF-8, NFC, without invisible characters or wrong decodings"),
    "L05": Rule("merge", "the code spans are the same in all three lines"),
    "L06": Rule("merge", "the {names} and link targets are the same in all three lines, and exist"),
    "L07": Rule("merge", "the numbers are the same in all three lines"),
    "L08": Rule("merge", "Korean lines contain Hangul; no line holds another language's script"),
    "L09": Rule(
        "merge", "when the English changed and a translation did not, its label carries `?`"
    ),
    "L10": Rule(
        "watch", "a term used in English appears in an accepted form in Korean and Vietnamese"
    ),
    "L11": Rule("watch", "Korean sentences end in the polite formal style"),
    "L12": Rule("watch", "lengths are plausible for the pair of languages"),
    "L13": Rule("merge", "an English line has at most 240 characters"),
    "L14": Rule("merge", "a negation in one language is a negation in all three"),
    "L15": Rule("merge", "a lesson has 400 to 900 words in each language"),
    "L16": Rule("merge", "a lesson has a drawing, a demo place and 2 to 4 recall prompts"),
    "L17": Rule("merge", "no Korean particle that depends on the last sound follows a {name}"),
    "L19": Rule("watch", "lessons and questions were checked, and facts read, within a year"),
    "F01": Rule("merge", "the labels of a drawing and of its block are the same set"),
    "F02": Rule("merge", "a drawing uses only the allowed elements, attributes and classes"),
    "F03": Rule("merge", "every label fits its place in every language"),
    "P01": Rule("merge", "every point of the notes is taught by a block and stands in the ledger"),
    "P02": Rule("merge", "every point that a block or fact names exists"),
    "S01": Rule("merge", "a scenario runs, its script ends as it says, and its story is `expect`"),
    "S02": Rule("merge", "moments and gates happen, knobs turn, goals are met as the file says"),
    "S03": Rule(
        "merge", "a scenario has a captioned moment, a gate, a goal, and a name for each knob"
    ),
    "S04": Rule("merge", "scenarios and lessons that name each other exist"),
    "S05": Rule("merge", "a telling sentence has the same {placeholders} in all three lines"),
    "S06": Rule("merge", "every event, reason, refusal and missing thing can be told"),
    "Q01": Rule("merge", "a question has the front matter, blocks, parts and key of its kind"),
    "Q02": Rule(
        "merge", "what a question names exists: objective, facts, sentence, misconceptions, pair"
    ),
    "Q03": Rule(
        "merge", "the simulator agrees: the key is met, and no distractor that names a run"
    ),
    "Q04": Rule("merge", "a stem asks for as many answers as the key has, in each language"),
    "Q05": Rule("merge", "LEAST, MOST and other qualifiers stand in all three lines"),
    "Q06": Rule("merge", "no 'all of the above', no NOT or EXCEPT, no option about other options"),
    "Q07": Rule("merge", "a stem has the length of its grade"),
    "Q08": Rule("merge", "each option has a reason, and in exam grade says when it would be right"),
    "Q09": Rule("merge", "a number in a reason comes from a fact, the stem, an option or a sum"),
    "Q10": Rule("merge", "a figure that changed decides no key, unless the stem says the year"),
    "Q11": Rule("watch", "the key is not much longer than the other options, in each language"),
    "Q12": Rule("watch", "options are alike in length and form, in each language"),
    "Q13": Rule("watch", "'always', 'only' and the like do not stand in wrong options alone"),
    "Q14": Rule("watch", "the key alone does not repeat rare words of the stem"),
    "Q15": Rule("merge", "no two options of a question say nearly the same"),
    "Q16": Rule("watch", "no two questions say nearly the same, unless they are a pair"),
    "Q17": Rule("watch", "sentences of a question are short enough, in each language"),
    "Q20": Rule(
        "merge", "bank: the key is the longest or shortest option about as often as by chance"
    ),
    "Q21": Rule("merge", "bank: keys stand at every place about equally often"),
    "Q22": Rule("watch", "bank: keys of 'choose two' stand at every combination of places"),
    "Q23": Rule(
        "merge", "bank: no service is the key in more than 60% of the questions offering it"
    ),
    "Q24": Rule(
        "watch", "bank: no service is the key in more than half of the questions offering it"
    ),
    "Q25": Rule("merge", "bank: a guesser that sees no stem gains at most 8 points over chance"),
    "Q26": Rule("merge", "bank: each objective has 2 families, each misconception 2 options"),
    "Q27": Rule("watch", "bank: levels are mixed about 20, 40, 25 and 15 in 100"),
    "Q28": Rule(
        "merge", "a drawn question names the same numbers in all three lines, and can be drawn"
    ),
    "Q29": Rule("merge", "when the key of a question changed, its version is a higher one"),
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. `path` is relative to the content folder; `line` starts at 1."""

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"content/{self.path}:{self.line}: {self.rule} {self.text}"

    @property
    def severity(self) -> Severity:
        return RULES[self.rule].severity


class UnreadableContent(Exception):
    """Content that cannot be loaded; carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
