"""What was just done, as a command of the AWS CLI and as Python, ready to copy.

The engine's short names become what AWS wants: addresses, ARNs, AWS's spelling, bytes. Accounts, roles and what a
real system would have beside them are made up in a way that shows it: account 123456789012, example.com.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studyapp.engine.log import Called, Event, chain, plain
from studyapp.simulator.code_panel_clients import client_of
from studyapp.simulator.code_panel_requests import requests_of
from studyapp.simulator.code_panel_text import python, shell


@dataclass(frozen=True, slots=True)
class Code:
    """One action in code. `shell` is "" where the AWS CLI has no command for it: what a client says to a broker,
    and answers that go on for minutes. `library` is what the Python needs: boto3, stomp.py or pika."""

    shell: str
    python: str
    library: str


def code_of(
    action: str, parameters: Mapping[str, Any], by: str = "you", log: Sequence[Event] = ()
) -> Code | None:
    """An action with the parameters of a script or a log. None: AWS has no such command; it exists in the
    simulator only.

    `log` is what had happened before. It tells what the engine does without and AWS does not: the topic of a
    subscription's id, the version of a Firehose stream, the engine of a broker.
    """
    given = {name: plain(value) for name, value in parameters.items()}
    client = client_of(action, given, by, log)
    if client is not None:
        return Code("", *client)
    requests = requests_of(action, given, log)
    return Code(shell(requests), python(requests), "boto3") if requests else None


def code_of_call(log: Sequence[Event], number: int) -> Code | None:
    """The code of the Called entry with this number.

    Raises:
        ValueError: for an entry that is no call.
    """
    call = log[number]
    if type(call) is not Called:
        raise ValueError(f"entry {number} is a {type(call).__name__}, no call")
    return code_of(call.action, dict(call.parameters), call.by, log[:number])


def last_call(log: Sequence[Event], number: int) -> int | None:
    """The number of the call that explains an event: the entry itself, or the nearest Called in the chain of its
    causes. None where no call led to it."""
    return next((each for each in chain(log, number) if type(log[each]) is Called), None)
