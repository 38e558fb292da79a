"""Measures of the words of a question, in each language: what a test-wise guesser would look at."""

import re
from collections.abc import Iterable
from functools import lru_cache

from studyapp.course.labelled import Language, Unit
from studyapp.course.questions import Option, Question
from studyapp.course.rules.languages import readable

_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_CODE_MARK = str.maketrans("", "", "`*")

ABSOLUTES = {
    "en": re.compile(r"\b(?:always|never|only|must|every time|guaranteed?s?)\b", re.I),
    "ko": re.compile(r"항상|절대|오직|반드시|언제나|무조건|만 (?=[가-힣]+(?:니다|십시오))"),
    # "chỉ" is "only"; in "địa chỉ", "chứng chỉ", "chỉ định", "chỉ số", "chỉ mục" it is a part of another word.
    "vi": re.compile(
        r"\b(?:luôn|không bao giờ|(?<!địa )(?<!chứng )chỉ(?! định| số| mục)|bắt buộc|nhất thiết|tuyệt đối)\b",
        re.I,
    ),
}
HEDGES = {
    "en": re.compile(r"\b(?:can|may|might|usually|often|some|most|at least|at most|up to)\b", re.I),
    "ko": re.compile(r"수 있|대체로|대개|흔히|최소|최대|까지|일부"),
    "vi": re.compile(r"\b(?:có thể|thường|một số|hầu hết|ít nhất|tối đa|nhiều nhất)\b", re.I),
}

# What an option offers, as people choose between it. The first that fits a stretch of text counts.
SERVICES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "SQS": r"\bSQS\b",
        "SNS": r"\bSNS\b",
        "Kinesis Data Streams": r"\bKinesis\b(?! Video| Data Firehose)",
        "Data Firehose": r"\bFirehose\b",
        "Amazon MQ": r"\bAmazon MQ\b|\bActiveMQ\b|\bRabbitMQ\b",
        "EventBridge": r"\bEventBridge\b",
        "Lambda": r"\bLambda\b",
        "MSK": r"\bMSK\b|\bKafka\b",
        "Step Functions": r"\bStep Functions\b",
        "Apache Flink": r"\bFlink\b",
    }.items()
}

_PARTICLES = re.compile(
    r"(?:으로|에서|에게|까지|부터|마다|보다|입니다|합니다|습니다|됩니다|하여|하는|한다|을|를|이|가|은|는|의|에|로|와|과|도|만)$"
)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EMPTY = {
    "en": _set(
        "the a an and or of to in on at by for with from as is are was were be been it its that this these those "
        "which what who how when where there their they them has have had not no will would must can could should "
        "one two each all any more than then so if into only also use uses using used does do did"
    ),
    "ko": _set("무엇 어느 어떤 있 하 것 수 때 그 이 저 및 또는 합니다 있습니다 무엇입니까"),
    "vi": _set(
        "và hoặc của cho với từ trong trên là các những một hai mỗi mọi này đó nào gì có được bị không sẽ phải cần "
        "để khi thì mà ở ra vào lên đến hãy cách việc sau trước lại đã đang như hơn nhất"
    ),
}


def stem(question: Question, language: Language) -> str:
    """The stem as one text."""
    return " ".join(readable(unit[language]) for unit in question.stem)


def plain(unit: Unit, language: Language) -> str:
    """What a reader sees of a short text, code included but without its marks."""
    return unit[language].translate(_CODE_MARK).strip()


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are written; Vietnamese syllables count as words."""
    return tuple(_WORD.findall(text))


def content_words(text: str, language: Language) -> frozenset[str]:
    """Words that carry meaning, so that stem and option can be compared: without endings and small words."""
    found = [word.casefold() for word in words(text)]
    if language == "ko":
        found = [_PARTICLES.sub("", word) if len(word) > 2 else word for word in found]
    empty = _EMPTY[language] | _EMPTY["en"]  # names and terms are English in every language
    if language == "vi":  # a Vietnamese meaning is often two syllables
        kept = [word for word in found if word not in empty]
        pairs = [" ".join(pair) for pair in zip(kept, kept[1:], strict=False)]
        found = [each for each in kept if each.isascii()] + [p for p in pairs if not p.isascii()]
    least = 2 if language == "ko" else 3
    return frozenset(word for word in found if len(word) >= least and word not in empty)


@lru_cache(maxsize=20_000)
def trigrams(text: str) -> frozenset[str]:
    """Stretches of three letters of the folded text."""
    folded = " ".join(words(text.casefold()))
    return frozenset(folded[n : n + 3] for n in range(len(folded) - 2)) or frozenset({folded})


def likeness(one: str, other: str) -> float:
    """How much two texts have in common, 0 to 1: shared trigrams of all (Jaccard)."""
    a, b = trigrams(one), trigrams(other)
    return len(a & b) / len(a | b)


def services_in(text: str) -> frozenset[str]:
    """The services that a text offers. Their names are the same in every language."""
    return frozenset(name for name, pattern in SERVICES.items() if pattern.search(text))


def lengths(question: Question, language: Language) -> dict[str, int]:
    """The length of each option in characters as a reader sees them."""
    return {option.id: len(plain(option.text, language)) for option in question.options}


def keyed(options: Iterable[Option]) -> tuple[list[Option], list[Option]]:
    """The options that are right, and those that are wrong."""
    options = list(options)
    return [o for o in options if o.correct], [o for o in options if not o.correct]


def sentence_lengths(text: str) -> list[int]:
    """The number of words of each sentence."""
    return [n for part in re.split(r"(?<=[.?!])\s+", text) if (n := len(words(part)))]
