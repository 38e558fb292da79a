"""Buckets and objects: what S3 keeps, lists and refuses."""

from hashlib import md5
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.engine.refusals import GENERAL, Refused
from studyapp.engine.s3.events import ObjectCreated, ObjectDeleted
from studyapp.engine.s3.refusals import REASONS
from studyapp.engine.world import ACTIONS, World
from tests.support.worlds import same_world

CONFIGURE = "s3.PutBucketNotificationConfiguration"


def a_world(*keys: str) -> World:
    world = World(1)
    world.call("s3.CreateBucket", "setup", bucket="photos")
    for key in keys:
        world.call("s3.PutObject", "shop", bucket="photos", key=key, body=key)
    return world


def listed(world: World, **parameters: Any) -> Any:
    return world.call("s3.ListObjectsV2", "you", bucket="photos", **parameters)


def test_an_object_comes_back_as_it_was_put():
    world = a_world()
    etag = world.call("s3.PutObject", "shop", bucket="photos", key="a/b.txt", body="주문")
    found = world.call("s3.GetObject", "you", bucket="photos", key="a/b.txt")
    assert found == ("a/b.txt", "주문", 6, md5("주문".encode()).hexdigest(), 0)
    assert etag == found.etag
    same_world(world)


def test_a_second_object_with_the_same_key_takes_the_place_of_the_first():
    world = a_world("a")
    world.call("s3.PutObject", "shop", bucket="photos", key="a", body="new")
    assert world.call("s3.GetObject", "you", bucket="photos", key="a").body == "new"
    assert listed(world).contents == (("a", 3),)


def test_a_deleted_object_is_gone_and_deleting_it_again_is_no_error():
    world = a_world("a", "b")
    for _ in range(2):
        world.call("s3.DeleteObject", "you", bucket="photos", key="a")
    assert listed(world).contents == (("b", 1),)
    assert sum(type(event) is ObjectDeleted for event in world.log) == 1
    same_world(world)


def test_a_bucket_of_ones_own_may_be_created_again():
    world = a_world("a")
    assert world.call("s3.CreateBucket", "you", bucket="photos") == "photos"
    assert listed(world).contents == (("a", 1),)


def test_a_bucket_is_known_by_its_arn():
    world = a_world("a")
    assert world.call("s3.GetObject", "you", bucket="arn:aws:s3:::photos", key="a").body == "a"


@pytest.mark.parametrize("name", ["abc", "a-b.c", "1ab", "a" * 63, "1.2.3", "1.2.3.4.5"])
def test_names_that_a_bucket_may_have(name: str):
    assert World(1).call("s3.CreateBucket", "you", bucket=name) == name


LONG = "é" * 513
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a short name": ("s3.CreateBucket", {"bucket": "ab"}, "bucket-name-invalid"),
    "a long name": ("s3.CreateBucket", {"bucket": "a" * 64}, "bucket-name-invalid"),
    "large letters": ("s3.CreateBucket", {"bucket": "Photos"}, "bucket-name-invalid"),
    "an underscore": ("s3.CreateBucket", {"bucket": "my_photos"}, "bucket-name-invalid"),
    "a hyphen in front": ("s3.CreateBucket", {"bucket": "-photos"}, "bucket-name-invalid"),
    "a dot at the end": ("s3.CreateBucket", {"bucket": "photos."}, "bucket-name-invalid"),
    "two dots": ("s3.CreateBucket", {"bucket": "my..photos"}, "bucket-name-invalid"),
    "an address": ("s3.CreateBucket", {"bucket": "192.168.5.4"}, "bucket-name-invalid"),
    "a line end": ("s3.CreateBucket", {"bucket": "photos\n"}, "bucket-name-invalid"),
    "Arabic digits": ("s3.CreateBucket", {"bucket": "photo٣s"}, "bucket-name-invalid"),
    "putting into nothing": ("s3.PutObject", {"bucket": "none", "key": "a"}, "bucket-not-found"),
    "no key": ("s3.PutObject", {"bucket": "photos", "key": ""}, "object-key-missing"),
    "a long key": ("s3.PutObject", {"bucket": "photos", "key": LONG}, "object-key-too-long"),
    "getting nothing": ("s3.GetObject", {"bucket": "photos", "key": "b"}, "object-not-found"),
    "getting from nothing": ("s3.GetObject", {"bucket": "none", "key": "a"}, "bucket-not-found"),
    "deleting in nothing": ("s3.DeleteObject", {"bucket": "none", "key": "a"}, "bucket-not-found"),
    "deleting no key": ("s3.DeleteObject", {"bucket": "photos", "key": ""}, "object-key-missing"),
    "listing nothing": ("s3.ListObjectsV2", {"bucket": "none"}, "bucket-not-found"),
    "listing -1": (
        "s3.ListObjectsV2",
        {"bucket": "photos", "max_keys": -1},
        "max-keys-negative",
    ),
    "a token of one's own": (
        "s3.ListObjectsV2",
        {"bucket": "photos", "continuation_token": "x"},
        "continuation-token-wrong",
    ),
    "configuring nothing": (
        CONFIGURE,
        {"bucket": "none", "notification_configuration": {}},
        "bucket-not-found",
    ),
}


@pytest.mark.parametrize(("action", "parameters", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_aws_refuses_is_refused(action: str, parameters: dict[str, Any], reason: str):
    world = a_world("a")
    with pytest.raises(Refused) as refused:
        world.call(action, "you", **parameters)
    assert refused.value.reason == reason
    assert REASONS[reason].message.format(**dict(refused.value.details))
    same_world(world)


def test_a_key_may_have_1024_bytes():
    world = a_world()
    world.call("s3.PutObject", "you", bucket="photos", key=LONG[:512], body="a")
    assert listed(world).contents == ((LONG[:512], 1),)


def test_keys_are_listed_in_order():
    world = a_world("b", "a/2", "a/10", "가", "A")
    assert [key for key, _ in listed(world).contents] == ["A", "a/10", "a/2", "b", "가"]
    assert [key for key, _ in listed(world, prefix="a/").contents] == ["a/10", "a/2"]
    assert [key for key, _ in listed(world, start_after="a/2").contents] == ["b", "가"]


def test_a_delimiter_shows_folders():
    world = a_world("a/1", "a/2", "a/b/3", "c", "d/4")
    assert listed(world, delimiter="/") == ((("c", 1),), ("a/", "d/"), "")
    assert listed(world, prefix="a/", delimiter="/") == ((("a/1", 3), ("a/2", 3)), ("a/b/",), "")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("delimiter", ["", "/"])
def test_pages_together_are_the_whole_list(size: int, delimiter: str):
    world = a_world("a/1", "a/2", "b", "c/1", "c/2", "c/3", "d", "e/1")
    whole = listed(world, delimiter=delimiter)
    contents, groups, token = [], [], ""
    for _ in range(20):
        page = listed(world, delimiter=delimiter, max_keys=size, continuation_token=token)
        assert len(page.contents) + len(page.common_prefixes) <= size
        contents += page.contents
        groups += page.common_prefixes
        token = page.next_continuation_token
        if not token:
            break
    assert (tuple(contents), tuple(groups), "") == whole


def test_a_page_has_at_most_1000_keys():
    world = a_world(*(f"{n:04}" for n in range(1001)))
    first = listed(world, max_keys=5000)
    assert len(first.contents) == 1000
    rest = listed(world, continuation_token=first.next_continuation_token)
    assert rest.contents == (("1000", 4),)


def test_no_keys_on_a_page_is_no_endless_list():
    assert listed(a_world("a"), max_keys=0) == ((), (), "")


def test_who_put_an_object_is_remembered():
    world = a_world("a")
    (event,) = [event for event in world.log if type(event) is ObjectCreated]
    assert (event.by, event.reason) == ("shop", "")


# Whatever is called with whatever

TEXTS = st.sampled_from(["photos", "a", "", "Id", "prefix", "s3:ObjectCreated:*", "\n", "after:"])
PLAIN = st.one_of(
    TEXTS, st.text(max_size=5), st.integers(-(2**70), 2**70), st.booleans(), st.none(), st.floats()
)
NAMES = st.sampled_from(
    [
        "QueueConfigurations",
        "TopicConfigurations",
        "LambdaFunctionConfigurations",
        "QueueArn",
        "Events",
        "Filter",
        "Key",
        "FilterRules",
        "Name",
        "Value",
        "x",
    ]
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
MINE = sorted(name for name in ACTIONS if name.startswith("s3."))


@settings(max_examples=300)
@given(st.data())
def test_any_value_ends_in_an_event_or_a_refusal(data: st.DataObject):
    world = a_world("a")
    reasons = {"wrong-type"}
    for _ in range(6):
        name = data.draw(st.sampled_from(MINE))
        parameters = data.draw(
            st.dictionaries(st.sampled_from(sorted(ACTIONS[name].parameters)), ANYTHING)
        )
        if data.draw(st.booleans()):
            parameters["bucket"] = "photos"
        before = len(world.log)
        try:
            world.call(name, "somebody", **parameters)
        except Refused as refusal:
            reasons.add(refusal.reason)
        assert len(world.log) > before
    assert reasons <= {*GENERAL, *REASONS}
    same_world(world)
