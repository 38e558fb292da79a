"""How ActiveMQ looks: instances in their zones, the store with its lock, and who has the lock at which stage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.engine.actors.broker_producer import BrokerSendBegun, BrokerSendPlanned
from studyapp.engine.limits.mq import DEAD_LETTER_QUEUE, LOCK_LAPSE_MS
from studyapp.engine.log import Called, Event
from studyapp.engine.mq import events as shared
from studyapp.engine.mq.activemq import events as happened
from studyapp.engine.sqs.events import MessageSent
from studyapp.simulator.scene import clients
from studyapp.simulator.scene.activemq_block import ActiveBroker
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.broker_block import filled_in
from studyapp.simulator.scene.tokens import DEAD, WAITS

NOTABLE = (
    "InstanceStopped",
    "InstanceStarted",
    "InstanceCut",
    "LockReleased",
    "LockAcquired",
    "ConnectorsOpened",
    "MessagesLostWithInstance",
    "MessageRedelivered",
    "MovedToDeadLetters",
    "SendFailed",
)
_QUEUE, _DURABLE = "queue:", "subscription-"
# What an instance does: the state of its part of the picture.
ACTIVE, RECOVERING, STANDBY, DOWN, CUT = "active", "recovering", "standby", "down", "cut"
_STOPPED = {
    "zone-lost": "zone-is-down",
    "rebooting": "rebooting",
    "lock-lost": "lost-the-lock",
    "crashed": "crashed",
}
# From so many messages on, outlines at their senders would only flicker, and a step for each would tell nothing.
_MANY = 60
# With so many, what happens within this time is one step.
_TOGETHER_MS = 25


@dataclass(slots=True)
class Given:
    """A delivery: which message of which line a client has."""

    token: int
    by: str
    line: str
    message_id: str


@dataclass(slots=True)
class Pictured:
    """What the picture knows of a broker. `serving` is the instance whose endpoint answers, "" for none; `holder`
    has the lock. `homes` are the places of lines and `memory` whether their messages are in memory only."""

    block: ActiveBroker
    serving: str
    holder: str
    many: bool
    lapse_ms: int = LOCK_LAPSE_MS
    tries: dict[str, int] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)
    shelves: dict[str, str] = field(default_factory=dict)
    destinations: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, str], int] = field(default_factory=dict)
    consumers: dict[str, str] = field(default_factory=dict)
    given: dict[int, Given] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.block.id

    # What both engines have in common

    def connected(self, board: Board, event: shared.Connected) -> None:
        client = clients.client_of(board, event.broker, event.by)
        if client is not None:
            clients.connected(board, client, event.node, f"-{event.node}", self._rest)

    @property
    def _rest(self) -> str:
        """How lines to endpoints look that a client knows and does not use."""
        return clients.KNOWN if self.block.is_pair else clients.NONE

    def lost(self, board: Board, event: shared.ConnectionLost) -> None:
        client = clients.client_of(board, event.broker, event.by)
        for tag, given in list(self.given.items()):
            if given.by == event.by:
                self._back(board, tag, given)
        if client is not None:
            clients.lose(board, client, event.reason)

    def refused(self, board: Board, event: shared.ConnectionRefused) -> None:
        client = clients.client_of(board, event.broker, event.by)
        if client is not None:
            only = f"-{event.node}" if event.reason == "endpoint-not-active" else ""
            clients.refused(board, client, only)

    def dispatched(self, board: Board, event: shared.MessageDispatched) -> None:
        line = self.consumers.get(event.consumer_tag, "")
        token = self.tokens.get((line, event.message_id))
        if token is None:
            return
        self.times[token] = self.times.get(token, 0) + 1
        clients.hand_out(board, token, event.by, self.times[token])
        self.given[event.delivery_tag] = Given(token, event.by, line, event.message_id)
        self._count(board, line, waiting=-1, given=1)

    def acknowledged(self, board: Board, event: shared.MessageAcknowledged) -> None:
        given = self.given.pop(event.delivery_tag, None)
        if given is not None:
            del self.tokens[given.line, given.message_id]
            clients.settle(board, given.token, "deleted")
            self._count(board, given.line, given=-1)

    def redelivered(self, board: Board, event: shared.MessageRedelivered) -> None:
        given = self.given.get(event.delivery_tag)
        if given is not None:
            self.times[given.token] = event.delivery
            board.change(given.token, flags="", tally=event.delivery)

    def deleted(self, board: Board) -> None:
        for token in self.tokens.values():
            clients.settle(board, token, "lost")
        self.tokens.clear()
        self.given.clear()
        key = board.known(f"lock-{self.id}")
        if key is not None and board.look(key).place:
            board.drop(key)
        board.remove(self.id)

    def zone(self, board: Board, zone: str, is_lost: bool) -> None:
        if any(zone == each for _, each in self.block.instances):
            board.set(f"{self.id}/zone-{zone}", "state", "lost" if is_lost else "")

    # Places

    def lane(self, board: Board, line: str, title: str) -> str:
        """The lane of a line in the store."""
        if line not in self.lanes:
            place = self.lanes[line] = f"lane-{len(self.lanes)}"
            thing = f"{self.id}/{place}"
            self.block.lanes[place] = title
            for attribute, value in (("label", title), ("waiting", 0), ("given", 0)):
                board.begin(thing, attribute, value)
            if line == _QUEUE + DEAD_LETTER_QUEUE:
                self.block.dead.add(place)
        return f"{self.id}/{self.lanes[line]}"

    def queue_lane(self, board: Board, queue: str) -> str:
        return self.lane(board, _QUEUE + queue, board.name(queue))

    def _home(self, board: Board, line: str, destination: str, is_persistent: bool) -> str:
        """Where a message of a line lies: in the store, or on a shelf of the active instance's memory."""
        is_queue = line.startswith(_QUEUE)
        if is_queue:
            lane = self.queue_lane(board, line.removeprefix(_QUEUE))
        elif line.startswith(_DURABLE):
            lane = self.lane(board, line, board.name(destination))
        if is_persistent and (is_queue or line.startswith(_DURABLE)):
            return lane
        topic = destination if not is_queue and not line.startswith(_DURABLE) else ""
        if topic not in self.shelves:
            shelf = self.shelves[topic] = f"shelf-{len(self.shelves)}"
            key = "topic" if topic else "in-memory"
            self.block.shelves[shelf] = filled_in(board.words, key, n=board.name(topic))
        return f"{self.id}/{self.serving}-{self.shelves[topic]}"

    def uses(self, board: Board, by: str, destination: str, kind: str) -> None:
        """Somebody sends to a destination or consumes it. Clients say which where there are several."""
        name = board.name(destination)
        title = filled_in(board.words, "topic", n=name) if kind == "topic" else name
        self.destinations[destination] = title
        block = clients.block_of(board, by)
        if block is not None:
            block.uses[destination] = title
        if len(self.destinations) > 1:
            for client in clients.clients_of(board, self.id):
                other = clients.block_of(board, client.by)
                if other is not None:
                    other.says_what = True

    def _count(self, board: Board, line: str, waiting: int = 0, given: int = 0) -> None:
        if line in self.lanes:
            thing = f"{self.id}/{self.lanes[line]}"
            board.count(thing, "waiting", waiting)
            board.count(thing, "given", given)

    def _back(self, board: Board, tag: int, given: Given) -> None:
        """A delivery counts no more, and its message waits where it is kept."""
        is_dead = given.line == _QUEUE + DEAD_LETTER_QUEUE
        clients.take_back(board, given.token, given.by, tag, DEAD if is_dead else "")
        self._count(board, given.line, waiting=1, given=-1)
        del self.given[tag]

    # Instances

    def say(self, board: Board, instance: str, state: str, text: str, second: str = "") -> None:
        """What an instance does, as a state and in words."""
        thing = f"{self.id}/{instance}"
        self.states[instance] = state
        board.set(thing, "state", state)
        board.set(thing, "text", text)
        board.set(thing, "second", second)
        board.set(thing, "said", f"{text} {second}".strip(" ,:"))

    def stopped(self, board: Board, event: happened.InstanceStopped) -> None:
        words = board.words
        text = words[_STOPPED.get(event.reason, "stopped")]
        self.say(board, event.instance, DOWN, text)
        if event.serving:
            self.serving = ""
            if event.hard:
                self._fall_silent(board, event.instance)
            for tag, given in list(self.given.items()):
                self._back(board, tag, given)
        if event.hard:
            self.let_lapse(board, event.instance, event.at_ms)

    def _fall_silent(self, board: Board, instance: str) -> None:
        for client in clients.clients_of(board, self.id):
            if client.node == instance:
                clients.fall_silent(board, client)

    def let_lapse(self, board: Board, instance: str, at_ms: int) -> None:
        """The lock stays with an instance that nobody hears of, until the file system takes it back."""
        if self.block.is_pair and self.holder == instance:
            key = self._key(board)
            if board.look(key).ring is None:
                board.change(key, ring=(at_ms, at_ms + self.lapse_ms))

    def _key(self, board: Board) -> int:
        return board.sign(f"lock-{self.id}", "key", board.words["lock"])

    def give_lock(self, board: Board, holder: str) -> None:
        """The lock goes to an instance, or, with "", back to the store."""
        self.holder = holder
        if self.block.is_pair:
            board.put(self._key(board), f"{self.id}/{f'{holder}-key' if holder else 'key-free'}")
            text = filled_in(board.words, "instance", n=holder) if holder else board.words["free"]
            board.set(f"{self.id}/store", "lock", text)

    def cut(self, board: Board, event: happened.InstanceCut) -> None:
        was = self.states.get(event.instance, STANDBY)
        self.say(board, event.instance, CUT, board.words["no-network"])
        if was == ACTIVE:
            self._fall_silent(board, event.instance)
        self.let_lapse(board, event.instance, event.at_ms)

    def healed(self, board: Board, event: happened.InstanceHealed) -> None:
        if self.states.get(event.instance) != CUT:
            return
        if self.holder == event.instance and self.block.is_pair:
            board.change(self._key(board), ring=None)
        if self.serving == event.instance:
            self.say(board, event.instance, ACTIVE, board.words["active"])
            for client in clients.clients_of(board, self.id):
                if client.node == event.instance:
                    clients.heard_again(board, client)
        elif self.holder != event.instance:
            self.say(board, event.instance, STANDBY, board.words["standby"])


def _of(board: Board, broker: str) -> Pictured | None:
    state = board.memory.get("brokers", {}).get(broker)
    return state if isinstance(state, Pictured) else None


def created(board: Board, event: shared.BrokerCreated, log: Sequence[Event]) -> Pictured:
    """A broker with its first instance active."""
    block = ActiveBroker(event.broker, event.servers, event.storage_type)
    board.add(block)
    first = event.servers[0][0]
    sent = sum(1 for each in log if type(each) is happened.MessageAccepted)
    state = Pictured(block, first, "", sent > _MANY)
    for name, _ in event.servers:
        thing = f"{event.broker}/{name}"
        board.begin(thing, "label", filled_in(board.words, "instance", n=name))
        active = name == first
        state.say(
            board, name, ACTIVE if active else STANDBY, board.words[ACTIVE if active else STANDBY]
        )
    state.give_lock(board, first)
    return state


# Instances


def _stopped(board: Board, event: happened.InstanceStopped, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.stopped(board, event)


def _started(board: Board, event: happened.InstanceStarted, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.tries[event.instance] = 0
        key = STANDBY if state.block.is_pair else "starts"
        state.say(board, event.instance, STANDBY, board.words[key])


def _cut(board: Board, event: happened.InstanceCut, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.cut(board, event)


def _healed(board: Board, event: happened.InstanceHealed, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.healed(board, event)


def _lock_released(board: Board, event: happened.LockReleased, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.give_lock(board, "")


def _lock_attempted(board: Board, event: happened.LockAttempted, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        tries = state.tries[event.instance] = state.tries.get(event.instance, 0) + 1
        second = filled_in(board.words, "not-free-yet", n=tries)
        state.say(board, event.instance, STANDBY, board.words["asks-for-lock"], second)


def _lock_acquired(board: Board, event: happened.LockAcquired, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.tries[event.instance] = 0
        state.give_lock(board, event.instance)
        words = board.words
        first = words["has-lock"] if state.block.is_pair else words["starts"]
        state.say(board, event.instance, RECOVERING, first, words["reads-journal"])


def _recovered(board: Board, event: happened.JournalRecovered, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        words = board.words
        state.say(board, event.instance, RECOVERING, words["journal-read"], words["opens-endpoint"])


def _opened(board: Board, event: happened.ConnectorsOpened, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.serving = event.instance
        state.say(board, event.instance, ACTIVE, board.words["active"])


def _times(board: Board, event: happened.FailoverTimesChanged, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.lapse_ms = event.lock_lapse_ms


def _capacity(board: Board, event: happened.CapacityChanged, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        limit = event.messages_per_second
        text = filled_in(board.words, "takes-per-second", n=limit) if limit else ""
        for name, _ in state.block.instances:
            board.set(f"{state.id}/{name}", "second", text)


def _messages_lost(
    board: Board, event: happened.MessagesLostWithInstance, log: Sequence[Event]
) -> None:
    state = _of(board, event.broker)
    for message_id in event.message_ids if state is not None else ():
        token = state.tokens.pop((event.line, message_id), None) if state is not None else None
        if token is not None and state is not None:
            clients.settle(board, token, "lost")
            state._count(board, event.line, waiting=-1)


# Clients


def _wanted(board: Board, event: happened.ConnectionWanted, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is None:
        return
    every = [name for name, _ in state.block.instances]
    known = every if event.failover else [event.endpoint]
    knows = ""
    if state.block.is_pair:
        key = "knows" if event.failover else "knows-only"
        knows = filled_in(board.words, key, n=", ".join(f"-{name}" for name in known))
    clients.wants(board, event.broker, event.by, known, knows)


def _subscribed(board: Board, event: happened.ConsumerSubscribed, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is None:
        return
    clients.receives(board, event.by)
    state.uses(board, event.by, event.destination, event.destination_type)
    state.consumers[event.consumer_tag] = event.line
    if event.destination_type == "queue":
        state.queue_lane(board, event.destination)
    elif event.subscription:
        topic = board.name(event.destination)
        state.lane(board, event.line, f"{topic} → {board.name(event.subscription)}")


def _unsubscribed(
    board: Board, event: happened.DurableSubscriptionRemoved, log: Sequence[Event]
) -> None:
    state = _of(board, event.broker)
    if state is None:
        return
    for key, token in list(state.tokens.items()):
        if key[0] == event.line:
            clients.settle(board, token, "lost")
            del state.tokens[key]
            state._count(board, event.line, waiting=-1)


# Messages


def _together(board: Board, broker: str) -> Pictured | None:
    """The broker of an event that may be shown with others, where there are many."""
    state = _of(board, broker)
    if state is not None and state.many:
        board.hold(_TOGETHER_MS)
    return state


def _planned(board: Board, event: Any, log: Sequence[Event]) -> None:
    _together(board, event.broker)


def _beside(board: Board, event: Any, log: Sequence[Event]) -> None:
    """What happens beside a broker with many messages: a queue gets as many."""
    if any(getattr(state, "many", False) for state in board.memory.get("brokers", {}).values()):
        board.hold(_TOGETHER_MS)


def _accepted(board: Board, event: happened.MessageAccepted, log: Sequence[Event]) -> None:
    state = _together(board, event.broker)
    if state is None:
        return
    place = clients.sender(board, event.broker, event.by)
    state.uses(board, event.by, event.destination, event.destination_type)
    origin = f"{event.by}/door"
    token = board.token(event.message_id)
    if not event.lines:
        toward = f"{event.broker}/{state.serving}-socket"
        board.leave(token, "lost", toward=toward, origin=origin)
    for n, line in enumerate(event.lines):
        each = token if n == 0 else board.copy(f"{event.message_id}@{line}", token)
        state.tokens[line, event.message_id] = each
        home = state._home(board, line, event.destination, event.persistent)
        board.put(each, home, origin="" if board.look(each).place else origin)
        state._count(board, line, waiting=1)
    if event.confirm_at_ms > event.at_ms and place.endswith("/outbox") and not state.many:
        clients.keep_outline(board, event.by, event.sent_as, token)
    client = clients.client_of(board, event.broker, event.by)
    if client is not None and not event.persistent:  # nobody waits for a confirmation
        clients.goes_on(board, client)


def _pending(board: Board, event: happened.SendPending, log: Sequence[Event]) -> None:
    state = _together(board, event.broker)
    if state is None:
        return
    place = clients.sender(board, event.broker, event.by)
    state.uses(board, event.by, event.destination, event.destination_type)
    token = board.token(event.message_id)
    if not board.look(token).place:
        board.put(token, place, origin=f"{event.by}/door")
    client = clients.client_of(board, event.broker, event.by)
    if client is not None and event.reason == "broker-busy":
        clients.waits(board, client, "waits-for-broker")


def _confirmed(board: Board, event: happened.SendConfirmed, log: Sequence[Event]) -> None:
    _together(board, event.broker)
    clients.let_go_of_outline(board, event.message_id, "deleted")
    client = clients.client_of(board, event.broker, event.by)
    if client is not None:
        clients.goes_on(board, client)


def _failed(board: Board, event: happened.SendFailed, log: Sequence[Event]) -> None:
    client = clients.client_of(board, event.broker, event.by)
    endpoint = client.endpoints[0] if client is not None else "1"
    clients.fail(board, client, event.message_id, f"{event.broker}/{endpoint}-socket", event.by)


def _rolled_back(board: Board, event: happened.MessageRolledBack, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    given = state.given.get(event.delivery_tag) if state is not None else None
    if given is not None:
        ring = (event.at_ms, event.redeliver_at_ms)
        board.change(given.token, ring=ring, flags=WAITS, tally=event.failures)


def _left(
    board: Board, event: happened.MovedToDeadLetters | happened.MessageDropped
) -> tuple[Pictured, int] | None:
    """A message leaves its line; its token, if it is drawn."""
    state = _of(board, event.broker)
    token = state.tokens.pop((event.line, event.message_id), None) if state is not None else None
    if state is None or token is None:
        return None
    was_given = state.given.pop(event.delivery_tag, None) is not None
    state._count(board, event.line, given=-was_given, waiting=was_given - 1)
    return state, token


def _moved(board: Board, event: happened.MovedToDeadLetters, log: Sequence[Event]) -> None:
    left = _left(board, event)
    if left is not None:
        state, token = left
        lane = state.queue_lane(board, event.dead_letter_queue)
        clients.move(board, token, lane, flags=DEAD)
        state.tokens[_QUEUE + event.dead_letter_queue, event.message_id] = token
        state._count(board, _QUEUE + event.dead_letter_queue, waiting=1)


def _dropped(board: Board, event: happened.MessageDropped, log: Sequence[Event]) -> None:
    left = _left(board, event)
    if left is not None:
        clients.settle(board, left[1], "expired" if event.reason == "expired" else "lost")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    happened.InstanceStopped: _stopped,
    happened.InstanceStarted: _started,
    happened.InstanceCut: _cut,
    happened.InstanceHealed: _healed,
    happened.LockReleased: _lock_released,
    happened.LockAttempted: _lock_attempted,
    happened.LockAcquired: _lock_acquired,
    happened.JournalRecovered: _recovered,
    happened.ConnectorsOpened: _opened,
    happened.FailoverTimesChanged: _times,
    happened.CapacityChanged: _capacity,
    happened.MessagesLostWithInstance: _messages_lost,
    happened.ConnectionWanted: _wanted,
    happened.ConsumerSubscribed: _subscribed,
    happened.DurableSubscriptionRemoved: _unsubscribed,
    happened.MessageAccepted: _accepted,
    happened.SendPending: _pending,
    Called: _beside,
    MessageSent: _beside,
    BrokerSendPlanned: _planned,
    BrokerSendBegun: _planned,
    happened.SendConfirmed: _confirmed,
    happened.SendFailed: _failed,
    happened.MessageRolledBack: _rolled_back,
    happened.MovedToDeadLetters: _moved,
    happened.MessageDropped: _dropped,
}
