"""Random walks: whatever happens to a stream, no record is lost, doubled or out of order."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studyapp.engine.kinesis.hash_keys import key_hash
from studyapp.engine.refusals import Refused
from studyapp.engine.world import World
from tests.engine.kinesis.given import act, add, events, same_world_for_a_while

KEYS = [f"bus-{number}" for number in range(12)]
LAST = 2**128 - 1
WORKERS = ("w1", "w2", "w3")
EXPECTED = (
    "stream-not-active",
    "shard-already-closed",
    "shards-not-adjacent",
    "split-key-outside-shard",
    "shard-count-over-double",
    "shard-count-below-half",
    "shard-count-changes-exceeded",
)


class StreamWalk(RuleBasedStateMachine):
    """A stream that is written, resharded and read by four kinds of reader, against plain lists."""

    world: World
    put: dict[str, list[str]]
    crashes: int
    count: int
    pace_ms: int

    @initialize(
        shards=st.integers(1, 4),
        seed=st.integers(0, 99),
        handling_ms=st.sampled_from([0, 0, 7, 400]),
        batch=st.sampled_from([3, 50, 10_000]),
        every=st.sampled_from([1, 4, 100]),
    )
    def begin(self, shards: int, seed: int, handling_ms: int, batch: int, every: int) -> None:
        self.world = World(seed)
        self.put = {key: [] for key in KEYS}
        self.crashes = self.count = 0
        self.pace_ms = max(handling_ms, 1_500 // batch)
        self.world.call("sim.AddStream", "admin", stream="buses", shard_count=shards)
        common: dict[str, Any] = {"handling_ms": handling_ms, "batch_limit": batch}
        add(self.world, "shared", **common)
        add(self.world, "quick", poll_every_ms=250, **common)
        add(self.world, "pushed", mode="fan-out", **common)
        for name in WORKERS:
            add(
                self.world,
                name,
                "kcl-worker",
                application="app",
                checkpoint_every_records=every,
                **common,
            )

    def try_to(self, action: str, **parameters: Any) -> None:
        try:
            act(self.world, action, **parameters)
        except Refused as refused:
            if refused.reason not in EXPECTED:
                raise

    @rule(key=st.sampled_from(KEYS), count=st.integers(1, 30))
    def put_records(self, key: str, count: int) -> None:
        data = [str(self.count + number) for number in range(count)]
        self.count += count
        entries = [{"data": each, "partition_key": key} for each in data]
        answer = self.world.call("kinesis.PutRecords", "bus", stream="buses", records=entries)
        for each, result in zip(data, answer.records, strict=True):
            if result.error_code is None:
                self.put[key].append(each)

    @rule(key=st.sampled_from(KEYS))
    def put_one(self, key: str) -> None:
        data = str(self.count)
        self.count += 1
        self.world.call("kinesis.PutRecord", "bus", stream="buses", data=data, partition_key=key)
        self.put[key].append(data)

    @rule(step_ms=st.integers(1, 9_000))
    def wait(self, step_ms: int) -> None:
        self.world.advance_to(self.world.now_ms + step_ms)

    @rule()
    def wait_for_long(self) -> None:
        self.world.advance_to(self.world.now_ms + 60_000)

    @precondition(lambda self: len(self.world.kinesis.streams["buses"].open) < 12)
    @rule(place=st.integers(0, 50), part=st.integers(1, 9))
    def split(self, place: int, part: int) -> None:
        shards = list(self.world.kinesis.streams["buses"].shards.values())
        shard = shards[place % len(shards)]
        key = shard.starting_hash_key
        key += (shard.ending_hash_key - shard.starting_hash_key) * part // 10
        self.try_to(
            "kinesis.SplitShard", shard_to_split=shard.shard_id, new_starting_hash_key=str(key)
        )

    @rule(place=st.integers(0, 50), turned=st.booleans())
    def merge(self, place: int, turned: bool) -> None:
        shards = self.world.kinesis.streams["buses"].open
        pair = [shards[place % len(shards)].shard_id, shards[(place + 1) % len(shards)].shard_id]
        one, other = reversed(pair) if turned else pair
        self.try_to("kinesis.MergeShards", shard_to_merge=one, adjacent_shard_to_merge=other)

    @rule(count=st.integers(1, 10))
    def recount(self, count: int) -> None:
        self.try_to("kinesis.UpdateShardCount", target_shard_count=count)

    @rule(name=st.sampled_from(WORKERS), stopped=st.booleans())
    def end_worker(self, name: str, stopped: bool) -> None:
        if self.world.actors.actors[name].running:
            self.crashes += not stopped
            action = "sim.StopActor" if stopped else "sim.CrashActor"
            self.world.call(action, "admin", actor=name)

    @rule(name=st.sampled_from(WORKERS))
    def start_worker(self, name: str) -> None:
        if not self.world.actors.actors[name].running:
            self.world.call("sim.StartActor", "admin", actor=name)

    @rule()
    def rest_on_the_log(self) -> None:
        """Go on with a world that was saved and loaded."""
        self.world = World.load(self.world.written())

    @invariant()
    def every_record_is_in_the_one_shard_of_its_key(self) -> None:
        shards = self.world.kinesis.streams["buses"].shards.values()
        held = [record.data for shard in shards for record in shard.records]
        accepted = [data for each in self.put.values() for data in each]
        assert Counter(held) == Counter(accepted)
        for shard in shards:
            numbers = [record.sequence_number for record in shard.records]
            assert numbers == sorted(set(numbers))
            for record in shard.records:
                hashed = key_hash(record.partition_key)
                assert shard.starting_hash_key <= hashed <= shard.ending_hash_key

    @invariant()
    def open_shards_cover_every_hash_key_once(self) -> None:
        stream = self.world.kinesis.streams["buses"]
        assert stream.open[0].starting_hash_key == 0
        assert stream.open[-1].ending_hash_key == LAST
        for before, after in zip(stream.open, stream.open[1:], strict=False):
            assert before.ending_hash_key + 1 == after.starting_hash_key
        assert stream.open_starts == [shard.starting_hash_key for shard in stream.open]

    @invariant()
    def a_shard_has_one_owner_who_alone_reads_it(self) -> None:
        table = self.world.kinesis.applications.get("app")
        for lease in table.leases.values() if table else ():
            readers = [
                name
                for name in WORKERS
                if lease.shard_id in self.world.actors.actors[name].memory.lanes
            ]
            assert readers in ([], [lease.owner])

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        if not any(self.world.actors.actors[name].running for name in WORKERS):
            self.start_worker("w1")
        self.world.advance_to(self.world.now_ms + 90_000 + 2 * self.pace_ms * self.count)
        accepted = Counter(data for each in self.put.values() for data in each)
        for name in ("shared", "quick", "pushed"):
            found = self.handled(name)
            assert Counter(e.data for e in found) == accepted, name
            self.check_order(found)
        found = self.handled(*WORKERS)
        if self.crashes:
            assert {e.data for e in found} == set(accepted)
        else:
            assert Counter(e.data for e in found) == accepted
        self.check_order(found)
        same_world_for_a_while(self.world)

    def handled(self, *names: str) -> list[Any]:
        return [event for event in events(self.world, "RecordHandled") if event.by in names]

    def check_order(self, found: list[Any]) -> None:
        first: dict[str, list[str]] = {key: [] for key in KEYS}
        seen: dict[str, bool] = {}
        for event in found:
            if event.data not in seen:
                seen[event.data] = True
                first[event.partition_key].append(event.data)
        assert first == self.put


StreamWalk.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    database=None,
)
TestStreamWalk = StreamWalk.TestCase
