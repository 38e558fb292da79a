"""How programs that use a broker look: their lines to its endpoints, what they wait for, what they hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.engine.actors import events as actors
from studyapp.engine.actors import handling
from studyapp.engine.log import Event
from studyapp.simulator.scene.board import Board
from studyapp.simulator.scene.broker_block import filled_in
from studyapp.simulator.scene.client_block import BrokerClient
from studyapp.simulator.scene.tokens import GHOST, STALE

NOTABLE = ("Connected", "ConnectionLost")
# Reasons of ConnectionLost after which the client is no more.
GOING = ("closed-by-client", "client-crashed", "broker-deleted")
# How a line between a client and an endpoint may be: its state.
NONE, KNOWN, OPEN, BROKEN, TRYING = "", "known", "open", "broken", "trying"


@dataclass(slots=True)
class Client:
    """What a picture knows of a client of a broker. `endpoints` are the parts of the broker that it may connect
    with; `node` is the one it is connected with, `link` that in words; `silent`: nobody hears it, and it does not
    know."""

    by: str
    broker: str
    endpoints: tuple[str, ...]
    node: str = ""
    link: str = ""
    silent: bool = False
    tries: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Memory:
    """`working` is the delivery that each client handles now; `stale` are tokens of deliveries that count no
    more, by the delivery."""

    clients: dict[tuple[str, str], Client] = field(default_factory=dict)
    working: dict[str, int] = field(default_factory=dict)
    stale: dict[int, int] = field(default_factory=dict)


def _memory(board: Board) -> _Memory:
    memory: _Memory = board.memory.setdefault("broker-clients", _Memory())
    return memory


def client_of(board: Board, broker: str, by: str) -> Client | None:
    return _memory(board).clients.get((broker, by))


def clients_of(board: Board, broker: str) -> list[Client]:
    return [each for (name, _), each in _memory(board).clients.items() if name == broker]


def block_of(board: Board, by: str) -> BrokerClient | None:
    block = board.block(by)
    return block if isinstance(block, BrokerClient) else None


def _client_block(board: Board, by: str) -> BrokerClient | None:
    """The block of a client; None where it is drawn otherwise already, by another service."""
    if board.block(by) is None:
        board.add(BrokerClient(by))
    return block_of(board, by)


def _line(client: Client, endpoint: str) -> str:
    return f"{client.by}>{client.broker}/{endpoint}"


def _say(board: Board, client: Client, key: str, n: object = "") -> None:
    """What a client knows of its connection, in words."""
    _tell(board, client, filled_in(board.words, key, n=n))


def _tell(board: Board, client: Client, text: str) -> None:
    link = f"{client.by}/link"
    board.set(link, "text", text)
    failed = board.values.get((link, "failed"), "")
    board.set(link, "said", f"{text}; {failed}" if failed else text)


# Connections


def wants(board: Board, broker: str, by: str, endpoints: Sequence[str], knows: str = "") -> Client:
    """A program wants a connection with a broker, by one of the endpoints that it knows. `knows` says so in words,
    where there is anything to choose."""
    block = _client_block(board, by)
    client = Client(by, broker, tuple(endpoints))
    _memory(board).clients[broker, by] = client
    if block is not None:
        block.knows = knows
    for endpoint in endpoints:
        _draw_line(board, client, endpoint, KNOWN if knows else NONE)
    _say(board, client, "not-connected")
    board.set(f"{by}/link", "state", "")
    return client


def _draw_line(board: Board, client: Client, endpoint: str, state: str) -> None:
    board.connect(client.by, f"{client.broker}/{endpoint}", "line")
    board.set(_line(client, endpoint), "state", state)


def connected(
    board: Board, client: Client, node: str, end: str, rest: str = KNOWN, key: str = "connected-to"
) -> None:
    """A client is connected. `key` and `end` say with what, in words; the lines to the other endpoints are at
    `rest`."""
    if node not in client.endpoints:
        client.endpoints += (node,)
    client.node, client.silent, client.tries = node, False, 0
    client.link = filled_in(board.words, key, n=end)
    for endpoint in client.endpoints:
        _draw_line(board, client, endpoint, OPEN if endpoint == node else rest)
    _tell(board, client, client.link)
    board.set(f"{client.by}/link", "state", OPEN)


def fall_silent(board: Board, client: Client) -> None:
    """Nobody is there any more at the other end, and the client does not know yet."""
    client.silent = True
    board.set(_line(client, client.node), "state", BROKEN)
    _say(board, client, "hears-nothing")
    board.set(f"{client.by}/link", "state", BROKEN)


def heard_again(board: Board, client: Client) -> None:
    """The network is back before the client gave its connection up."""
    if client.silent:
        client.silent = False
        board.set(_line(client, client.node), "state", OPEN)
        _tell(board, client, client.link)
        board.set(f"{client.by}/link", "state", OPEN)


def lose(board: Board, client: Client, reason: str) -> None:
    """A connection has ended, and the client knows; one that goes keeps nothing."""
    going = reason in GOING
    if client.node:
        board.set(_line(client, client.node), "state", NONE if going else BROKEN)
    client.node, client.silent = "", False
    _drop_stale(board, client.by, everything=going)
    if going:
        for endpoint in client.endpoints:
            board.set(_line(client, endpoint), "state", NONE)
        for token in list(board.contents(f"{client.by}/outbox")):
            board.leave(token, "lost")
        del _memory(board).clients[client.broker, client.by]
    _say(board, client, "not-connected" if going else "connection-lost")
    board.set(f"{client.by}/link", "state", "" if going else BROKEN)


def refused(board: Board, client: Client, only: str) -> None:
    """Nothing answered. `only` is the one endpoint that the client knows, in words, or ""."""
    client.tries += 1
    for endpoint in client.endpoints:
        board.set(_line(client, endpoint), "state", TRYING)
    key = "does-not-answer" if only else "tries-again"
    _tell(board, client, filled_in(board.words, key, n=client.tries, endpoint=only))
    board.set(f"{client.by}/link", "state", TRYING)


def waits(board: Board, client: Client, key: str) -> None:
    """The broker does not answer at once, and the client waits; `key` says for what."""
    if client.node and not client.silent:
        _say(board, client, key)
        board.set(f"{client.by}/link", "state", TRYING)


def goes_on(board: Board, client: Client) -> None:
    """A client that waited need not wait any longer."""
    if client.node and not client.silent:
        _tell(board, client, client.link)
        board.set(f"{client.by}/link", "state", OPEN)


# Sending


def sender(board: Board, broker: str, by: str) -> str:
    """Where messages of somebody come from: a client's outbox, or the door of who has no connection of its own."""
    block = block_of(board, by)
    if block is None:
        board.source(by)
        board.connect(by, broker)
        return f"{by}/door"
    block.sends = True
    return f"{by}/outbox"


def keep_outline(board: Board, by: str, message_id: str, token: int) -> None:
    """A message has gone out, and its sender waits for the confirmation."""
    if block_of(board, by) is not None:
        outline = board.copy(f"unconfirmed-{message_id}", token)
        if not board.look(outline).place:
            board.put(outline, f"{by}/outbox", flags=GHOST)


def let_go_of_outline(board: Board, message_id: str, effect: str) -> None:
    """The confirmation has come, or nobody waits for it any more."""
    outline = board.known(f"unconfirmed-{message_id}")
    if outline is not None and board.look(outline).place:
        board.leave(outline, effect)


def fail(board: Board, client: Client | None, message_id: str, toward: str, by: str) -> None:
    """A sender gives a message up: it was in the outbox, or it never got out."""
    let_go_of_outline(board, message_id, "lost")
    is_new = board.known(message_id) is None
    token = board.token(message_id)
    if board.look(token).place == f"{by}/outbox":
        board.leave(token, "lost")
    elif is_new:
        board.leave(token, "refused", toward=toward, reach=50, origin=f"{by}/door")
    if client is not None:
        client.failed += 1
        text = filled_in(board.words, "sends-failed", n=client.failed)
        board.set(f"{by}/link", "failed", text)
        _tell(board, client, board.values.get((f"{by}/link", "text"), ""))


# Receiving


def hand_out(board: Board, token: int, by: str, times: int) -> None:
    """The broker pushes a message to a client; its outline stays where it is kept. `times`: how often it has been
    delivered, this time included."""
    outline = board.copy(f"ghost-{token}", token)
    board.swap(token, outline, flags=GHOST, tally=0)
    board.put(token, f"{by}/hands", tally=times)


def take_back(board: Board, token: int, by: str, tag: int, flags: str = "") -> None:
    """A delivery counts no more: the message is where its outline was. A client that handles it now goes on
    doing so, for nothing; one that does not hear of it keeps it until it does."""
    memory = _memory(board)
    client = next((each for (_, name), each in memory.clients.items() if name == by), None)
    tally = board.look(token).tally
    silent = client is not None and client.silent
    if (silent or is_handling(board, by, tag)) and board.look(token).place == f"{by}/hands":
        stale = board.copy(f"stale-{tag}", token)
        board.swap(token, stale, flags=STALE, tally=tally)
        memory.stale[tag] = stale
    outline = board.known(f"ghost-{token}")
    if outline is not None and board.look(outline).place:
        board.swap(outline, token, flags=flags, tally=tally)


def is_handling(board: Board, by: str, tag: int) -> bool:
    """Whether a client works on a delivery right now."""
    return _memory(board).working.get(by) == tag


def keep_stale(board: Board, token: int, tag: int) -> None:
    """A client goes on working on a delivery that counts no more; its token stays with it until it is done."""
    board.change(token, flags=STALE)
    _memory(board).stale[tag] = token


def settle(board: Board, token: int, effect: str) -> None:
    """A message leaves the broker for good, from wherever its token is."""
    outline = board.known(f"ghost-{token}")
    if outline is not None and board.look(outline).place:
        board.drop(outline)
    if board.look(token).place:
        board.leave(token, effect)


def move(board: Board, token: int, place: str, **how: Any) -> None:
    """A message goes to another place of the broker, from wherever its token is."""
    outline = board.known(f"ghost-{token}")
    if outline is not None and board.look(outline).place:
        board.drop(outline)
    board.put(token, place, **how)


def _drop_stale(board: Board, by: str, everything: bool) -> None:
    """Messages in a client's hands that are no longer its own, except the one that it handles."""
    memory = _memory(board)
    for tag, token in list(memory.stale.items()):
        if board.look(token).place != f"{by}/hands":
            continue
        if everything or memory.working.get(by) != tag:
            board.leave(token, "lost")
            del memory.stale[tag]


# What the programs do


def _added(board: Board, event: actors.ActorAdded, log: Sequence[Event]) -> None:
    if event.kind not in ("broker-consumer", "broker-producer"):
        return
    block = _client_block(board, event.by)
    if block is not None:
        _take_role(block, event.kind == "broker-consumer")
        board.set(event.by, "state", "stopped")
        for attribute in ("text", "said"):
            board.set(f"{event.by}/link", attribute, board.words["not-connected"])


def _take_role(block: BrokerClient, receives: bool) -> None:
    if receives:
        block.receives, block.column = True, 3
    else:
        block.sends = True


def receives(board: Board, by: str) -> None:
    """A program consumes something."""
    block = block_of(board, by)
    if block is not None:
        _take_role(block, True)
        if not board.values.get((by, "state")):
            board.set(by, "state", "idle")


def _started(board: Board, event: actors.ActorStarted, log: Sequence[Event]) -> None:
    block = block_of(board, event.by)
    if block is not None:
        board.set(event.by, "state", "idle" if block.receives else "")


def _stopping(board: Board, event: actors.ActorStopping, log: Sequence[Event]) -> None:
    if block_of(board, event.by) is not None:
        board.set(event.by, "state", "stopping")


def _gone(board: Board, event: Any, log: Sequence[Event]) -> None:
    if block_of(board, event.by) is not None:
        crashed = type(event) is actors.ActorCrashed
        board.set(event.by, "state", "crashed" if crashed else "stopped")
        _memory(board).working.pop(event.by, None)


def _handles(board: Board, event: Any, log: Sequence[Event]) -> None:
    if block_of(board, event.by) is not None:
        board.set(event.by, "state", "working")
        _memory(board).working[event.by] = int(event.receipt_handle)


def _handled(board: Board, event: Any, log: Sequence[Event]) -> None:
    if block_of(board, event.by) is None:
        return
    memory = _memory(board)
    memory.working.pop(event.by, None)
    if board.values.get((event.by, "state")) == "working":
        board.set(event.by, "state", "idle")
    stale = memory.stale.pop(int(event.receipt_handle), None)
    if stale is not None and board.look(stale).place:
        board.leave(stale, "lost")


DRAW: Mapping[type, Callable[[Board, Any, Sequence[Event]], None]] = {
    actors.ActorAdded: _added,
    actors.ActorStarted: _started,
    actors.ActorStopping: _stopping,
    actors.ActorCrashed: _gone,
    actors.ActorStopped: _gone,
    handling.HandlingStarted: _handles,
    handling.HandlingFinished: _handled,
    handling.HandlingFailed: _handled,
    handling.DuplicateRecognised: _handled,
}
