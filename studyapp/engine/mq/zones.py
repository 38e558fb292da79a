"""Availability Zones, which the brokers of both engines share: "a", "b" and "c".

A zone that is lost takes with it every instance and node that runs there. Each engine reacts to ZoneLost and
ZoneRestored; nothing else knows of zones.
"""

from typing import TYPE_CHECKING

from studyapp.engine.calls import Actions, Apply, action
from studyapp.engine.mq.events import ZoneLost, ZoneRestored
from studyapp.engine.refusals import Refused

if TYPE_CHECKING:
    from studyapp.engine.world import World

ZONES = ("a", "b", "c")


class State:
    """The zones that are down, with the number of the entry since which they are."""

    __slots__ = ("down",)

    def __init__(self) -> None:
        self.down: dict[str, int] = {}


def _known(zone: str) -> None:
    if zone not in ZONES:
        raise Refused("zone-not-found", zone=zone[:80], known=", ".join(ZONES))


def lose_zone(world: "World", by: str, *, zone: str) -> None:
    """Everything in an Availability Zone stops at once.

    Raises:
        Refused: zone-not-found, zone-is-down.
    """
    _known(zone)
    if zone in world.mq.zones.down:
        raise Refused("zone-is-down", zone=zone)
    world.record(ZoneLost(world.now_ms, world.cause, "", zone))


def restore_zone(world: "World", by: str, *, zone: str) -> None:
    """An Availability Zone works again.

    Raises:
        Refused: zone-not-found, zone-is-up.
    """
    _known(zone)
    if zone not in world.mq.zones.down:
        raise Refused("zone-is-up", zone=zone)
    world.record(ZoneRestored(world.now_ms, world.cause, "", zone))


def zone_lost(world: "World", event: ZoneLost, number: int) -> None:
    world.mq.zones.down[event.zone] = number


def zone_restored(world: "World", event: ZoneRestored, number: int) -> None:
    del world.mq.zones.down[event.zone]


ACTIONS: Actions = {"sim.LoseZone": action(lose_zone), "sim.RestoreZone": action(restore_zone)}
APPLY: Apply = {ZoneLost: zone_lost, ZoneRestored: zone_restored}
