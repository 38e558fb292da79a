"""One value of a filter policy: an exact value or an operator, read from JSON and tried on a message's value.

The operators are those of SNS-X16. What is wrong with a pattern is told in the words of AWS.
"""

from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

from studyapp.engine.limits.sns_filters import WILDCARDS_PER_PATTERN_MAX
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.filter_values import Scalar, rounded

# Names that mean an operator, so that a `$or` around them is no OR.
OPERATORS = (
    "prefix",
    "suffix",
    "equals-ignore-case",
    "wildcard",
    "cidr",
    "anything-but",
    "numeric",
    "exists",
)

_TEXT_OPERATORS = ("prefix", "suffix", "equals-ignore-case")
_NESTED_IN_ANYTHING_BUT = ("prefix", "suffix", "equals-ignore-case", "wildcard")
_COMPARISONS = ("=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`kind` is "exact" or an operator's name. `value` is

    for "exact" the scalar; for prefix, suffix, equals-ignore-case and cidr the text; for "wildcard" the
    texts between the stars; for "numeric" pairs of comparison and number; for "exists" a bool; for
    "anything-but" the patterns that must not match.
    """

    kind: str
    value: Any


def wrong(problem: str) -> Refused:
    """A pattern that SNS does not take, in SNS's words."""
    return Refused("filter-policy-wrong-pattern", problem=problem[:200])


def read_pattern(value: Any) -> Pattern:
    """One element of a policy's array.

    Raises:
        Refused: filter-policy-wrong-pattern.
    """
    if isinstance(value, list):
        raise wrong("Match value must be String, number, true, false, or null")
    if not isinstance(value, dict):
        return Pattern("exact", value)
    if not value:
        raise wrong("Match expression name not found")
    operator, operand = next(iter(value.items()))
    if operator not in OPERATORS:
        raise wrong(f"Unrecognized match type {operator}")
    if len(value) != 1:
        raise wrong("Only one key allowed in match expression")
    if operator in _TEXT_OPERATORS:
        return _text_pattern(operator, operand)
    if operator == "exists":
        if not isinstance(operand, bool):
            raise wrong("exists match pattern must be either true or false.")
        return Pattern(operator, operand)
    if operator == "numeric":
        return Pattern(operator, _comparisons(operand))
    if operator == "cidr":
        return Pattern(operator, _network(operand))
    if operator == "wildcard":
        return _wildcard(operand)
    return Pattern(operator, _unwanted(operand))


def _text_pattern(operator: str, operand: Any) -> Pattern:
    if not isinstance(operand, str):
        raise wrong(f"{operator} match pattern must be a string")
    return Pattern(operator, operand.casefold() if operator == "equals-ignore-case" else operand)


def _comparisons(operand: Any) -> tuple[tuple[str, Decimal], ...]:
    """`["=", 5]`, `["<", 5]` or a range such as `[">", 0, "<=", 5]`: lower bound first."""
    if not isinstance(operand, list):
        raise wrong("Value of numeric must be an array.")
    if not operand:
        raise wrong("Invalid member in numeric match: ]")
    first = _comparison(operand, 0)
    if len(operand) == 2:
        return (first,)
    if first[0] not in (">", ">="):
        raise wrong("Too many elements in numeric expression")
    second = _comparison(operand, 2)
    if second[0] not in ("<", "<="):
        raise wrong(f"Bad numeric range operator: {second[0]}")
    if second[1] <= first[1]:
        raise wrong("Bottom must be less than top")
    if len(operand) > 4:
        raise wrong("Too many terms in numeric range expression")
    return first, second


def _comparison(operand: list[Any], place: int) -> tuple[str, Decimal]:
    operator = operand[place]
    if not isinstance(operator, str):
        raise wrong(f"Invalid member in numeric match: {operator}")
    if operator not in _COMPARISONS:
        raise wrong(f"Unrecognized numeric range operator: {operator}")
    value = operand[place + 1] if len(operand) > place + 1 else None
    if not isinstance(value, Decimal):
        raise wrong(f"Value of {'equals' if operator == '=' else operator} must be numeric")
    return operator, rounded(value)


def _network(operand: Any) -> str:
    if not isinstance(operand, str):
        raise wrong("Value of cidr must be a string")
    address, slash, bits = operand.partition("/")
    if not slash or "/" in bits:
        raise wrong("Malformed CIDR, one '/' required")
    if not (bits.isascii() and bits.isdigit()):
        raise wrong("Malformed CIDR, mask bits must be an integer")
    try:
        ip_address(address)
    except ValueError:
        raise wrong(f"Nonstandard IP address: {address}") from None
    try:
        return str(ip_network(operand, strict=False))
    except ValueError:
        raise wrong("Malformed CIDR, bad mask bits") from None


def _wildcard(operand: Any) -> Pattern:
    r"""Text with `*` for any characters, even none; `\*` and `\\` stand for themselves."""
    if not isinstance(operand, str):
        raise wrong("wildcard match pattern must be a string")
    pieces, piece, place = [], "", 0
    while place < len(operand):
        sign = operand[place]
        if sign == "\\":
            place += 1
            if operand[place : place + 1] not in ("*", "\\"):
                raise wrong(f"Invalid escape character at pos {place - 1}")
            piece += operand[place]
        elif sign == "*":
            if operand[place + 1 : place + 2] == "*":
                raise wrong(f"Consecutive wildcard characters at pos {place}")
            pieces.append(piece)
            piece = ""
        else:
            piece += sign
        place += 1
    pieces.append(piece)
    if len(pieces) - 1 > WILDCARDS_PER_PATTERN_MAX:
        raise Refused("filter-policy-too-complex")
    return Pattern("wildcard", tuple(pieces))


def _unwanted(operand: Any) -> tuple[Pattern, ...]:
    """A value, a list of values of one kind, or `{prefix}`, `{suffix}`, `{wildcard}`,
    `{equals-ignore-case}` with a text or a list of texts."""
    if isinstance(operand, dict):
        if len(operand) != 1:
            raise wrong("Only one key allowed in match expression")
        operator, inner = next(iter(operand.items()))
        if operator not in _NESTED_IN_ANYTHING_BUT:
            raise wrong(f"Unsupported anything-but pattern: {operator}")
        texts = inner if isinstance(inner, list) else [inner]
        if not texts:
            raise wrong("Empty arrays are not allowed")
        if "" in texts and operator in ("prefix", "suffix"):
            raise wrong("Null prefix/suffix not allowed")
        return tuple(read_pattern({operator: each}) for each in texts)
    values = operand if isinstance(operand, list) else [operand]
    if not values:
        raise wrong("Empty arrays are not allowed")
    if not (
        all(isinstance(each, str) for each in values)
        or all(isinstance(each, Decimal) for each in values)
    ):
        raise wrong("Inside anything but list, start|null|boolean is not supported.")
    return tuple(Pattern("exact", each) for each in values)


def accepts(pattern: Pattern, value: Scalar) -> bool:
    """Whether a value that the message has fits. `exists: false` never fits a value that is there."""
    kind, wanted = pattern.kind, pattern.value
    if kind == "exact":
        if isinstance(wanted, Decimal):
            return isinstance(value, Decimal) and rounded(wanted) == rounded(value)
        return type(value) is type(wanted) and value == wanted
    if kind == "anything-but":
        return not any(accepts(each, value) for each in wanted)
    if kind == "exists":
        return bool(wanted) and value is not None and value != ""
    if kind == "numeric":
        return isinstance(value, Decimal) and all(
            _holds(rounded(value), operator, limit) for operator, limit in wanted
        )
    return isinstance(value, str) and _text_accepts(kind, wanted, value)


def _text_accepts(kind: str, wanted: Any, value: str) -> bool:
    if kind == "prefix":
        return value.startswith(wanted)
    if kind == "suffix":
        return value.endswith(wanted)
    if kind == "equals-ignore-case":
        return value.casefold() == str(wanted)
    if kind == "wildcard":
        return _fits_wildcard(wanted, value)
    try:
        address = ip_address(value)
    except ValueError:
        return False
    return address in ip_network(wanted)


def _holds(value: Decimal, operator: str, limit: Decimal) -> bool:
    if operator == "=":
        return value == limit
    if operator == "<":
        return value < limit
    if operator == "<=":
        return value <= limit
    return value > limit if operator == ">" else value >= limit


def _fits_wildcard(pieces: tuple[str, ...], value: str) -> bool:
    if len(pieces) == 1:
        return value == pieces[0]
    first, last = pieces[0], pieces[-1]
    if len(value) < len(first) + len(last) or not value.startswith(first):
        return False
    if not value.endswith(last):
        return False
    place, end = len(first), len(value) - len(last)
    for piece in pieces[1:-1]:
        found = value.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True
