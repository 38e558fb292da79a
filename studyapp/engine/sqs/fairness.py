"""Fair queues (SQS-X25): on a standard queue the group id names a tenant, and a tenant's backlog must not
delay the others.

AWS documents the aim, not the method. Here the next message comes from the tenant with the fewest messages in
flight (counted in doublings: 0, 1, 2-3, 4-7 ...), among equals from the one served longest ago.
"""

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import islice

from studyapp.engine.sqs.line import SLACK, Line, in_order
from studyapp.engine.sqs.message import GONE, IN_FLIGHT, Message


@dataclass(slots=True)
class Tenant:
    """One group's visible messages. `served` is the entry of its last receive; `turn` tells its valid entry
    in the heap of tenants."""

    name: str
    line: Line = field(default_factory=Line)
    in_flight: int = 0
    served: int = 0
    turn: int = 0


Entry = tuple[int, int, int, str, int, Tenant]


@dataclass(slots=True)
class FairLine:
    """Like `Line`, for a queue that has seen a group id. Messages without one share the tenant ''."""

    tenants: dict[str, Tenant] = field(default_factory=dict)
    ready: list[Entry] = field(default_factory=list)

    def take_over(self, line: Line, in_flight: int) -> None:
        """The queue had no group id until now."""
        tenant = self.tenants[""] = Tenant("", line, in_flight)
        self._refresh(tenant)

    def join(self, message: Message) -> None:
        """A message came into the queue, visible or not."""

    def show(self, message: Message) -> None:
        name = message.group or ""
        tenant = self.tenants.get(name)
        if tenant is None:
            tenant = self.tenants[name] = Tenant(name)
        if message.state == IN_FLIGHT:
            tenant.in_flight -= 1
        tenant.line.show(message)
        self._refresh(tenant)

    def hide(self, message: Message, number: int) -> None:
        tenant = self.tenants[message.group or ""]
        tenant.line.hide(message, number)
        tenant.in_flight += 1
        tenant.served = number
        self._refresh(tenant)

    def leave(self, message: Message) -> None:
        tenant = self.tenants.get(message.group or "")
        if tenant is None:
            message.state = GONE  # it was delayed, and its tenant has nothing else here
            return
        if message.state == IN_FLIGHT:
            tenant.in_flight -= 1
        tenant.line.leave(message)
        self._refresh(tenant)

    def _refresh(self, tenant: Tenant) -> None:
        ready = self.ready
        tenant.turn += 1
        head = tenant.line.head()
        if head is not None:
            level = tenant.in_flight.bit_length()
            heappush(ready, (level, tenant.served, head.order, tenant.name, tenant.turn, tenant))
        elif tenant.in_flight == 0:
            del self.tenants[tenant.name]
        while ready and ready[0][4] != ready[0][5].turn:
            heappop(ready)
        if len(ready) > 2 * len(self.tenants) + SLACK:
            self.ready = [entry for entry in ready if entry[4] == entry[5].turn]
            heapify(self.ready)

    def first(self, count: int) -> list[Message]:
        """The first messages, at most `count`: one from each tenant in turn."""
        tenants = (entry[5] for entry in in_order(self.ready) if entry[4] == entry[5].turn)
        if count == 1:
            return [tenant.line.first(1)[0] for tenant in islice(tenants, 1)]
        offers = [tenant.line.first(count) for tenant in islice(tenants, count)]
        found: list[Message] = []
        for place in range(count):
            found += [offer[place] for offer in offers if place < len(offer)]
            if len(found) >= count:
                break
        return found[:count]
