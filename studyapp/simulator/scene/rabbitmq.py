"""How RabbitMQ looks: nodes with their own disks, the copies of quorum queues on them, the crown of the leader.

Each message has a token on the disk of every member that holds it. The one on the leader's disk is the one that
goes to a consumer; the others look like copies. When another node leads, its copy becomes the real one, and nothing
travels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.engine.log import Event
from studyapp.engine.mq import events as shared
from studyapp.engine.mq.rabbitmq import events as happened
from studyapp.engine.mq.rabbitmq import node_events as nodes
from studyapp.simulator.scene import clients
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.broker_block import filled_in
from studyapp.simulator.scene.rabbitmq_block import ClusterBroker
from studyapp.simulator.scene.tokens import GHOST, LOCKED, REPLICA

NOTABLE = (
    "NodeLost",
    "NodeReturned",
    "NodeIsolated",
    "NodeRejoined",
    "LeaderElected",
    "MajorityLost",
    "MajorityRestored",
    "FollowerCaughtUp",
    "PublishRejected",
    "MessageRequeued",
    "MessageDeadLetteredByQueue",
)
_STOPPED = {"zone-lost": "zone-is-down", "rebooting": "rebooting", "crashed": "crashed"}


@dataclass(slots=True)
class Message:
    """One queue's message: its token on each disk, by node; `hand` is the one at a consumer, -1 for none. `times`:
    how often it has been delivered."""

    id: str
    disks: dict[str, int] = field(default_factory=dict)
    hand: int = -1
    times: int = 0
    is_orphan: bool = False

    @property
    def flags(self) -> str:
        """How its token on the leader's disk looks."""
        if self.hand >= 0:
            return GHOST
        return LOCKED if self.is_orphan else ""


@dataclass(slots=True)
class Queue:
    """A queue. `members` have a copy of it, `whole` are those that run and hold everything. `leader` leads, or did
    so last: `led` says which."""

    name: str
    place: str
    is_quorum: bool
    members: tuple[str, ...]
    leader: str
    led: bool
    whole: set[str]
    messages: dict[int, Message] = field(default_factory=dict)
    made: int = 0

    def find(self, message_id: str) -> int | None:
        """The key of the oldest message of this id that waits."""
        for key, message in self.messages.items():
            if message.id == message_id and message.hand < 0 and not message.is_orphan:
                return key
        return None


@dataclass(slots=True)
class Pictured:
    """What the picture knows of a broker. `down` are nodes that do not run, and why. `given` are deliveries: who
    has which message of which queue. `places` name the lanes of queues."""

    block: ClusterBroker
    down: dict[str, str] = field(default_factory=dict)
    isolated: set[str] = field(default_factory=set)
    alarms: set[str] = field(default_factory=set)
    catching_up: set[str] = field(default_factory=set)
    queues: dict[str, Queue] = field(default_factory=dict)
    given: dict[int, tuple[str, Queue, int]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.block.id

    # What both engines have in common

    def connected(self, board: Board, event: shared.Connected) -> None:
        client = clients.client_of(board, event.broker, event.by)
        if client is None:
            client = clients.wants(board, event.broker, event.by, ())
        clients.connected(board, client, event.node, event.node, clients.NONE, "on-node")

    def lost(self, board: Board, event: shared.ConnectionLost) -> None:
        for tag, (by, queue, key) in list(self.given.items()):
            if by == event.by:
                self._orphan(board, tag, queue, queue.messages[key])
        client = clients.client_of(board, event.broker, event.by)
        if client is not None:
            clients.lose(board, client, event.reason)

    def _orphan(self, board: Board, tag: int, queue: Queue, message: Message) -> None:
        """Nobody will answer for a delivery: its message will wait again as soon as the queue works."""
        by = self.given[tag][0]
        token, message.hand, message.is_orphan = message.hand, -1, True
        if clients.is_handling(board, by, tag):
            clients.keep_stale(board, token, tag)
        elif board.look(token).place:
            board.leave(token, "lost")
        self._look(board, queue, message)

    def refused(self, board: Board, event: shared.ConnectionRefused) -> None:
        client = clients.client_of(board, event.broker, event.by)
        if client is not None:
            clients.refused(board, client, "")

    def dispatched(self, board: Board, event: shared.MessageDispatched) -> None:
        queue = self.queues.get(event.destination)
        key = queue.find(event.message_id) if queue is not None else None
        if queue is None or key is None:
            return
        message = queue.messages[key]
        message.times += 1
        message.is_orphan = False
        clients.receives(board, event.by)
        lies = message.disks[queue.leader]
        message.hand = board.copy(f"hand-{event.delivery_tag}", lies)
        board.put(
            message.hand, f"{event.by}/hands", origin=board.look(lies).place, tally=message.times
        )
        self._look(board, queue, message)
        self.given[event.delivery_tag] = (event.by, queue, key)

    def acknowledged(self, board: Board, event: shared.MessageAcknowledged) -> None:
        self.settle(board, event.destination, event.message_id, event.delivery_tag, "deleted")

    def settle(
        self, board: Board, name: str, message_id: str, delivery_tag: int, effect: str
    ) -> None:
        """A queue forgets a message: those who hear of it take their copies off their disks."""
        queue = self.queues.get(name)
        if queue is None:
            return
        given = self.given.pop(delivery_tag, None)
        key = given[2] if given is not None else queue.find(message_id)
        message = queue.messages.pop(key, None) if key is not None else None
        if message is None:
            return
        at_hand = message.hand >= 0 and bool(board.look(message.hand).place)
        if at_hand:
            board.leave(message.hand, effect)
        for node, token in list(message.disks.items()):
            if node == queue.leader and board.look(token).place:
                board.leave(token, "" if at_hand else effect)
            elif node in queue.whole and board.look(token).place:
                board.drop(token)

    def redelivered(self, board: Board, event: shared.MessageRedelivered) -> None:
        """Only ActiveMQ's client library does that."""

    def deleted(self, board: Board) -> None:
        for queue in self.queues.values():
            self.forget(board, queue, "lost")
            self.uncrown(board, queue)
        board.remove(self.id)

    def zone(self, board: Board, zone: str, is_lost: bool) -> None:
        if any(zone == each for _, each in self.block.nodes):
            board.set(f"{self.id}/zone-{zone}", "state", "lost" if is_lost else "")

    # Queues and their copies

    def disk(self, queue: Queue, node: str) -> str:
        return f"{self.id}/{node}-{queue.place}"

    def _look(self, board: Board, queue: Queue, message: Message) -> None:
        """Let the tokens of a message on the disks look as they should."""
        for node, token in message.disks.items():
            if board.look(token).place:
                flags = message.flags if node == queue.leader else REPLICA
                board.change(token, flags=flags, tally=0 if message.hand >= 0 else message.times)

    def store(self, board: Board, queue: Queue, message_id: str, token: int) -> None:
        """A queue has a message, on every member that can take it; the token comes from where it is."""
        queue.made += 1
        message = queue.messages[queue.made] = Message(message_id)
        here = board.look(token).place
        board.put(token, self.disk(queue, queue.leader))
        message.disks[queue.leader] = token
        for node in queue.members:
            if node in queue.whole and node != queue.leader:
                self._copy(board, queue, queue.made, node, here or self.disk(queue, queue.leader))

    def _copy(self, board: Board, queue: Queue, key: int, node: str, origin: str) -> None:
        message = queue.messages[key]
        like = next(iter(message.disks.values()))
        copy = board.copy(f"copy-{self.id}-{queue.name}-{key}-{node}", like)
        message.disks[node] = copy
        board.put(copy, self.disk(queue, node), origin=origin, flags=REPLICA)

    def agree(self, board: Board, queue: Queue, node: str) -> None:
        """A node holds what the leader holds: what it missed comes, what is over goes."""
        queue.whole.add(node)
        wanted = {
            message.disks[node]: key
            for key, message in queue.messages.items()
            if node in message.disks
        }
        for token in list(board.contents(self.disk(queue, node))):
            if token not in wanted:
                board.drop(token)
        for key, message in queue.messages.items():
            if node not in message.disks:
                self._copy(board, queue, key, node, self.disk(queue, queue.leader))

    def lead(self, board: Board, queue: Queue, node: str) -> None:
        """Another node leads: its copies are the real ones now."""
        before = self.disk(queue, queue.leader)
        queue.leader, queue.led = node, True
        self.agree(board, queue, node)
        for message in queue.messages.values():
            self._look(board, queue, message)
        self.crown(board, queue, before)

    def crown(self, board: Board, queue: Queue, origin: str = "") -> None:
        if queue.is_quorum and self.block.is_cluster:
            name = filled_in(board.words, "crown", n=board.name(queue.name))
            sign = board.sign(f"crown-{self.id}-{queue.name}", "crown", name)
            board.put(sign, f"{self.id}/{queue.leader}-crowns", origin=origin)

    def uncrown(self, board: Board, queue: Queue) -> None:
        queue.led = False
        sign = board.known(f"crown-{self.id}-{queue.name}")
        if sign is not None and board.look(sign).place:
            board.leave(sign, "lost")

    def away(self, node: str) -> None:
        """A node does not hear of anything new."""
        self.catching_up.discard(node)
        for queue in self.queues.values():
            queue.whole.discard(node)

    def say(self, board: Board, queue: Queue, state: str, key: str, count: int) -> None:
        """Whether a queue works, in words."""
        thing = f"{self.id}/{queue.place}"
        title, every = board.name(queue.name), len(queue.members)
        board.set(thing, "state", state)
        board.set(thing, "text", filled_in(board.words, key, queue=title, n=count, all=every))

    def says_works(self, board: Board, queue: Queue) -> None:
        if queue.is_quorum:
            self.say(board, queue, "", "queue-works", len(queue.whole))
        else:
            self.say(board, queue, "", "queue-on-node", 1)

    def reaches(self, node: str) -> bool:
        return node not in self.down and node not in self.isolated

    def show(self, board: Board, node: str) -> None:
        """What a node does, as a state and in words."""
        behind = any(
            queue.is_quorum and node in queue.members and node not in queue.whole
            for queue in self.queues.values()
        )
        if node in self.down:
            state, key = "down", self.down[node]
        elif node in self.isolated:
            state, key = "cut", "cut-off"
        elif behind:
            state, key = "recovering", "catching-up" if node in self.catching_up else "is-behind"
        else:
            state, key = "active", "memory-alarm" if node in self.alarms else "running"
        thing = f"{self.id}/{node}"
        board.set(thing, "state", state)
        board.set(thing, "text", board.words[key])
        board.set(thing, "said", board.words[key])

    def forget(self, board: Board, queue: Queue, effect: str) -> None:
        """A queue is gone, with everything in it."""
        for tag, (by, other, key) in list(self.given.items()):
            if other is queue:
                token = queue.messages[key].hand
                if clients.is_handling(board, by, tag):
                    clients.keep_stale(board, token, tag)
                elif board.look(token).place:
                    board.leave(token, "lost")
                del self.given[tag]
        for node in queue.members:
            for token in list(board.contents(self.disk(queue, node))):
                board.leave(token, effect)
        queue.messages.clear()


def _of(board: Board, broker: str) -> Pictured | None:
    state = board.memory.get("brokers", {}).get(broker)
    return state if isinstance(state, Pictured) else None


def _queue(board: Board, broker: str, name: str) -> tuple[Pictured, Queue] | None:
    state = _of(board, broker)
    queue = state.queues.get(name) if state is not None else None
    return (state, queue) if state is not None and queue is not None else None


def created(board: Board, event: shared.BrokerCreated, log: Sequence[Event]) -> Pictured:
    """A broker whose nodes all run."""
    block = ClusterBroker(event.broker, event.servers)
    board.add(block)
    state = Pictured(block)
    for name, _ in event.servers:
        label = filled_in(board.words, "node", n=name)
        board.begin(f"{event.broker}/{name}", "label", label)
        state.show(board, name)
    return state


# Nodes


def _node_lost(board: Board, event: nodes.NodeLost, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.down[event.node] = _STOPPED.get(event.reason, "stopped")
        state.alarms.discard(event.node)
        state.away(event.node)
        state.show(board, event.node)


def _node_isolated(board: Board, event: nodes.NodeIsolated, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.isolated.add(event.node)
        state.away(event.node)
        state.show(board, event.node)
        _take_from_unreachable(board, state, event.node)


def _take_from_unreachable(board: Board, state: Pictured, node: str) -> None:
    """Clients of a node that is cut off stay connected, and what they have counts no more."""
    for tag, (by, queue, key) in list(state.given.items()):
        client = clients.client_of(board, state.id, by)
        if queue.is_quorum and client is not None and client.node == node:
            state._orphan(board, tag, queue, queue.messages[key])


def _node_back(
    board: Board, event: nodes.NodeReturned | nodes.NodeRejoined, log: Sequence[Event]
) -> None:
    state = _of(board, event.broker)
    if state is None:
        return
    if type(event) is nodes.NodeReturned:
        state.down.pop(event.node, None)
    else:
        state.isolated.discard(event.node)
    for queue in state.queues.values():
        if not queue.is_quorum:
            queue.whole.add(event.node)
    state.show(board, event.node)


def _leader_lost(board: Board, event: nodes.LeaderLost, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        state.uncrown(board, queue)
        if event.election_ends_at_ms >= 0:
            state.say(board, queue, "election", "queue-elects", len(queue.whole))


def _leader_elected(board: Board, event: nodes.LeaderElected, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        state.lead(board, queue, event.node)
        state.show(board, event.node)
        if len(queue.whole) * 2 > len(queue.members):  # else it waits for a follower
            state.says_works(board, queue)


def _majority_lost(board: Board, event: nodes.MajorityLost, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        if not event.leader:
            state.uncrown(board, queue)
        state.say(board, queue, "stopped", "queue-stops", len(event.members))


def _majority_restored(board: Board, event: nodes.MajorityRestored, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        if event.election_ends_at_ms >= 0:
            state.say(board, queue, "election", "queue-elects", len(event.members))
        else:
            state.says_works(board, queue)


def _catching_up(board: Board, event: nodes.CatchingUp, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        state.catching_up.add(event.node)
        state.show(board, event.node)


def _caught_up(board: Board, event: nodes.FollowerCaughtUp, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is None:
        return
    state, queue = found
    state.agree(board, queue, event.node)
    state.catching_up.discard(event.node)
    state.show(board, event.node)
    if queue.led and len(queue.whole) * 2 > len(queue.members):
        state.says_works(board, queue)


def _alarm(board: Board, event: Any, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        if type(event) is nodes.MemoryAlarmRaised:
            state.alarms.add(event.node)
        else:
            state.alarms.discard(event.node)
        state.show(board, event.node)


# Queues


def _declared(board: Board, event: happened.QueueDeclared, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is None:
        return
    members = event.members or (event.node,)
    block = state.block
    place = state.places.setdefault(event.queue, f"queue-{len(state.places)}")
    block.queues[place], block.ids[place] = board.name(event.queue), event.queue
    block.on.setdefault(place, set()).update(members)
    leader = event.node or members[0]
    whole = {each for each in members if state.reaches(each)}
    is_quorum = bool(event.members)
    queue = Queue(event.queue, place, is_quorum, members, leader, bool(event.node), whole)
    state.queues[event.queue] = queue
    state.says_works(board, queue)
    if queue.led:
        state.crown(board, queue)


def _removed(board: Board, event: happened.QueueRemoved, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        state.forget(board, queue, "lost")
        state.uncrown(board, queue)
        board.set(f"{state.id}/{queue.place}", "text", "")
        del state.queues[event.queue]


def _emptied(board: Board, event: happened.QueueEmptied, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        for message in list(queue.messages.values()):
            if message.hand < 0 and not message.is_orphan:
                state.settle(board, queue.name, message.id, -1, "expired")


def _started(board: Board, event: happened.ConsumerStarted, log: Sequence[Event]) -> None:
    clients.receives(board, event.by)


def _client(board: Board, event: happened.ClientStarted, log: Sequence[Event]) -> None:
    if _of(board, event.broker) is not None:
        clients.wants(board, event.broker, event.by, ())


def _stopped(board: Board, event: happened.ClientStopped, log: Sequence[Event]) -> None:
    client = clients.client_of(board, event.broker, event.by)
    if client is not None:
        clients.lose(board, client, "closed-by-client")


# Publishing


def _routed(board: Board, event: happened.MessageRouted, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is None:
        return
    clients.sender(board, event.broker, event.by)
    token = board.token(event.message_id)
    origin = f"{event.by}/door"
    _distribute(board, state, event, token, origin, event.by)
    if event.confirm:
        clients.keep_outline(board, event.by, event.message_id, token)
    client = clients.client_of(board, event.broker, event.by)
    if client is not None and event.held and event.confirm:
        clients.waits(board, client, "no-confirm-yet")


def _distribute(
    board: Board,
    state: Pictured,
    event: happened.MessageRouted | happened.MessageDeadLetteredByQueue,
    token: int,
    origin: str,
    by: str,
) -> None:
    """A message comes into queues, waits for the leaders of others, and is lost for the rest."""
    was = board.look(token).place
    is_first = True
    if event.held:
        client = clients.client_of(board, state.id, by)
        node = client.node if client is not None and client.node else state.block.nodes[0][0]
        state.block.holds = True
        place = f"{state.id}/{node}-held"
        board.put(token, place, origin="" if was else origin, flags=LOCKED)
        is_first = False
    for name in event.stored:
        queue = state.queues.get(name)
        if queue is None:
            continue
        each = token if is_first else board.copy(f"{event.message_id}@{name}", token)
        is_first = False
        if not board.look(each).place:
            board.put(each, state.disk(queue, queue.leader), origin=origin)
        state.store(board, queue, event.message_id, each)
    if is_first and (was or event.lost):
        board.leave(token, "lost", origin="" if was else origin)


def _unroutable(board: Board, event: happened.MessageUnroutable, log: Sequence[Event]) -> None:
    if _of(board, event.broker) is not None:
        clients.sender(board, event.broker, event.by)
        token = board.token(event.message_id)
        effect = "refused" if event.returned else "lost"
        toward = f"{event.broker}/door"
        board.leave(token, effect, toward=toward, reach=80, origin=f"{event.by}/door")


def _stored(board: Board, event: happened.MessageStored, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is not None:
        state, queue = found
        token = board.token(event.message_id)
        if not board.look(token).place.endswith("-held"):
            token = board.copy(f"{event.message_id}@{event.queue}", token)
        state.store(board, queue, event.message_id, token)


def _confirmed(board: Board, event: happened.PublishConfirmed, log: Sequence[Event]) -> None:
    clients.let_go_of_outline(board, event.message_id, "deleted")
    client = clients.client_of(board, event.broker, event.by)
    if client is not None:
        clients.goes_on(board, client)


def _rejected(board: Board, event: Any, log: Sequence[Event]) -> None:
    """Some queue could not take a message, or nobody will send it again."""
    token = board.token(event.message_id)
    if board.look(token).place.endswith("-held"):
        board.leave(token, "refused", toward=f"{event.by}/door")
    client = clients.client_of(board, event.broker, event.by)
    clients.fail(board, client, event.message_id, f"{event.broker}/door", event.by)
    if client is not None:
        clients.goes_on(board, client)


def _pending(board: Board, event: happened.PublishPending, log: Sequence[Event]) -> None:
    if _of(board, event.broker) is None:
        return
    place = clients.sender(board, event.broker, event.by)
    clients.let_go_of_outline(board, event.message_id, "")
    token = board.token(event.message_id)
    if board.look(token).place != place:
        was = board.look(token).place
        board.put(token, place, origin="" if was else f"{event.by}/door")
    client = clients.client_of(board, event.broker, event.by)
    if client is not None and event.reason == "memory-alarm":
        clients.waits(board, client, "waits-for-broker")


# Back from consumers


def _requeued(board: Board, event: happened.MessageRequeued, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is None:
        return
    state, queue = found
    given = state.given.pop(event.delivery_tag, None)
    message = queue.messages.get(given[2]) if given is not None else None
    if message is None:
        return
    if message.hand >= 0:
        board.leave(message.hand, "", toward=state.disk(queue, queue.leader))
        message.hand = -1
    message.is_orphan = False
    state._look(board, queue, message)


def _discarded(board: Board, event: happened.MessageDiscarded, log: Sequence[Event]) -> None:
    state = _of(board, event.broker)
    if state is not None:
        effect = "expired" if event.reason == "expired" else "lost"
        state.settle(board, event.queue, event.message_id, event.delivery_tag, effect)


def _dead_lettered(
    board: Board, event: happened.MessageDeadLetteredByQueue, log: Sequence[Event]
) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is None:
        return
    state, queue = found
    origin = state.disk(queue, queue.leader)
    state.settle(board, event.queue, event.message_id, event.delivery_tag, "")
    token = board.copy(f"dead-{len(board.entries)}", board.token(event.message_id))
    _distribute(board, state, event, token, origin, "")


def _messages_lost(board: Board, event: happened.MessagesLost, log: Sequence[Event]) -> None:
    found = _queue(board, event.broker, event.queue)
    if found is None:
        return
    state, queue = found
    lost = set(event.message_ids)
    for tag, (_, other, key) in list(state.given.items()):
        if other is queue and queue.messages[key].id in lost:
            state.settle(board, queue.name, queue.messages[key].id, tag, "lost")
    for message in list(queue.messages.values()):
        if message.id in lost:
            state.settle(board, queue.name, message.id, -1, "lost")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    nodes.NodeLost: _node_lost,
    nodes.NodeReturned: _node_back,
    nodes.NodeIsolated: _node_isolated,
    nodes.NodeRejoined: _node_back,
    nodes.LeaderLost: _leader_lost,
    nodes.LeaderElected: _leader_elected,
    nodes.MajorityLost: _majority_lost,
    nodes.MajorityRestored: _majority_restored,
    nodes.CatchingUp: _catching_up,
    nodes.FollowerCaughtUp: _caught_up,
    nodes.MemoryAlarmRaised: _alarm,
    nodes.MemoryAlarmCleared: _alarm,
    happened.ClientStarted: _client,
    happened.ClientStopped: _stopped,
    happened.QueueDeclared: _declared,
    happened.QueueRemoved: _removed,
    happened.QueueEmptied: _emptied,
    happened.ConsumerStarted: _started,
    happened.MessageRouted: _routed,
    happened.MessageUnroutable: _unroutable,
    happened.MessageStored: _stored,
    happened.PublishConfirmed: _confirmed,
    happened.PublishRejected: _rejected,
    happened.PublishLost: _rejected,
    happened.PublishPending: _pending,
    happened.MessageRequeued: _requeued,
    happened.MessageDiscarded: _discarded,
    happened.MessageDeadLetteredByQueue: _dead_lettered,
    happened.MessagesLost: _messages_lost,
}
