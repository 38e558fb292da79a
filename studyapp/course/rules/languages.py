"""Rules about the three lines of a unit: do they say the same, each in its own language?"""

import re
from collections import Counter
from collections.abc import Iterator

from studyapp.course.labelled import LANGUAGES, Language, Unit
from studyapp.course.lessons import CODE_SPAN, FACT_NAME, Lesson, without_code
from studyapp.course.library import Course
from studyapp.course.markup import LINK
from studyapp.course.problem import Problem

ENGLISH_LINE_MAX = 240  # characters; longer lines hold more than one idea

# {queue} in a telling sentence.
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_OTHER_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_VIETNAMESE = re.compile(
    r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]"
)
_PARTICLE = re.compile(r"\}(?:이|가|을|를|은|는|으로|로|과|와|이나|나|이라|라)(?=[\s,.)]|$)")
_POLITE = re.compile(r"(?:니다|니까|시오)[.?!)\]”’\"'*`]*$")

# Strong cues must have an answer in the other languages; soft cues may answer a strong one but ask for
# nothing themselves ("unlimited" is "không giới hạn", "fails" may be "cannot").
_STRONG = {
    "en": re.compile(
        r"\b(?:not|never|no|without|cannot|none|neither|nor|nothing|nobody|nowhere)\b|n't\b", re.I
    ),
    "ko": re.compile(r"않|못|없|아니|아닙|아닌|말고|마십시오|지 마|(?:^|\s)안 "),
    "vi": re.compile(r"\b(?:không|chưa|chẳng|đừng|chớ)\b", re.I),
}
_SOFT = {
    "en": re.compile(
        r"\bun\w+|\bin(?:visible|dependent|complete|finite|ability|valid|sufficient)\w*|\bim(?:possible|mutable)\w*"
        r"|\b(?:unless|instead|rather|only|rare\w*|lack\w*|empty|miss\w*|fail\w*|idempotent|los[est]\w*|drop\w*"
        r"|disappear\w*|stop\w*|free|less|few\w*|ignor\w*|refus\w*|reject\w*|except|too|out of|beyond|avoid\w*"
        r"|exclu\w*|away|forget\w*|skip\w*|dis\w+|serverless|whatever|regardless|otherwise|wrong|zero|outside"
        r"|still|yet|hardly|different|odd|alone|just|hidden|hides?|prevent\w*|forbid\w*|den(?:y|ies|ied)|blank"
        r"|leav\w+|nonstop|absen\w+|until|before|0)\b|\w+less\b|\bnon-?\w+",
        re.I,
    ),
    "ko": re.compile(
        r"무제한|무한|무관|무시|무상|무료|불가|불필요|미완|미확|비동기|비공개|비어|빈 |실패|거부|제외|누락|잃|뿐|"
        r"밖|대신|드물|멱등|삼가|피하|피합|막|금지|외에|다르|다른|달리|틀|무효|버리|버려|사라|끊|건너|0|서버리스|모르|모릅|"
        r"유실|손실|부족|벗어|초과|상관|전에|까지|만 |아직|오히려|숨|떠나|차단|잘못"
    ),
    "vi": re.compile(
        r"\b(?:vô|phi|thiếu|mất|trừ|hết|ngoài|thay|bỏ|từ chối|thất bại|rỗng|trống|hiếm|cấm|tránh|ít|chỉ|khỏi|"
        r"khác|sai|ngừng|dừng|miễn phí|0|serverless|idempotent|bất|quên|lỗi|kém|vượt|nhầm|trước khi|cho đến khi|"
        r"vẫn|riêng|ẩn|chặn|độc lập|đâu)\b",
        re.I,
    ),
}


def check_unit(path: str, unit: Unit) -> Iterator[Problem]:
    """Numbers, code, scripts, negation, particles and lengths of one unit."""
    if not (unit.ko and unit.en and unit.vi):
        return  # L01 has said so, or a `?` says that it is still to be translated
    words = {language: readable(unit[language]) for language in LANGUAGES}

    code = {language: Counter(CODE_SPAN.findall(unit[language])) for language in LANGUAGES}
    if not code["ko"] == code["en"] == code["vi"]:
        yield Problem(path, unit.line, "L05", "code differs: " + _compare(code))

    digits = {language: numbers_in(words[language]) for language in LANGUAGES}
    if not digits["ko"] == digits["en"] == digits["vi"]:
        yield Problem(path, unit.line, "L07", "numbers differ: " + _compare(digits))

    yield from _scripts(path, unit, words)
    yield from _negation(path, unit, words)
    if len(unit.en) > ENGLISH_LINE_MAX:
        text = f"the English line has {len(unit.en)} characters; {ENGLISH_LINE_MAX} at most"
        yield Problem(path, unit.line_of("en"), "L13", text)
    if found := _PARTICLE.search(unit.ko):
        text = (
            f"particle after a {{name}}: {found.group(0)!r}; write it so that no particle follows"
        )
        yield Problem(path, unit.line_of("ko"), "L17", text)
    yield from _lengths(path, unit, words)


def readable(text: str) -> str:
    """What a reader reads: no code, no names of facts, no placeholders, no link targets."""
    return LINK.sub(r"\1", PLACEHOLDER.sub(" ", FACT_NAME.sub(" ", without_code(text))))


# "Exactly once" and "at least once" are names; Korean and Vietnamese write them with a 1.
_ONCE = re.compile(r"(?:정확히|최소) 1회|(?:đúng|ít nhất) 1 lần")


def numbers_in(text: str) -> Counter[str]:
    """The numbers of a readable text, without separators: 1,048,576 and 1.048.576 are equal."""
    text = _ONCE.sub(" ", text)
    return Counter(re.sub(r"[.,]", "", number) for number in _DIGITS.findall(text))


def _compare(found: dict[Language, Counter[str]]) -> str:
    common = found["ko"] & found["en"] & found["vi"]
    return ", ".join(
        f"{language} {' '.join(sorted((found[language] - common).elements())) or 'none'}"
        for language in LANGUAGES
    )


def _scripts(path: str, unit: Unit, words: dict[Language, str]) -> Iterator[Problem]:
    if unit.ko != unit.en and not _HANGUL.search(unit.ko):
        yield Problem(path, unit.line, "L08", "the Korean line has no Hangul")
    for language in LANGUAGES:
        if language != "ko" and _HANGUL.search(words[language]):
            yield Problem(path, unit.line_of(language), "L08", f"Hangul in the {language} line")
        if language != "vi" and _VIETNAMESE.search(words[language]):
            text = f"Vietnamese letters in the {language} line"
            yield Problem(path, unit.line_of(language), "L08", text)
        if _OTHER_EAST_ASIAN.search(words[language]):
            text = f"Chinese or Japanese characters in the {language} line"
            yield Problem(path, unit.line_of(language), "L08", text)


# The Korean name of the dead-letter queue holds a "not" that says nothing about the sentence.
_NAME_WITH_NOT = re.compile(r"배달 못 ?한 편지")


def _negation(path: str, unit: Unit, words: dict[Language, str]) -> Iterator[Problem]:
    words = {**words, "ko": _NAME_WITH_NOT.sub(" ", words["ko"])}
    strong = [language for language in LANGUAGES if _STRONG[language].search(words[language])]
    if not strong:
        return
    for language in LANGUAGES:
        if language not in strong and not _SOFT[language].search(words[language]):
            text = f"negated in {' and '.join(strong)}, but not in {language}"
            yield Problem(path, unit.line, "L14", text)


def _lengths(path: str, unit: Unit, words: dict[Language, str]) -> Iterator[Problem]:
    base = len(words["en"])
    if base < 40:
        return
    for language, low, high in (("ko", 0.25, 1.05), ("vi", 0.65, 1.9)):
        ratio = len(words[language]) / base  # type: ignore[index]
        if not low <= ratio <= high:
            text = f"the {language} line is {ratio:.2f} times as long as the English one"
            yield Problem(path, unit.line, "L12", text)


def register_fault(text: str) -> str:
    """What is wrong with the style of a Korean sentence; '' if it is polite and formal, or no sentence."""
    end = re.sub(r"\]\([^)]*\)", "]", text).strip()
    if end.endswith((".", "?")) and not _POLITE.search(end):
        return f"does not end in 합니다체: …{end[-12:]}"
    return ""


def check_register(lesson: Lesson) -> Iterator[Problem]:
    """Korean sentences of running text end in the polite formal style."""
    for block in lesson.blocks:
        if block.kind in ("section", "table", "figure", "code", "list", "steps"):
            continue
        for unit in block.all_units():
            if text := register_fault(unit.ko):
                yield Problem(lesson.path, unit.line_of("ko"), "L11", text)


def check_terms(path: str, unit: Unit, course: Course) -> Iterator[Problem]:
    """A glossary term of the English line has an accepted form in the other two."""
    if path.startswith("glossary/"):
        return
    english = readable(unit.en).casefold()
    for term in course.terms.values():
        name = term.name.en.split(" (")[0].casefold()
        for language, variants, banned in (
            ("ko", term.also.ko, term.never.ko),
            ("vi", term.also.vi, term.never.vi),
        ):
            line = readable(unit[language]).casefold()
            for form in banned:
                if form.casefold() in line:
                    text = f"{form!r} is not our word for {term.name.en!r}: {term.name[language]!r}"
                    yield Problem(path, unit.line, "L10", text)
            if not line or len(name) < 5 or not re.search(rf"\b{re.escape(name)}\b", english):
                continue
            main = term.name[language].casefold()
            forms = {main, re.sub(r"\s*\(.*?\)", "", main), *(form.casefold() for form in variants)}
            if inner := re.search(r"\((.*?)\)", main):
                forms.add(inner.group(1))
            squeezed = line.replace(" ", "")
            if not any(form.replace(" ", "") in squeezed for form in forms):
                text = f"{term.name.en!r} should be {term.name[language]!r} in {language}"
                yield Problem(path, unit.line, "L10", text)
