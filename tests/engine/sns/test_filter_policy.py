"""Filter policies: which messages pass, and which policies SNS refuses."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.refusals import Refused
from studyapp.engine.sns.filter_policy import ATTRIBUTES, BODY, REASONS, matches, parse

ARRAY = "String.Array"


def attributes(**given):
    """Message attributes as a call freezes them: text, a whole number, or (type, value)."""
    found = []
    for name, value in given.items():
        kind, text = value if isinstance(value, tuple) else ("String", value)
        if isinstance(value, int):
            kind, text = "Number", str(value)
        found.append((name, (("DataType", kind), ("StringValue", text))))
    return tuple(found)


def passes(policy, given, scope=ATTRIBUTES):
    if scope == BODY:
        return matches(parse(json.dumps(policy), BODY), (), json.dumps(given)).passes
    return matches(parse(json.dumps(policy), scope), attributes(**given), "a body").passes


@pytest.mark.parametrize(
    ("wanted", "given", "fits"),
    [
        # exact
        ("busan", "busan", True),
        ("busan", "Busan", False),
        ("busan", "busan ", False),
        ("부산", "부산", True),
        ("5", 5, False),
        (5, 5, True),
        (5, ("Number", "5.0"), True),
        (5, ("Number", "50e-1"), True),
        (5, "5", False),
        (5.000001, 5, True),
        (5.0001, 5, False),
        (True, (ARRAY, "[true]"), True),
        (True, (ARRAY, "[1]"), False),
        (True, "true", False),
        (None, (ARRAY, "[null]"), True),
        (None, (ARRAY, "[false]"), False),
        ("a", (ARRAY, '["b", "a"]'), True),
        ("a", (ARRAY, '["b"]'), False),
        ("a", (ARRAY, "[]"), False),
        ("a", (ARRAY, "not json"), False),
        ("a", (ARRAY, '[["a"]]'), False),
        ("a", ("Binary", "a"), False),
        (5, ("Number", "five"), False),
        # prefix, suffix, any case
        ({"prefix": "bus"}, "busan", True),
        ({"prefix": "bus"}, "bu", False),
        ({"prefix": "1"}, 12, False),
        ({"suffix": ".jpg"}, "a.jpg", True),
        ({"suffix": ".jpg"}, "a.jpg.txt", False),
        ({"equals-ignore-case": "BuSan"}, "bUSAN", True),
        ({"equals-ignore-case": "busan"}, "busan2", False),
        # wildcard
        ({"wildcard": "a*c"}, "abbc", True),
        ({"wildcard": "a*c"}, "ac", True),
        ({"wildcard": "a*a"}, "a", False),
        ({"wildcard": "*"}, "", True),
        ({"wildcard": "*b*"}, "abc", True),
        ({"wildcard": "*b*"}, "ac", False),
        ({"wildcard": "a*b*c"}, "a-b-c", True),
        ({"wildcard": "a*bb*c"}, "a-b-c", False),
        ({"wildcard": "abc"}, "abc", True),
        ({"wildcard": "abc"}, "abcd", False),
        ({"wildcard": "a\\*c"}, "a*c", True),
        ({"wildcard": "a\\*c"}, "abc", False),
        ({"wildcard": "a\\\\c"}, "a\\c", True),
        ({"wildcard": "5*"}, 55, False),
        # anything-but
        ({"anything-but": "a"}, "b", True),
        ({"anything-but": "a"}, "a", False),
        ({"anything-but": ["a", "b"]}, "c", True),
        ({"anything-but": ["a", "b"]}, "b", False),
        ({"anything-but": [1, 2]}, 3, True),
        ({"anything-but": [1, 2]}, ("Number", "2.0"), False),
        ({"anything-but": [1, 2]}, "1", True),
        ({"anything-but": ["a"]}, (ARRAY, '["a", "b"]'), True),
        ({"anything-but": ["a", "b"]}, (ARRAY, '["a", "b"]'), False),
        ({"anything-but": {"prefix": "bus"}}, "seoul", True),
        ({"anything-but": {"prefix": "bus"}}, "busan", False),
        ({"anything-but": {"prefix": ["bus", "se"]}}, "seoul", False),
        ({"anything-but": {"suffix": ".jpg"}}, "a.png", True),
        ({"anything-but": {"suffix": ".jpg"}}, "a.jpg", False),
        ({"anything-but": {"wildcard": "a*c"}}, "abd", True),
        ({"anything-but": {"wildcard": "a*c"}}, "abc", False),
        ({"anything-but": {"equals-ignore-case": "A"}}, "a", False),
        # numeric
        ({"numeric": ["=", 5]}, 5, True),
        ({"numeric": ["=", 301.5]}, ("Number", "3.015e2"), True),
        ({"numeric": ["=", 5]}, 6, False),
        ({"numeric": ["=", 5]}, "5", False),
        ({"numeric": ["<", 5]}, 5, False),
        ({"numeric": ["<", 5]}, ("Number", "4.99999"), True),
        ({"numeric": ["<", 5]}, ("Number", "4.999999"), False),
        ({"numeric": ["<=", 5]}, 5, True),
        ({"numeric": [">", 5]}, 5, False),
        ({"numeric": [">=", 5]}, 5, True),
        ({"numeric": [">", 0, "<=", 5]}, 5, True),
        ({"numeric": [">", 0, "<=", 5]}, 0, False),
        ({"numeric": [">=", -5, "<", 5]}, -5, True),
        ({"numeric": [">=", -5, "<", 5]}, 5, False),
        ({"numeric": [">", 5]}, (ARRAY, "[1, 6]"), True),
        # cidr
        ({"cidr": "10.0.0.0/24"}, "10.0.0.255", True),
        ({"cidr": "10.0.0.0/24"}, "10.0.1.0", False),
        ({"cidr": "10.0.0.7/24"}, "10.0.0.1", True),
        ({"cidr": "10.0.0.0/24"}, "no address", False),
        ({"cidr": "10.0.0.0/24"}, "::1", False),
        ({"cidr": "2001:db8::/32"}, "2001:db8::1", True),
        # exists
        ({"exists": True}, "x", True),
        ({"exists": True}, 0, True),
        ({"exists": True}, ("Binary", "x"), False),
        ({"exists": True}, (ARRAY, "[]"), False),
        ({"exists": True}, (ARRAY, "[null]"), False),
        ({"exists": False}, "x", False),
    ],
)
def test_an_attribute_fits_a_pattern_or_not(wanted, given, fits):
    assert passes({"key": [wanted]}, {"key": given}) is fits


@pytest.mark.parametrize(
    ("policy", "given", "fits"),
    [
        ({}, {}, True),
        ({}, {"a": "x"}, True),
        ({"a": ["x"]}, {}, False),
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "y"}, True),
        ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
        ({"a": ["x"], "b": ["y"]}, {"a": "x"}, False),
        ({"a": ["x"]}, {"a": "x", "other": "y"}, True),
        ({"a": [{"exists": False}]}, {"b": "x"}, True),
        ({"a": [{"exists": False}]}, {}, False),
        ({"a": [{"anything-but": "x"}]}, {"b": "y"}, False),
        ({"a": [{"anything-but": "x"}, {"exists": False}]}, {"b": "y"}, True),
        ({"a.b": ["x"]}, {"a.b": "x"}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "z", "b": "y"}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "y", "b": "x"}, False),
        ({"c": ["z"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "x"}, False),
        ({"c": ["z"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "x", "c": "z"}, True),
        ({"$or": [{"a": ["x"], "b": ["y"]}, {"c": ["z"]}]}, {"a": "x"}, False),
        ({"$or": [{"a": ["x"], "$or": [{"b": ["y"]}, {"c": ["z"]}]}, {"d": [1]}]}, {"d": 1}, True),
        # No OR: it stands before one object only, or before operators.
        ({"$or": [{"prefix": "x"}, {"suffix": "y"}]}, {"$or": "xa"}, True),
        ({"$or": [{"prefix": "x"}, {"suffix": "y"}]}, {"a": "xa"}, False),
        ({"$or": ["x"]}, {"$or": "x"}, True),
    ],
)
def test_keys_are_joined_by_and_and_values_by_or(policy, given, fits):
    assert passes(policy, given) is fits


S3_EVENT = {
    "Records": [
        {"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "photos/a.jpg", "size": 10}}},
        {"eventName": "ObjectRemoved:Delete", "s3": {"object": {"key": "logs/b.txt", "size": 20}}},
    ]
}


@pytest.mark.parametrize(
    ("policy", "body", "fits"),
    [
        ({"a": ["x"]}, {"a": "x"}, True),
        ({"a": ["x"]}, {"a": ["y", "x"]}, True),
        ({"a": ["x"]}, {"a": ["y", ["x"]]}, True),
        ({"a": [True]}, {"a": True}, True),
        ({"a": [True]}, {"a": 1}, False),
        ({"a": [1]}, {"a": True}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": [None]}, {"b": None}, False),
        ({"a": [1.5]}, {"a": 15e-1}, True),
        ({"a": {"b": ["x"]}}, {"a": {"b": "x"}}, True),
        ({"a": {"b": ["x"]}}, {"a": {"b": "y"}}, False),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        # A key with dots is the way through the object, however it is cut.
        ({"a.b.c": ["x"]}, {"a": {"b": {"c": "x"}}}, True),
        ({"a.b.c": ["x"]}, {"a.b.c": "x"}, True),
        ({"a.b.c": ["x"]}, {"a.b": {"c": "x"}}, True),
        ({"a": {"b": {"c": ["x"]}}}, {"a": {"b.c": "x"}}, True),
        ({"a.b": ["x"]}, {"ab": "x"}, False),
        # Objects inside arrays are searched.
        ({"Records": {"s3": {"object": {"key": [{"prefix": "photos/"}]}}}}, S3_EVENT, True),
        ({"Records": {"s3": {"object": {"key": [{"prefix": "videos/"}]}}}}, S3_EVENT, False),
        ({"a": {"b": ["x"]}}, {"a": [{"c": 1}, {"b": ["y", "x"]}]}, True),
        # Two keys of one array must match in one and the same element.
        (
            {
                "Records": {
                    "eventName": [{"prefix": "ObjectCreated"}],
                    "s3": {"object": {"size": [10]}},
                }
            },
            S3_EVENT,
            True,
        ),
        (
            {
                "Records": {
                    "eventName": [{"prefix": "ObjectCreated"}],
                    "s3": {"object": {"size": [20]}},
                }
            },
            S3_EVENT,
            False,
        ),
        ({"a": [{"exists": True}]}, {"a": 0}, True),
        ({"a": [{"exists": True}]}, {"a": ""}, False),
        ({"a": [{"exists": True}]}, {"a": None}, False),
        ({"a": [{"exists": True}]}, {"b": 1}, False),
        ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
        ({"a": [{"exists": False}]}, {"b": 1}, True),
        ({"a": [{"exists": False}]}, {"a": 1}, False),
        ({"a": [{"exists": False}]}, {"a": {"b": 1}}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": {"c": 1}}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": [{"c": 1}, {"b": 1}]}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": ["x", "y"]}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": ["x"]}, False),
        ({"a": {"$or": [{"b": ["x"]}, {"c": ["y"]}]}}, {"a": {"c": "y"}}, True),
        ({"a": {"$or": [{"b": ["x"]}, {"c": ["y"]}]}}, {"a": {"c": "x"}}, False),
        ({"a": [{"exists": False}]}, {}, False),
        ({"a": ["x"]}, [{"a": "x"}], False),
        ({"a": ["x"]}, "x", False),
    ],
)
def test_a_body_is_searched_as_if_it_were_flat(policy, body, fits):
    assert passes(policy, body, BODY) is fits


def test_the_body_may_be_nested_where_attributes_may_not():
    policy = json.dumps({"a": {"b": ["x"]}})
    assert matches(parse(policy, BODY), (), '{"a":{"b":"x"}}').passes
    with pytest.raises(Refused) as refused:
        parse(policy, ATTRIBUTES)
    assert refused.value.reason == "filter-policy-nested"


@pytest.mark.parametrize(
    ("policy", "scope", "given", "body", "missing", "reason"),
    [
        ({"a": ["x"]}, ATTRIBUTES, {"a": "y"}, "", "a", "filter-policy-mismatch"),
        ({"a": ["x"], "b": ["y"]}, ATTRIBUTES, {"a": "x"}, "", "b", "filter-policy-mismatch"),
        ({"a": ["x"]}, ATTRIBUTES, {}, "", "", "no-message-attributes"),
        (
            {"$or": [{"a": ["x"]}, {"b": ["y"]}]},
            ATTRIBUTES,
            {"c": "x"},
            "",
            "a|b",
            "filter-policy-mismatch",
        ),
        ({"a": {"b": ["x"]}}, BODY, {}, '{"a":{"b":"y"}}', "a.b", "filter-policy-mismatch"),
        ({"a": ["x"]}, BODY, {}, "no json", "", "body-not-json"),
        ({"a": ["x"]}, BODY, {}, "[1]", "", "body-not-json"),
        ({"a": ["x"]}, BODY, {"a": "x"}, "{}", "", "body-not-json"),
    ],
)
def test_the_verdict_names_the_key_that_stopped_a_message(
    policy, scope, given, body, missing, reason
):
    verdict = matches(parse(json.dumps(policy), scope), attributes(**given), body)
    assert verdict == (False, missing, reason)


def keys(count):
    return {f"k{place}": ["x"] for place in range(count)}


def values(count):
    return [f"v{place}" for place in range(count)]


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        (keys(5), ATTRIBUTES),
        ({"a": keys(5)}, BODY),
        ({"a": values(76)}, BODY),
        ({"a": values(150)}, ATTRIBUTES),
        ({"a": values(50), "b": values(3)}, ATTRIBUTES),
        # 1 deep: 10 values; 3 deep: 5 values x 3. 10 x 15 = 150.
        ({"a": values(10), "b": {"c": {"d": values(5)}}}, BODY),
        # The branches of $or add up: 3 x (20 + 30) = 150.
        ({"a": values(3), "$or": [{"b": values(20)}, {"c": values(30)}]}, ATTRIBUTES),
        ({"a": [{"wildcard": "*a*b*"}]}, ATTRIBUTES),
        ({"a": [{"wildcard": f"{place}*"} for place in range(100)]}, ATTRIBUTES),
        ({"a": [{"anything-but": values(1000)}]}, ATTRIBUTES),
    ],
)
def test_a_policy_at_its_limit_is_taken(policy, scope):
    assert parse(json.dumps(policy), scope).rules


@pytest.mark.parametrize(
    ("policy", "scope", "reason"),
    [
        (keys(6), ATTRIBUTES, "filter-policy-too-many-keys"),
        ({"a": {"b": keys(6)}}, BODY, "filter-policy-too-many-keys"),
        ({"$or": [keys(3), keys(3)]}, ATTRIBUTES, "filter-policy-too-many-keys"),
        ({"a": values(151)}, ATTRIBUTES, "filter-policy-too-complex"),
        ({"a": values(51), "b": values(3)}, ATTRIBUTES, "filter-policy-too-complex"),
        ({"a": {"b": values(76)}}, BODY, "filter-policy-too-complex"),
        (
            {
                "a": {"b": {"c": values(4)}},
                "d": {"e": values(3)},
                "f": values(3),
            },
            BODY,
            "filter-policy-too-complex",
        ),
        (
            {"a": values(3), "$or": [{"b": values(20)}, {"c": values(31)}]},
            ATTRIBUTES,
            "filter-policy-too-complex",
        ),
        ({"a": [{"wildcard": "*a*b*c*"}]}, ATTRIBUTES, "filter-policy-too-complex"),
        (
            {"a": [{"wildcard": f"{place}*"} for place in range(101)]},
            ATTRIBUTES,
            "filter-policy-too-complex",
        ),
        (
            {"a": [{"wildcard": f"*{place}*"} for place in range(34)]},
            ATTRIBUTES,
            "filter-policy-too-complex",
        ),
        ({"a": []}, ATTRIBUTES, "filter-policy-empty-array"),
    ],
)
def test_a_policy_beyond_its_limit_is_refused(policy, scope, reason):
    with pytest.raises(Refused) as refused:
        parse(json.dumps(policy), scope)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ([], "Filter is not an object"),
        ({"a": "x"}, '"a" must be an object or an array'),
        ({"a": None}, '"a" must be an object or an array'),
        ({"a": [["x"]]}, "Match value must be String, number, true, false, or null"),
        ({"a": [{}]}, "Match expression name not found"),
        ({"a": [{"contains": "x"}]}, "Unrecognized match type contains"),
        ({"a": [{"prefix": "x", "suffix": "y"}]}, "Only one key allowed in match expression"),
        ({"a": [{"prefix": 1}]}, "prefix match pattern must be a string"),
        ({"a": [{"suffix": None}]}, "suffix match pattern must be a string"),
        ({"a": [{"equals-ignore-case": []}]}, "equals-ignore-case match pattern must be a string"),
        ({"a": [{"wildcard": 1}]}, "wildcard match pattern must be a string"),
        ({"a": [{"wildcard": "a**b"}]}, "Consecutive wildcard characters at pos 1"),
        ({"a": [{"wildcard": "a\\b"}]}, "Invalid escape character at pos 1"),
        ({"a": [{"wildcard": "a\\"}]}, "Invalid escape character at pos 1"),
        ({"a": [{"exists": "yes"}]}, "exists match pattern must be either true or false."),
        ({"a": [{"exists": 1}]}, "exists match pattern must be either true or false."),
        ({"a": [{"numeric": 5}]}, "Value of numeric must be an array."),
        ({"a": [{"numeric": []}]}, "Invalid member in numeric match: ]"),
        ({"a": [{"numeric": [5]}]}, "Invalid member in numeric match: 5"),
        ({"a": [{"numeric": ["~", 5]}]}, "Unrecognized numeric range operator: ~"),
        ({"a": [{"numeric": ["="]}]}, "Value of equals must be numeric"),
        ({"a": [{"numeric": ["<", "5"]}]}, "Value of < must be numeric"),
        ({"a": [{"numeric": ["<", True]}]}, "Value of < must be numeric"),
        ({"a": [{"numeric": ["=", 1, "<", 5]}]}, "Too many elements in numeric expression"),
        ({"a": [{"numeric": ["<", 1, ">", 0]}]}, "Too many elements in numeric expression"),
        ({"a": [{"numeric": [">", 1, ">", 5]}]}, "Bad numeric range operator: >"),
        ({"a": [{"numeric": [">", 5, "<", 5]}]}, "Bottom must be less than top"),
        (
            {"a": [{"numeric": [">", 1, "<", 5, "<", 6]}]},
            "Too many terms in numeric range expression",
        ),
        ({"a": [{"numeric": [">", 1, "<"]}]}, "Value of < must be numeric"),
        ({"a": [{"cidr": 1}]}, "Value of cidr must be a string"),
        ({"a": [{"cidr": "10.0.0.1"}]}, "Malformed CIDR, one '/' required"),
        ({"a": [{"cidr": "10.0.0.1/1/2"}]}, "Malformed CIDR, one '/' required"),
        ({"a": [{"cidr": "10.0.0.1/x"}]}, "Malformed CIDR, mask bits must be an integer"),
        ({"a": [{"cidr": "10.0.0/8"}]}, "Nonstandard IP address: 10.0.0"),
        ({"a": [{"cidr": "10.0.0.1/33"}]}, "Malformed CIDR, bad mask bits"),
        ({"a": [{"anything-but": {"cidr": "x"}}]}, "Unsupported anything-but pattern: cidr"),
        ({"a": [{"anything-but": {}}]}, "Only one key allowed in match expression"),
        ({"a": [{"anything-but": {"prefix": ""}}]}, "Null prefix/suffix not allowed"),
        ({"a": [{"anything-but": []}]}, "Empty arrays are not allowed"),
        ({"a": [{"anything-but": {"prefix": []}}]}, "Empty arrays are not allowed"),
        ({"a": [{"anything-but": {"prefix": [1]}}]}, "prefix match pattern must be a string"),
        (
            {"a": [{"anything-but": ["x", 1]}]},
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        (
            {"a": [{"anything-but": None}]},
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        ({"$or": [{"a": ["x"]}, {}]}, "Empty objects are not allowed"),
    ],
)
def test_a_wrong_pattern_is_refused_in_the_words_of_aws(policy, problem):
    with pytest.raises(Refused) as refused:
        parse(json.dumps(policy))
    assert refused.value.reason == "filter-policy-wrong-pattern"
    assert dict(refused.value.details)["problem"] == problem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a': ['x']}",
        '{"a":[NaN]}',
        '{"a":[Infinity]}',
        "[" * 100_000,
        '{"a":' * 101 + "1" + "}" * 101,
        '{"a":[' + "[" * 100_000,
    ],
)
def test_text_that_is_no_json_is_refused(text):
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.reason == "filter-policy-not-json"


def test_a_huge_policy_is_refused():
    with pytest.raises(Refused) as refused:
        parse(json.dumps({"a": ["é" * 131_072]}, ensure_ascii=False))
    assert refused.value.reason == "filter-policy-too-large"


def test_an_unknown_scope_is_refused_by_name():
    with pytest.raises(Refused) as refused:
        parse("{}", "Both")
    assert refused.value.reason == "filter-policy-scope-unknown"
    message = REASONS["filter-policy-scope-unknown"].message.format(**dict(refused.value.details))
    assert message.endswith(
        "Invalid value [Both]. Please use either MessageBody or MessageAttributes"
    )


@pytest.mark.parametrize(
    "body",
    [
        "[" * 200_000,
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        '{"a":' + "[" * 101 + '"x"' + "]" * 101 + "}",
        '{"a":1e999999999999999999}',
        '{"a":' + "9" * 10_000 + "}",
        '{"a":"\\ud800"}',
    ],
)
def test_a_strange_body_is_only_filtered_out(body):
    assert not matches(parse('{"a":["x",{"numeric":["<",5]}]}', BODY), (), body).passes


def test_brackets_inside_text_are_no_nesting():
    body = json.dumps({"a": "x", "b": "[{" * 1000 + '"' + "[" * 1000})
    assert matches(parse('{"a":["x"]}', BODY), (), body).passes


def test_a_wide_body_is_searched_once():
    body = json.dumps({"a": [{f"k{n % 5}": n} for n in range(20_000)]})
    policy = parse(json.dumps({"a": {f"k{n}": [{"exists": True}] for n in range(5)}}), BODY)
    assert matches(policy, (), body).missing == "a.k1"


def test_attributes_that_are_no_structures_do_not_match():
    policy = parse('{"a":["x"]}')
    for value in ("x", None, 5, ("x",), (("DataType",),), (("DataType", 5), ("StringValue", 5))):
        assert not matches(policy, (("a", value),), "").passes


def test_a_policy_that_was_read_cannot_be_changed():
    policy = parse('{"a":["x"]}')
    with pytest.raises(AttributeError):
        policy.scope = BODY
    assert parse('{"a":["x"]}') is policy


# Whatever is read with whatever

KEYS = st.sampled_from(
    ["a", "b", "a.b", "$or", "prefix", "numeric", "anything-but", "exists", "cidr"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(["<", ">=", "10.0.0.0/8", "10.0.0.1", "*", "a*b"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)


@settings(max_examples=1000)
@given(JSON, JSON, st.sampled_from([ATTRIBUTES, BODY]))
def test_any_policy_is_read_or_refused_and_any_message_passes_or_not(policy, body, scope):
    try:
        read = parse(json.dumps(policy), scope)
    except Refused as refusal:
        reasons = {refusal.reason}
    else:
        reasons = set()
        for given_attributes in (attributes(a="x", b=(ARRAY, json.dumps(body))), ()):
            verdict = matches(read, given_attributes, json.dumps(body))
            assert verdict.passes == (verdict.reason == "")
    assert reasons <= set(REASONS)


@settings(max_examples=500)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_read_or_refused(policy, body):
    reasons = set()
    for scope in (ATTRIBUTES, BODY):
        try:
            matches(parse(policy, scope), (), body)
        except Refused as refusal:
            reasons.add(refusal.reason)
    assert reasons <= set(REASONS)
