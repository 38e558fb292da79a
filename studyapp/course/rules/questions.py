"""Rules about single questions that need no simulator: names, explanations, and how the words are put.

What only shows in a whole bank stands in `questions_bank`; what needs a run, in `grading.checks`.
"""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from statistics import mean
from typing import Any

from studyapp.course.labelled import LANGUAGES, Language, Unit
from studyapp.course.lessons import CODE_SPAN
from studyapp.course.library import Course
from studyapp.course.problem import Problem
from studyapp.course.questions import Question
from studyapp.course.questions_schema import WITH_OPTIONS
from studyapp.course.rules.languages import (
    PLACEHOLDER,
    numbers_in,
    readable,
    register_fault,
)
from studyapp.course.rules.links import fault_of_target
from studyapp.course.rules.questions_text import (
    ABSOLUTES,
    content_words,
    keyed,
    lengths,
    likeness,
    plain,
    sentence_lengths,
    stem,
    words,
)

# English words in a stem, by grade.
STEM_WORDS = {"exam": (45, 90), "drill": (6, 45), "simulated": (6, 70)}

# A reason has at least so many words; Korean writes with fewer spaces, Vietnamese counts syllables.
REASON_WORDS_MIN = {"en": 8, "ko": 5, "vi": 8}
REASON_WORDS_MAX = {True: 60, False: 40}  # English words for the key, and for a wrong option

LONGEST_SENTENCE = {"en": 30, "ko": 22, "vi": 45}  # words

KEY_LENGTH_MAX = 1.3  # times the mean of the other options
LENGTH_SPREAD_MAX = 2.5  # the longest option by the shortest
SHORT = 15  # characters; lengths of such short options tell nothing
ALIKE = 0.8  # share of common trigrams

_CHOOSE = {
    "en": {2: "(Choose TWO.)", 3: "(Choose THREE.)"},
    "ko": {2: "(두 개를 고르십시오.)", 3: "(세 개를 고르십시오.)"},
    "vi": {2: "(Chọn HAI.)", 3: "(Chọn BA.)"},
}
_ANY_CHOOSE = {
    "en": re.compile(r"\(?choose (?:two|three|\d)", re.I),
    "ko": re.compile(r"개를 고르"),
    "vi": re.compile(r"chọn (?:hai|ba|\d)", re.I),
}
_QUALIFIER = re.compile(r"\b(?:LEAST|MOST|FIRST|BEST|LOWEST|HIGHEST|FEWEST|MINIMUM|MAXIMUM)\b")
_BANNED_OPTION = {
    "en": r"\b(?:all|none|any|both|neither) of the (?:above|following|options|others|other answers)\b"
    r"|\boptions? [A-F]\b|^(?:both )?[A-F] (?:and|or) [A-F]\b",
    "ko": r"위의? (?:모두|모든|어느)|위 보기|모두 (?:정답|맞|옳)|정답이? 없|해당 ?사항 없"
    r"|보기 [A-F가-마]\b|^[A-F](?:와|과|,) [A-F]",
    "vi": r"\btất cả (?:các )?(?:đáp án|phương án|câu|ý)|\bkhông (?:có )?(?:đáp án|phương án|câu|ý) nào"
    r"|\bphương án [A-F]\b|^(?:cả )?[A-F] (?:và|hoặc) [A-F]\b",
}
_BANNED_STEM = {
    "en": r"\b(?:NOT|EXCEPT)\b|\bwhich (?:\w+ ){0,3}(?:is|are) (?:not|false|incorrect)\b",
    "ko": r"(?:않은|아닌|틀린|잘못된) (?:것|설명|보기|문장)[은을]",
    "vi": r"\b(?:KHÔNG|TRỪ|NGOẠI TRỪ)\b|(?:phương án|phát biểu|đáp án) nào (?:không|sai)",
}
_YEAR = re.compile(r"\b20\d\d\b")


def check_question(question: Question, course: Course) -> Iterator[Problem]:
    """Everything that shows in one question: Q02, Q04 to Q13, Q15, Q17, and L11."""
    yield from _names(question, course)
    yield from _pair(question, course)
    yield from _stem(question)
    yield from _reasons(question)
    yield from _numbers(question, course)
    yield from _dated(question, course)
    if question.kind in WITH_OPTIONS:
        for language in LANGUAGES:
            yield from _options(question, language)
    yield from _style(question)


def check_words(question: Question, course: Course) -> Iterator[Problem]:
    """What shows in the words of a drawn question before any number is drawn: Q02, Q04 to Q08, Q17, Q28, L11."""
    yield from _names(question, course)
    yield from _stem(question)
    yield from _reasons(question)
    yield from _style(question)
    units = [*question.stem, *reasons(question), *(option.text for option in question.options)]
    for unit in units:
        found = {lang: Counter(PLACEHOLDER.findall(unit[lang])) for lang in LANGUAGES}
        if not found["ko"] == found["en"] == found["vi"]:
            text = "the {names} of drawn numbers differ between the languages"
            yield Problem(question.path, unit.line, "Q28", text)


def _names(question: Question, course: Course) -> Iterator[Problem]:
    """Q02: whatever is named exists, and what is wrong is a named wrong belief."""

    def says(text: str, line: int = 1) -> Problem:
        return Problem(question.path, line, "Q02", text)

    if question.objective not in course.objectives:
        yield says(f"objective {question.objective!r} is not in content/objectives/")
    for fact in question.facts:
        if fact not in course.facts:
            yield says(f"fact {fact!r} is not in content/facts/")
    if fault := fault_of_target(f"lesson:{question.rests_on}", course):
        yield says(f"rests_on: {fault}")
    for option in question.options:
        built_on_belief = option.correct == (question.kind == "mistake")
        if option.misconception and option.misconception not in course.misconceptions:
            text = f"misconception {option.misconception!r} is not in content/misconceptions/"
            yield says(text, option.line)
        elif built_on_belief and not option.misconception:
            wanted = "the mistake" if question.kind == "mistake" else "a wrong option"
            yield says(f"{wanted} needs misconception = 'service.name'", option.line)
        elif option.misconception and not built_on_belief:
            yield says("only a wrong belief has a misconception; take it off", option.line)


def _pair(question: Question, course: Course) -> Iterator[Problem]:
    """Q02: two stems that differ in a phrase and therefore in the key; the options are the same."""
    if not question.pair:
        return
    other = course.questions.get(question.pair)

    def says(text: str) -> Problem:
        return Problem(question.path, 1, "Q02", f"pair: {text}")

    if other is None:
        yield says(f"there is no question {question.pair!r}")
        return
    if other.pair != question.id:
        yield says(f"{other.id} needs pair = {question.id!r}")
    texts = [
        {option.id: tuple(option.text[lang] for lang in LANGUAGES) for option in each.options}
        for each in (question, other)
    ]
    if texts[0] != texts[1]:
        yield says(f"the options of {other.id} have other ids or texts")
    elif question.key == other.key:
        yield says(f"{other.id} has the same key")


def _stem(question: Question) -> Iterator[Problem]:
    """Q04, Q05, Q06, Q07: how many are asked for, qualifiers, banned forms, length."""
    last = question.stem[-1]
    for language in LANGUAGES:
        text, line = stem(question, language), last.line_of(language)
        wanted = _CHOOSE[language].get(question.choose, "")
        if wanted and not last[language].rstrip().endswith(wanted):
            yield Problem(question.path, line, "Q04", f"the stem has to end in {wanted!r}")
        elif not wanted and _ANY_CHOOSE[language].search(text):
            yield Problem(question.path, line, "Q04", "the stem asks for several, the key is one")
        if question.kind != "mistake" and (found := re.search(_BANNED_STEM[language], text)):
            yield Problem(question.path, line, "Q06", f"{found.group(0)!r}: ask for what is right")
    qualifiers = {lang: Counter(_QUALIFIER.findall(stem(question, lang))) for lang in LANGUAGES}
    if not qualifiers["ko"] == qualifiers["en"] == qualifiers["vi"]:
        text = "LEAST, MOST and the like stand in English capitals in all three lines, in brackets"
        yield Problem(question.path, last.line, "Q05", text)
    for option in question.options:
        for language in LANGUAGES:
            if found := re.search(_BANNED_OPTION[language], option.text[language], re.I):
                text = f"{found.group(0)!r}: an option says something itself"
                yield Problem(question.path, option.text.line_of(language), "Q06", text)
    count, (least, most) = len(words(stem(question, "en"))), STEM_WORDS[question.grade]
    if not least <= count <= most:
        text = f"the English stem of grade {question.grade!r} has {count} words; {least} to {most} are wanted"
        yield Problem(question.path, question.stem[0].line, "Q07", text)


def _reasons(question: Question) -> Iterator[Problem]:
    """Q08: each option says why, and in exam grade a wrong one says when it would be right."""
    for option in question.options:
        line = option.why[0].line
        for language, least in REASON_WORDS_MIN.items():
            count = sum(len(words(unit[language])) for unit in option.why)
            if count < least:
                text = f"a reason of {count} words in {language}; {least} or more are wanted"
                yield Problem(question.path, line, "Q08", text)
        count, most = sum(len(words(u.en)) for u in option.why), REASON_WORDS_MAX[option.correct]
        if count > most:
            text = f"a reason of {count} English words; {most} at most"
            yield Problem(question.path, line, "Q08", text)
        if question.grade == "exam" and not option.correct and len(option.why) < 2:
            text = "a second unit has to say when this option would be right"
            yield Problem(question.path, line, "Q08", text)


def reasons(question: Question) -> Iterator[Unit]:
    """Every unit that explains: of options, steps, prompts and the task."""
    for why in (
        *(option.why for option in question.options),
        *(step.why for step in question.steps),
        *(prompt.why for prompt in question.prompts),
    ):
        yield from why
    if question.task:
        yield from (*question.task.why_passes, *question.task.why_fails)


def _numbers(question: Question, course: Course) -> Iterator[Problem]:
    """Q09: a number in a reason comes from the ledger, the stem, an option or the scenario, or is worked out."""
    known = {"1"}
    texts = [unit.en for unit in question.stem]
    texts += [option.text.en for option in question.options]
    texts += [step.text.en for step in question.steps]
    texts += [prompt.text.en for prompt in question.prompts]
    texts += [choice.text.en for choice in question.choices]
    for fact in (course.facts[id] for id in question.facts if id in course.facts):
        texts += [fact.quantity("en"), *(unit.en for unit in (fact.today, fact.exam) if unit)]
    for text in texts:
        known |= set(numbers_in(text))
    scenarios = {question.play.scenario} if question.play else set()
    scenarios |= {option.claim.play.scenario for option in question.options if option.claim}
    for scenario in (course.scenarios[id] for id in scenarios if id in course.scenarios):
        known |= set(_numbers_of(scenario.data))
    if question.task:
        known |= set(_numbers_of([*question.task.passes, *question.task.fails]))
    for result, sum_ in question.derived.items():
        if _worked_out(sum_) != Fraction(result):
            yield Problem(question.path, 1, "Q09", f"derived: {sum_} is not {result}")
        known.add(result.replace(".", ""))
    for unit in reasons(question):
        for number in numbers_in(readable(unit.en)):
            if number not in known:
                text = f"where does {number} come from? Name its fact, or add it to derived"
                yield Problem(question.path, unit.line_of("en"), "Q09", text)


def _numbers_of(data: Any) -> Iterator[str]:
    """The numbers in a scenario's data, times also in seconds."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _numbers_of(value)
            if name.endswith("_ms") and type(value) is int and value % 1000 == 0:
                yield str(value // 1000)
    elif isinstance(data, (list, tuple)):
        for each in data:
            yield from _numbers_of(each)
    elif isinstance(data, str):
        yield from numbers_in(data)
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        yield str(data).replace(".", "")


_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _worked_out(text: str) -> Fraction | None:
    """The value of a sum such as '4 * 60'; None if it is none."""

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return Fraction(str(node.value))
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        raise ValueError

    try:
        return value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None


def _dated(question: Question, course: Course) -> Iterator[Problem]:
    """Q10: a figure that changed decides no key, unless the stem says the day."""
    if question.beyond_exam or _YEAR.search(stem(question, "en")):
        return
    for id in question.facts:
        if (fact := course.facts.get(id)) and fact.exam:
            text = f"{id} has an exam answer of its own: say the year in the stem, or beyond_exam = true"
            yield Problem(question.path, 1, "Q10", text)


def _options(question: Question, language: Language) -> Iterator[Problem]:
    """Q11, Q12, Q13, Q15: what gives the key away without the stem."""
    right, wrong = keyed(question.options)
    size = lengths(question, language)
    line = right[0].text.line_of(language)
    others = mean(size[option.id] for option in wrong)
    ours = mean(size[option.id] for option in right)
    if ours > KEY_LENGTH_MAX * others and ours > SHORT:
        text = f"the key is {ours / others:.2f} times as long as the other options in {language}"
        yield Problem(question.path, line, "Q11", text)
    texts = [plain(option.text, language) for option in question.options]
    if max(size.values()) > LENGTH_SPREAD_MAX * max(min(size.values()), SHORT):
        longest, shortest = max(size.values()), min(size.values())
        text = f"the longest option has {longest} characters in {language}, the shortest {shortest}"
        yield Problem(question.path, question.options[0].line, "Q12", text)
    if len({text.endswith((".", "?")) for text in texts}) > 1:
        text = f"some options in {language} are sentences with a full stop, some are not"
        yield Problem(question.path, question.options[0].line, "Q12", text)
    absolute = ABSOLUTES[language]
    for option in wrong if not any(absolute.search(o.text[language]) for o in right) else ():
        if found := absolute.search(option.text[language]):
            text = f"{found.group(0)!r} stands in a wrong option only"
            yield Problem(question.path, option.text.line_of(language), "Q13", text)
    for one, other in combinations(question.options, 2):
        a, b = one.text[language], other.text[language]
        same_figures = Counter(CODE_SPAN.findall(a)) == Counter(CODE_SPAN.findall(b)) and (
            numbers_in(readable(a)) == numbers_in(readable(b))
        )
        if same_figures and likeness(a, b) > ALIKE:
            text = f"options {one.id} and {other.id} say nearly the same in {language}"
            yield Problem(question.path, other.text.line_of(language), "Q15", text)


def _style(question: Question) -> Iterator[Problem]:
    """Q17 and L11: sentences that are easy to read, Korean ones in the polite formal style."""
    for unit in (*question.stem, *reasons(question)):
        if text := register_fault(unit.ko):
            yield Problem(question.path, unit.line_of("ko"), "L11", text)
        for language in LANGUAGES:
            longest = max(sentence_lengths(readable(unit[language])), default=0)
            if longest > LONGEST_SENTENCE[language]:
                text = f"a sentence of {longest} words in {language}; {LONGEST_SENTENCE[language]} at most"
                yield Problem(question.path, unit.line_of(language), "Q17", text)


def check_echoes(course: Course) -> Iterator[Problem]:
    """Q14: rare words that the key alone shares with the stem. What is rare, the whole bank says."""
    asked = [q for q in course.questions.values() if q.kind in WITH_OPTIONS]
    for language in LANGUAGES:
        common: Counter[str] = Counter()
        for question in asked:
            texts = [stem(question, language), *(plain(o.text, language) for o in question.options)]
            common.update(content_words(" ".join(texts), language))
        for question in asked:
            echoed = sorted(echo(question, language, common, len(asked)))
            if echoed:
                right = next(option for option in question.options if option.correct)
                text = f"only the key repeats {', '.join(echoed)} of the stem ({language})"
                yield Problem(question.path, right.text.line_of(language), "Q14", text)


RARE = 0.04  # a word is rare when at most this share of the questions has it
RARE_FROM = 60  # questions; in a smaller bank every word is rare


def echo(question: Question, language: Language, common: Counter[str], bank: int) -> frozenset[str]:
    """Rare content words that stem and key share and no wrong option has: one rare word, or two of any."""
    right, wrong = keyed(question.options)
    words_of = [content_words(plain(option.text, language), language) for option in wrong]
    ours = frozenset[str]().union(
        *(content_words(plain(option.text, language), language) for option in right)
    )
    shared = (ours & content_words(stem(question, language), language)) - frozenset[str]().union(
        *words_of
    )
    rare = {word for word in shared if bank >= RARE_FROM and common[word] <= RARE * bank}
    return shared if len(shared) > 1 or rare else frozenset()


def check_likeness(course: Course) -> Iterator[Problem]:
    """Q16: two questions whose stems say nearly the same, and that are no pair."""
    asked = [(question, stem(question, "en")) for question in course.questions.values()]
    for (one, a), (other, b) in combinations(asked, 2):
        if one.pair != other.id and likeness(a, b) > ALIKE:
            text = f"the stem is nearly that of {one.id}"
            yield Problem(other.path, other.stem[0].line, "Q16", text)
