"""Drawings: what may stand in them, whether their words fit, and how they are drawn."""

from xml.etree import ElementTree

import pytest

from studyapp.course.figures import Figure, draw, label_faults, read_figure, text_width, wrap


def drawing(inside: str = "", view_box: str = "0 0 328 120", more: str = "") -> Figure:
    return read_figure(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}" {more}>{inside}</svg>'
    )


def label(text: str = "", **attributes: object) -> str:
    held = {"x": 10, "y": 50, "data_label": "a"} | attributes
    written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in held.items())
    return f"<text{written}>{text}</text>"


def rules(figure: Figure) -> list[str]:
    return [rule for rule, _ in figure.faults]


ALLOWED = '<g><rect class="queue" x="1" y="2" width="3" height="4" rx="8"/><path d="M0 0H9"/></g>'


def test_a_drawing_of_allowed_shapes_has_no_fault():
    assert drawing(ALLOWED + label(text_anchor="middle", data_width=96)).faults == ()


def test_the_labels_of_a_drawing_come_once_and_in_order():
    figure = drawing(label(data_label="b") + label(data_label="a") + label(data_label="b"))
    assert figure.labels == ("b", "a")


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>", "<style/>", "<image/>", "<foreignObject/>", "<a/>", "<use/>", "<marker/>",
        "<title/>", "<animate/>", "<tspan/>",
    ],
)  # fmt: skip
def test_an_element_that_is_no_shape_is_refused(inside):
    assert rules(drawing(inside)) == ["F02"]


@pytest.mark.parametrize(
    "attribute",
    [
        "id", "style", "fill", "stroke", "onclick", "href", "marker-end", "opacity", "data-other",
    ],
)  # fmt: skip
def test_an_attribute_that_is_no_geometry_is_refused(attribute):
    assert rules(drawing(f'<rect {attribute}="x"/>')) == ["F02"]


def test_a_link_in_another_namespace_is_refused():
    figure = drawing('<rect xmlns:l="http://www.w3.org/1999/xlink" l:href="x"/>')
    assert rules(figure) == ["F02"]


def test_a_class_that_the_stylesheet_does_not_know_is_refused():
    assert rules(drawing('<rect class="queue red"/>')) == ["F02"]


@pytest.mark.parametrize(
    "view_box",
    ["0 0 320 120", "0 0 328 361", "0 0 328", "1 0 328 120", "", "0 0 328 -5"],
    ids=["too narrow", "too high", "three numbers", "moved", "none", "negative"],
)
def test_the_canvas_is_as_wide_as_a_phone(view_box):
    assert rules(drawing(view_box=view_box)) == ["F02"]


def test_the_highest_canvas_is_accepted():
    assert drawing(view_box="0 0 328 360").faults == ()


def test_a_file_that_is_not_xml_is_refused():
    assert rules(read_figure("<svg><rect></svg>")) == ["F02"]


@pytest.mark.parametrize(
    "inside", [label("Queue"), "<g>Queue</g>", "<rect/>Queue"], ids=["text", "group", "loose"]
)
def test_words_in_a_drawing_are_refused(inside):
    assert rules(drawing(inside)) == ["F01"]


def test_a_text_names_its_label():
    assert rules(drawing('<text x="1" y="1"/>')) == ["F01"]


@pytest.mark.parametrize("attribute", ["x", "y", "data-width"])
def test_the_place_of_a_label_is_a_number(attribute):
    figure = drawing(label(**{attribute.replace("-", "_"): "wide"}))
    assert rules(figure) == ["F02"]


@pytest.mark.parametrize("attribute", ["x", "y", "data-width"])
def test_a_label_without_a_place_is_still_drawn(attribute):
    figure = drawing(label(**{"data_width": 20, attribute.replace("-", "_"): "wide"}))
    assert "queue" in draw(figure, {"a": "a queue"}, "", "en")


@pytest.mark.parametrize("attribute", ["x", "y", "data-width"])
def test_a_label_without_a_place_is_not_measured(attribute):
    figure = drawing(label(**{attribute.replace("-", "_"): "wide"}))
    assert label_faults(figure, {"a": "queue"}) == []


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [("queue", "대기열대기"), ("lilil", "mwmwm"), ("queue", "QUEUE"), ("a b", "abc")],
    ids=["Hangul", "wide letters", "capitals", "letters and spaces"],
)
def test_some_letters_are_wider_than_others(narrow, wide):
    assert text_width(narrow, 13) < text_width(wide, 13)


def test_bold_text_is_wider():
    assert text_width("queue", 13) < text_width("queue", 13, bold=True)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("the dead-letter queue", 400, ["the dead-letter queue"]),
        ("the dead-letter queue", 70, ["the", "dead-letter", "queue"]),
        ("배달 못 한 편지 대기열", 60, ["배달 못 한", "편지", "대기열"]),
        ("unbreakable", 5, ["unbreakable"]),
        ("", 90, [""]),
    ],
    ids=["it fits", "at spaces", "Korean at spaces", "a long word stays whole", "nothing"],
)
def test_words_wrap_at_spaces(text, width, lines):
    assert wrap(text, width, 13, bold=False) == lines


LONG = "a very long label that needs a lot of room in a small drawing"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"x": 10, "data_width": 40}, "unbreakable-word"),
        ({"x": 10}, LONG),
        ({"x": 300}, "a queue here"),
        ({"x": 20, "text_anchor": "middle"}, "a queue here"),
        ({"x": 20, "text_anchor": "end"}, "a queue here"),
        ({"y": 8}, "queue"),
        ({"y": 130}, "queue"),
        ({"y": 100, "data_width": 40}, "one two three four five six"),
    ],
    ids=[
        "wider than its place", "wider than the drawing", "out on the right",
        "middle, out on the left", "end, out on the left", "above", "below", "too many lines",
    ],
)  # fmt: skip
def test_a_label_that_does_not_fit_is_found(place, words):
    assert len(label_faults(drawing(label(**place)), {"a": words})) == 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"x": 10}, "a queue here"),
        ({"x": 164, "text_anchor": "middle"}, "a queue here"),
        ({"x": 320, "text_anchor": "end"}, "a queue here"),
        ({"x": 10, "data_width": 60}, "one two three"),
        ({"x": 10, "class": "label-small"}, "작은 글자"),
    ],
    ids=["start", "middle", "end", "wrapped", "small"],
)
def test_a_label_that_fits_is_fine(place, words):
    assert label_faults(drawing(label(**place)), {"a": words}) == []


def test_a_label_that_fits_in_english_may_not_fit_in_vietnamese():
    figure = drawing(label(x=10, data_width=75))
    fitting = {"en": "retry", "vi": "trường-hợp-khác"}
    assert [bool(label_faults(figure, {"a": word})) for word in fitting.values()] == [False, True]


def test_a_drawing_is_described_for_those_who_do_not_see_it():
    svg = ElementTree.fromstring(draw(drawing(ALLOWED), {}, "큐 하나", "ko"))
    assert (svg.get("role"), svg.get("aria-label"), svg.get("lang")) == ("img", "큐 하나", "ko")


def test_words_are_drawn_where_their_label_stands():
    svg = ElementTree.fromstring(draw(drawing(label(x=10)), {"a": "hàng đợi"}, "", "vi"))
    text = svg.find("text")
    assert text is not None
    assert (text.get("x"), text.text) == ("10", "hàng đợi")


def test_wrapped_words_stand_around_the_middle():
    svg = ElementTree.fromstring(
        draw(drawing(label(data_width=40)), {"a": "dead letter"}, "", "en")
    )
    lines = [(float(line.get("y", "")), line.text) for line in svg.iter("tspan")]
    assert lines == [(42.0, "dead"), (58.0, "letter")]


def test_our_own_attributes_do_not_reach_the_page():
    assert "data-" not in draw(drawing(label(data_width=90)), {"a": "queue"}, "", "en")


def test_words_cannot_be_markup():
    figure = drawing(label())
    svg = ElementTree.fromstring(draw(figure, {"a": "a<script>&</text>"}, "", "en"))
    assert "".join(svg.itertext()) == "a<script>&</text>"


def test_wrapped_words_cannot_be_markup():
    figure = drawing(label(data_width=30))
    svg = ElementTree.fromstring(draw(figure, {"a": "a <script> &"}, "", "en"))
    assert [line.text for line in svg.iter("tspan")] == ["a", "<script>", "&"]


def test_a_description_cannot_leave_its_attribute():
    svg = ElementTree.fromstring(draw(drawing(), {}, "a \"queue\" <b> & 'more'", "en"))
    assert svg.get("aria-label") == "a \"queue\" <b> & 'more'"


def test_what_is_refused_is_not_drawn():
    figure = drawing('<script class="queue"/><rect onclick="x" style="y" x="1"/>')
    assert draw(figure, {}, "", "en").endswith('><rect x="1"/></svg>')


def test_a_drawing_that_cannot_be_read_is_left_out():
    assert draw(read_figure("<svg"), {}, "", "en") == ""
