"""The scramble canvas: a drawing, and what becomes of it on four ways."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from studyapp.course.lessons import Lesson
from studyapp.pages.course import course
from studyapp.pages.public import let_front_keep
from studyapp.simulator.runs import Misread
from studyapp.simulator.scramble import (
    CHANCES,
    GROUPED,
    ONE_GROUP,
    STANDARD,
    STREAM,
    Way,
    scramble,
)
from studyapp.simulator.scramble_drawing import (
    GROUPS,
    POINTS_MAX,
    POINTS_MIN,
    PREPARED,
    Drawing,
    Sent,
    is_too_long,
    read_sent,
)
from studyapp.simulator.scramble_picture import SIZE, Picture, picture_after, picture_of
from studyapp.simulator.telling import clock

_NAME_MAX = 40
LESSONS = (
    "sqs/what-a-queue-is",
    "sqs/fifo-queues",
    "kinesis/streams-shards-keys",
    "choosing/ordering-compared",
)


@dataclass(frozen=True, slots=True)
class Step:
    """An arrival in words: the number of the point from 1, and when."""

    point: int
    time: str
    late: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One way with everything that the page says about it. `lanes`: (number, label, whether it kept its order)."""

    way: Way
    service: str
    title: str
    why: str
    picture: Picture
    lanes: tuple[tuple[int, str, bool], ...]
    ended: str
    steps: tuple[Step, ...]


@require_safe
def scramble_canvas(request: HttpRequest, language: str) -> HttpResponse:
    """A drawing and its four arrivals. What the address cannot mean is said, above the page's own drawing."""
    sent, fault = Sent(), ""
    try:
        if is_too_long(request.META.get("QUERY_STRING", "")):
            raise Misread("long")
        given = [(name, text) for name, texts in request.GET.lists() for text in texts]
        sent = read_sent(given)
        if not sent.is_said_by(given):
            query = f"?{sent.query}" if sent.query else ""
            return HttpResponseRedirect(f"{request.path}{query}")
    except Misread as misread:
        fault = words_of(misread)
        request.GET = QueryDict()
    context = {**canvas_context(sent), "fault": fault}
    response = render(request, "simulator/scramble.html", context, status=400 if fault else 200)
    if fault:
        response["Cache-Control"] = "no-store"
    else:
        let_front_keep(request, response, sent.query)
    return response


def words_of(misread: Misread) -> str:
    """What is wrong with an address, to its reader."""
    name = misread.name if len(misread.name) <= _NAME_MAX else f"{misread.name[:_NAME_MAX]}…"
    if misread.kind == "twice":
        return _("This address sets “%(name)s” twice.") % {"name": name}
    if misread.kind == "unknown":
        return _("The drawing board has no setting “%(name)s”.") % {"name": name}
    if misread.kind == "seed":
        return _("The seed in this address is not a whole number that fits.")
    if misread.kind == "long":
        return _("This address is too long for a drawing.")
    if misread.kind == "few":
        return _("A drawing needs at least %(count)s points.") % {"count": POINTS_MIN}
    if misread.kind == "many":
        return _("A drawing has at most %(count)s points.") % {"count": POINTS_MAX}
    return _("The drawing in this address cannot be read.")


def canvas_context(sent: Sent) -> dict[str, Any]:
    """Everything that the page shows."""
    return {
        "sent": sent,
        "run_query": sent.query,
        "another_seed": sent.with_next_seed().query,
        "original": picture_of(sent.drawing),
        "size": SIZE,
        "groups": GROUPS[: len({point.group for point in sent.drawing.points})],
        "point_count": len(sent.drawing.points),
        "points_min": POINTS_MIN,
        "points_max": POINTS_MAX,
        "chances": {name: value // 10 for name, value in CHANCES.items()},
        "prepared": [
            (Sent(drawing).query, label, drawing == sent.drawing)
            for drawing, label in prepared_drawings()
        ],
        "ways": [shown(way, sent.drawing) for way in scramble(sent.drawing, sent.seed)],
        "lessons": lessons(),
    }


def prepared_drawings() -> list[tuple[Drawing, str]]:
    """The drawings that are ready, with their names."""
    names = {
        "house": _("House"),
        "star": _("Star"),
        "heart": _("Heart"),
        "letter": _("Letter S"),
    }
    return [(drawing, names[name]) for name, drawing in PREPARED.items()]


def lessons() -> list[Lesson]:
    """Where the four ways are taught."""
    known = course().lessons
    return [known[id] for id in LESSONS if id in known]


def shown(way: Way, drawing: Drawing) -> Shown:
    """A way in the words of the page."""
    title, why = {
        STANDARD: (
            _("SQS standard queue"),
            _(
                "A standard queue only tries to keep the order: points overtake each other, and some come again."
            ),
        ),
        ONE_GROUP: (
            _("SQS FIFO queue, one message group"),
            _(
                "One message group is one line: everything arrives in order, one point after the other."
            ),
        ),
        GROUPED: (
            _("SQS FIFO queue, several message groups"),
            _("Each group keeps its own order, but nothing is promised between the groups."),
        ),
        STREAM: (
            _("Kinesis stream, two shards"),
            _(
                "The group is the partition key: it picks the shard, and only within a shard is order kept."
            ),
        ),
    }[way.name]
    return Shown(
        way,
        "kinesis" if way.name == STREAM else "sqs",
        title,
        why,
        picture_after(drawing, way),
        tuple((lane, _label(way, lane, drawing), way.keeps(lane)) for lane in way.lane_numbers()),
        clock(way.ended_ms),
        tuple(Step(a.point + 1, clock(a.at_ms), a.late, a.again) for a in way.arrivals),
    )


def _label(way: Way, lane: int, drawing: Drawing) -> str:
    """What a lane is called: the one group, group B, shard 1 with the keys B and D."""
    if way.name == ONE_GROUP:
        return _("The one group")
    if way.name == GROUPED:
        return _("Group %(name)s") % {"name": GROUPS[lane]}
    keys = {
        GROUPS[point.group]
        for point, each in zip(drawing.points, way.lanes, strict=True)
        if each == lane
    }
    return _("Shard %(number)s (keys %(keys)s)") % {
        "number": lane,
        "keys": ", ".join(sorted(keys)),
    }
