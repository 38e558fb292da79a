"""The picture of buckets: objects stay, and what tells of them looks like them."""

from studyapp.engine.names import bucket_arn, queue_arn, topic_arn
from studyapp.engine.world import World
from tests.engine.s3.test_notifications import CONFIGURE, CREATED, open_to
from tests.engine.sns.fanout import new_topic
from tests.support.pictures import at, check_places, end_of, left_with, picture_of, run_of


def told(world: World, kind: str, arn: str, prefix: str = "") -> None:
    """Let the bucket tell somebody of new objects."""
    rule = {"id": "one", f"{kind}_arn": arn, "events": [CREATED]}
    if prefix:
        rule["filter"] = {"key": {"filter_rules": [{"name": "prefix", "value": prefix}]}}
    world.call(
        CONFIGURE,
        "admin",
        bucket="photos",
        notification_configuration={f"{kind}_configurations": [rule]},
        skip_destination_validation=True,
    )


def a_bucket() -> World:
    world = World()
    world.call("s3.CreateBucket", "admin", bucket="photos")
    policy = {"Policy": open_to(bucket_arn("photos"))}
    world.call("sqs.CreateQueue", "admin", queue_name="orders", attributes=policy)
    world.call("sqs.CreateQueue", "admin", queue_name="closed")
    return world


def put(world: World, key: str) -> None:
    world.call("s3.PutObject", "customer", bucket="photos", key=key, body="x")


def test_an_object_stays_in_its_bucket_and_its_news_look_like_it():
    world = a_bucket()
    told(world, "queue", queue_arn("orders"), "images/")
    put(world, "images/a.jpg")
    put(world, "notes/b.txt")
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "photos/objects") == ["images/a.jpg", "notes/b.txt"]
    assert "images/a.jpg" in at(scene, state, "orders/line")
    assert "notes/b.txt" not in at(scene, state, "orders/line")
    assert len({each.shape for each in scene.tokens if each.name == "images/a.jpg"}) == 1
    assert state.values["photos", "objects"] == "2"
    assert state.values["photos>orders", "line-0"] == "images/…"


def test_an_object_that_is_stored_again_counts_once_and_a_deleted_one_leaves():
    world = a_bucket()
    put(world, "a")
    put(world, "a")
    put(world, "b")
    world.call("s3.DeleteObject", "customer", bucket="photos", key="a")
    scene, state = picture_of(world), end_of(world)
    assert at(scene, state, "photos/objects") == ["b"]
    assert state.values["photos", "objects"] == "1"
    assert len(left_with(scene, "deleted")) == 1


def test_who_may_not_be_told_turns_the_news_away():
    world = a_bucket()
    told(world, "queue", queue_arn("closed"))
    put(world, "a")
    scene = picture_of(world)
    assert ("message", "closed/door", 85) in left_with(scene, "refused")
    assert end_of(world).values["photos>closed", "state"] == "denied"


def test_a_function_gets_the_news():
    world = a_bucket()
    world.call("sim.AddEndpoint", "admin", endpoint="resize", protocol="lambda")
    told(world, "lambda_function", "arn:aws:lambda:us-east-1:123456789012:function:resize")
    put(world, "a")
    scene = picture_of(world)
    assert at(scene, end_of(world), "lambda resize/inbox") == ["a"]


def test_a_new_configuration_replaces_the_lines_of_the_old_one():
    world = a_bucket()
    new_topic("news", world)
    told(world, "queue", queue_arn("orders"))
    told(world, "topic", topic_arn("news"))
    state = end_of(world)
    assert state.values["photos>orders", "there"] == "no"
    assert state.values["photos>news", "there"] == "yes"


def test_from_bucket_to_topic_to_queues_it_is_one_shape():
    scene = picture_of(run_of("sns/s3-event-fan-out").world)
    state = scene.state(scene.step_at(6_020))
    for place in ("cake-photos/objects", "resizer/hands", "curator/hands"):
        assert at(scene, state, place) == ["images/cake-1.jpg"]
    assert len({each.shape for each in scene.tokens if each.name == "images/cake-1.jpg"}) == 1
    end = scene.state(len(scene.steps) - 1)
    assert at(scene, end, "cake-photos/objects") == ["images/cake-1.jpg", "wishes/note.txt"]


def test_a_bucket_stands_at_the_end_where_a_delivery_stream_fills_it():
    scene = picture_of(run_of("firehose/topic-to-firehose-to-s3").world)
    placed = scene.layouts[0].placed
    assert placed["order-archive"].x > placed["archive"].x
    end = scene.state(len(scene.steps) - 1)
    assert int(end.values["order-archive", "objects"]) >= 1
    check_places(scene)
