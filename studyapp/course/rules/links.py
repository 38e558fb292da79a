"""Rules about names and links: the same in all three lines, and leading somewhere."""

from collections import Counter
from collections.abc import Iterator

from studyapp.course.labelled import LANGUAGES, Unit
from studyapp.course.lessons import FACT_NAME, Lesson, unit_anchor, without_code
from studyapp.course.library import Course
from studyapp.course.markup import LESSON_LINK, LINK, TERM_LINK
from studyapp.course.problem import Problem


def anchors(lesson: Lesson) -> set[str]:
    """Every address of a sentence or block inside a lesson."""
    found = set()
    for block in lesson.blocks:
        found.add(block.id)
        found |= {unit_anchor(block.id, n) for n in range(len(block.units))}
    return found


def check_unit(path: str, unit: Unit, course: Course) -> Iterator[Problem]:
    complete = all(unit[lang] for lang in LANGUAGES)  # else one is still to be translated
    names = {lang: Counter(FACT_NAME.findall(without_code(unit[lang]))) for lang in LANGUAGES}
    if complete and not names["ko"] == names["en"] == names["vi"]:
        yield Problem(path, unit.line, "L06", "the {names} differ between the languages")
    for name in names["en"]:
        fact = course.facts.get(name)
        if fact is None:
            yield Problem(path, unit.line, "L06", f"fact {{{name}}} is not in content/facts/")
        elif fact.value is None:
            yield Problem(path, unit.line, "L06", f"fact {{{name}}} is a rule without a number")
    targets = {
        lang: Counter(target for _, target in LINK.findall(unit[lang])) for lang in LANGUAGES
    }
    if complete and not targets["ko"] == targets["en"] == targets["vi"]:
        yield Problem(path, unit.line, "L06", "the link targets differ between the languages")
    for target in targets["en"]:
        if text := fault_of_target(target, course):
            yield Problem(path, unit.line, "L06", text)


def fault_of_target(target: str, course: Course) -> str:
    """What is wrong with the address of a link; '' if nothing is."""
    if found := LESSON_LINK.match(target):
        lesson = course.lessons.get(found.group(1))
        if lesson is None:
            return f"there is no lesson {found.group(1)!r}"
        if found.group(2) and found.group(2) not in anchors(lesson):
            return f"lesson {found.group(1)!r} has no block {found.group(2)!r}"
        return ""
    if found := TERM_LINK.match(target):
        return "" if found.group(1) in course.terms else f"there is no term {found.group(1)!r}"
    if target.startswith("https://"):
        return ""
    return f"{target!r} is no address; write https://, lesson: or term:"


def check_records(course: Course) -> Iterator[Problem]:
    """Terms name the block that teaches them; two-answers boxes name a fact that has two answers."""
    for term in course.terms.values():
        if fault := fault_of_target(f"lesson:{term.taught}", course):
            yield Problem(term.path, term.line, "L06", f"taught: {fault}")
    for lesson in course.lessons.values():
        for block in lesson.of_kind("two-answers"):
            fact = course.facts.get(str(block.properties.get("fact")))
            if fact is None or fact.exam is None:
                text = f"fact {block.properties.get('fact')!r} has no '### exam' to show beside today's"
                yield Problem(lesson.path, block.line, "L06", text)
