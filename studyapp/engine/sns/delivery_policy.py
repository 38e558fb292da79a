"""Delivery policies: the JSON with which an HTTP/S endpoint's retries are set (SNS-X12)."""

import json
from collections.abc import Mapping
from typing import Any

from studyapp.engine.limits import sns as limits
from studyapp.engine.refusals import Refused
from studyapp.engine.sns.json_text import json_object, whole
from studyapp.engine.sns.retries import FUNCTIONS, RetryPolicy, total_ms

CONTENT_TYPE = "text/plain; charset=UTF-8"
_DEFAULTS: Mapping[str, int | str] = {
    "minDelayTarget": limits.HTTP_DELAY_DEFAULT_SECONDS,
    "maxDelayTarget": limits.HTTP_DELAY_DEFAULT_SECONDS,
    "numRetries": limits.HTTP_RETRIES_DEFAULT,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
_COUNTS = ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries")


def of_topic(text: str) -> tuple[RetryPolicy | None, bool]:
    """The retries that a topic's DeliveryPolicy sets for HTTP/S, and whether subscriptions may differ.

    Raises:
        Refused: delivery-policy-invalid.
    """
    policy = _read(text)
    http = policy.get("http", {})
    if not isinstance(http, dict) or set(policy) - {"http"}:
        raise _wrong("http must be an object and the only key")
    known = {
        "defaultHealthyRetryPolicy",
        "disableSubscriptionOverrides",
        "defaultThrottlePolicy",
        "defaultRequestPolicy",
    }
    _only(http, known)
    overrides = http.get("disableSubscriptionOverrides", False)
    if not isinstance(overrides, bool):
        raise _wrong("disableSubscriptionOverrides must be true or false")
    _throttle(http.get("defaultThrottlePolicy"))
    _request(http.get("defaultRequestPolicy"))
    return _retries(http.get("defaultHealthyRetryPolicy")), not overrides


def of_subscription(text: str) -> RetryPolicy | None:
    """The retries that a subscription's DeliveryPolicy sets.

    Raises:
        Refused: delivery-policy-invalid.
    """
    policy = _read(text)
    _only(policy, {"healthyRetryPolicy", "throttlePolicy", "requestPolicy", "sicklyRetryPolicy"})
    _throttle(policy.get("throttlePolicy"))
    _request(policy.get("requestPolicy"))
    return _retries(policy.get("healthyRetryPolicy"))


def effective_of_topic(text: str) -> str:
    """EffectiveDeliveryPolicy: a topic's policy with the defaults filled in."""
    http = _read(text).get("http", {}) if text else {}
    together = {
        "defaultHealthyRetryPolicy": {**_DEFAULTS, **(http.get("defaultHealthyRetryPolicy") or {})},
        "disableSubscriptionOverrides": http.get("disableSubscriptionOverrides", False),
        "defaultRequestPolicy": http.get("defaultRequestPolicy")
        or {"headerContentType": CONTENT_TYPE},
    }
    if http.get("defaultThrottlePolicy"):
        together["defaultThrottlePolicy"] = http["defaultThrottlePolicy"]
    return _written({"http": together})


def effective_of_subscription(text: str, topic_text: str) -> str:
    """EffectiveDeliveryPolicy of an HTTP/S subscription."""
    own = _read(text) if text else {}
    http = _read(topic_text).get("http", {}) if topic_text else {}
    if http.get("disableSubscriptionOverrides"):
        own = {}
    retries = own.get("healthyRetryPolicy") or http.get("defaultHealthyRetryPolicy") or {}
    request = own.get("requestPolicy") or http.get("defaultRequestPolicy")
    return _written(
        {
            "healthyRetryPolicy": {**_DEFAULTS, **retries},
            "sicklyRetryPolicy": None,
            "throttlePolicy": own.get("throttlePolicy") or http.get("defaultThrottlePolicy"),
            "requestPolicy": request or {"headerContentType": CONTENT_TYPE},
            "guaranteed": False,
        }
    )


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=int)


def _read(text: str) -> dict[str, Any]:
    policy = json_object(text)
    if policy is None:
        raise _wrong("failed to parse JSON.")
    return policy


def _wrong(problem: str) -> Refused:
    return Refused("delivery-policy-invalid", problem=problem)


def _only(policy: dict[str, Any], known: set[str]) -> None:
    for name in policy:
        if name not in known:
            raise _wrong(f"unknown key {name[:80]}")


def _throttle(policy: Any) -> None:
    if policy is None:
        return
    if not isinstance(policy, dict):
        raise _wrong("throttlePolicy must be an object")
    _only(policy, {"maxReceivesPerSecond"})
    rate = policy.get("maxReceivesPerSecond")
    if rate is not None and (whole(rate) or 0) < 1:
        raise _wrong("maxReceivesPerSecond must be a whole number from 1")


def _request(policy: Any) -> None:
    if policy is None:
        return
    if not isinstance(policy, dict):
        raise _wrong("requestPolicy must be an object")
    _only(policy, {"headerContentType"})
    if not isinstance(policy.get("headerContentType", ""), str):
        raise _wrong("headerContentType must be text")


def _retries(policy: Any) -> RetryPolicy | None:
    if policy is None:
        return None
    if not isinstance(policy, dict):
        raise _wrong("healthyRetryPolicy must be an object")
    _only(policy, set(_DEFAULTS))
    values = dict(_DEFAULTS)
    for name, value in policy.items():
        number = value if name == "backoffFunction" else whole(value)
        if number is None:
            raise _wrong(f"{name} must be a whole number")
        values[name] = number
    function = values.pop("backoffFunction")
    if function not in FUNCTIONS:
        raise _wrong(f"backoffFunction must be one of {', '.join(FUNCTIONS)}")
    numbers = {name: int(value) for name, value in values.items()}
    shortest, longest = numbers["minDelayTarget"], numbers["maxDelayTarget"]
    if not 1 <= shortest <= longest:
        raise _wrong("minDelayTarget must be from 1 to maxDelayTarget")
    if longest > limits.HTTP_DELAY_MAX_SECONDS:
        raise _wrong(f"maxDelayTarget must be at most {limits.HTTP_DELAY_MAX_SECONDS}")
    retries = numbers["numRetries"]
    if not 0 <= retries <= limits.HTTP_RETRIES_MAX:
        raise _wrong(f"numRetries must be from 0 to {limits.HTTP_RETRIES_MAX}")
    if any(numbers[name] < 0 for name in _COUNTS):
        raise _wrong("numbers of retries must be 0 or greater")
    backoff = retries - sum(numbers[name] for name in _COUNTS)
    if backoff < 0:
        raise _wrong("numRetries must be at least the sum of the retries of all phases")
    found = RetryPolicy(
        numbers["numNoDelayRetries"],
        numbers["numMinDelayRetries"],
        backoff,
        numbers["numMaxDelayRetries"],
        shortest * 1000,
        longest * 1000,
        str(function),
    )
    if total_ms(found) > limits.HTTP_POLICY_SECONDS_MAX * 1000:
        limit = limits.HTTP_POLICY_SECONDS_MAX
        raise _wrong(f"all retries together must take at most {limit} seconds")
    return found
