"""The three-language file format: what is read, and what is said about what cannot be read."""

import pytest

from studyapp.course.labelled import Document, Unit, parse
from studyapp.course.problem import Problem

UNIT = "ko: 큐\nen: queue\nvi: hàng đợi\n"


def read(text: str) -> Document:
    document, problems = parse("x.md", text)
    assert problems == []
    return document


def findings(text: str) -> list[Problem]:
    return parse("x.md", text)[1]


def places(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.rule) for problem in findings(text)]


def test_a_unit_is_three_lines_with_one_thought():
    unit = read("## queue\n" + UNIT).blocks[0].units[0]
    assert (unit.ko, unit.en, unit.vi) == ("큐", "queue", "hàng đợi")


def test_a_unit_is_asked_by_language():
    assert Unit("큐", "queue", "hàng đợi", 1)["vi"] == "hàng đợi"


def test_a_unit_has_no_fourth_language():
    with pytest.raises(KeyError):
        Unit("큐", "queue", "hàng đợi", 1)["line"]


@pytest.mark.parametrize(("language", "line"), [("ko", 8), ("en", 9), ("vi", 10)])
def test_each_language_knows_its_line(language, line):
    unit = read("# title\n" + UNIT + "\n## queue\n\n" + UNIT).blocks[0].units[0]
    assert unit.line_of(language) == line


def test_units_are_parted_by_empty_lines():
    block = read("## queue\n" + UNIT + "\n" + UNIT).blocks[0]
    assert [unit.line for unit in block.units] == [2, 6]


def test_text_may_hold_a_colon_and_another_label():
    text = "## x\nko: 예: en: 같은 것\nen: such as: vi: this\nvi: như: ko: thế\n"
    assert read(text).blocks[0].units[0].en == "such as: vi: this"


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("en: queue\nvi: hàng đợi\n", [(2, "ko")]),
        ("ko: 큐\nvi: hàng đợi\n", [(3, "en")]),
        ("ko: 큐\nen: queue\n", [(4, "vi")]),
        ("ko: 큐\n", [(3, "en"), (3, "vi")]),
    ],
    ids=["without ko", "without en", "without vi", "ko alone"],
)
def test_a_missing_line_is_named_where_it_should_stand(lines, missing):
    found = [(p.line, p.text[5:7]) for p in findings("## x\n" + lines + "\n")]
    assert found == missing


def test_lines_in_another_order_are_refused():
    assert (2, "L01") in places("## x\nen: queue\nko: 큐\nvi: hàng đợi\n")


def test_an_empty_line_of_text_is_refused():
    assert places("## x\nko: 큐\nen:\nvi: hàng đợi\n") == [(3, "L01")]


def test_a_unit_ends_with_an_empty_line():
    assert places("## x\n" + UNIT + "## y\n" + UNIT) == [(5, "L01")]


def test_a_fourth_line_in_a_unit_is_refused():
    assert (5, "L01") in places("## x\n" + UNIT + "ko: 하나 더\n")


def test_a_line_without_a_label_is_refused():
    assert places("## x\n" + UNIT + "\nloose words\n") == [(6, "L01")]


@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        ("ko?: 큐\nen: queue\nvi: hàng đợi\n", ("ko",)),
        ("ko: 큐\nen: queue\nvi?: hàng đợi\n", ("vi",)),
        ("ko?:\nen: queue\nvi?:\n", ("ko", "vi")),
        (UNIT, ()),
    ],
    ids=["an old Korean line", "an old Vietnamese line", "two missing lines", "nothing"],
)
def test_a_question_mark_asks_for_a_look(lines, marked):
    assert read("## x\n" + lines).blocks[0].units[0].needs_look == marked


@pytest.mark.parametrize(
    ("heading", "kind", "id"),
    [
        ("## hidden-after-receive", "", "hidden-after-receive"),
        ("## table: dead-letter-queue", "table", "dead-letter-queue"),
        ("## exam-tip: 5-minutes", "exam-tip", "5-minutes"),
    ],
    ids=["text", "a kind", "a kind with a hyphen"],
)
def test_a_heading_names_kind_and_id(heading, kind, id):
    block = read(heading + "\n" + UNIT).blocks[0]
    assert (block.kind, block.id) == (kind, id)


@pytest.mark.parametrize("id", ["Queue", "two words", "under_score", "-x", "x-", "x--y", "큐"])
def test_an_id_is_lower_case_words_joined_by_hyphens(id):
    assert places(f"## {id}\n{UNIT}") == [(1, "L02")]


@pytest.mark.parametrize("line", ["#title", "##", "#### four"])
def test_what_only_looks_like_a_heading_is_refused(line):
    assert (1, "L03") in places(line + "\n")


def test_one_hash_is_a_part_of_the_file():
    document = read("# title\n" + UNIT + "\n## queue\n" + UNIT)
    assert [block.id for block in document.heads] == ["title"]


def test_parts_belong_to_the_block_above():
    text = "## table: t\n" + UNIT + "\n### row: one\n" + UNIT + "\n### row: two\n" + UNIT
    assert [part.id for part in read(text).blocks[0].parts_of("row")] == ["one", "two"]


def test_a_part_without_a_kind_is_its_own_kind():
    block = read("## recall: r\n" + UNIT + "\n### answer\n" + UNIT).blocks[0]
    assert block.part("answer") is block.parts[0]


def test_all_units_come_in_the_order_of_the_file():
    text = "# title\n" + UNIT + "\n## table: t\n" + UNIT + "\n### row: one\n" + UNIT
    assert [unit.line for unit in read(text).all_units()] == [2, 7, 12]


def test_a_part_needs_a_block_above():
    assert (1, "L03") in places("### answer\n" + UNIT)


def test_text_needs_a_heading_above():
    assert places(UNIT) == [(1, "L03")]


def test_properties_stand_right_under_the_heading():
    block = read('## x\npoints = ["SQS-37", "SQS-38"]\nvalue = 12\n\n' + UNIT).blocks[0]
    assert dict(block.properties) == {"points": ["SQS-37", "SQS-38"], "value": 12}


def test_a_property_may_take_several_lines():
    block = read('## x\npoints = [\n  "SQS-37",\n]\n\n' + UNIT).blocks[0]
    assert block.properties["points"] == ["SQS-37"]


def test_properties_of_a_part_belong_to_the_part():
    block = read("## table: t\n" + UNIT + "\n### row: one\nwide = true\n\n" + UNIT).blocks[0]
    assert (dict(block.properties), dict(block.parts[0].properties)) == ({}, {"wide": True})


def test_a_property_that_is_not_toml_is_named_with_its_line():
    assert places("## x\npoints = []\nvalue = twelve\n\n" + UNIT) == [(3, "L03")]


def test_a_property_after_the_text_is_no_property():
    assert places("## x\n" + UNIT + "\nvalue = 12\n") == [(6, "L01")]


def test_the_front_matter_is_toml():
    assert read('+++\nsources = ["a"]\n+++\n\n# title\n' + UNIT).front["sources"] == ["a"]


def test_front_matter_that_is_not_toml_is_named_with_its_line():
    assert places("+++\na = 1\nb = \n+++\n\n# title\n" + UNIT) == [(3, "L03")]


def test_open_front_matter_is_named_at_its_first_line():
    assert (1, "L03") in places("+++\na = 1\n")


def test_code_is_kept_as_it_is():
    code = "aws sqs list-queues \\\n\n  --max-results 5\n# ko: no label"
    block = read(f"## code: c\n{UNIT}\n```bash\n{code}\n```\n").blocks[0]
    assert (block.fences[0].language, block.fences[0].code) == ("bash", code)


def test_a_fence_knows_its_line():
    assert read(f"## code: c\n{UNIT}\n```bash\nls\n```\n").blocks[0].fences[0].line == 6


def test_two_fences_stand_in_one_block():
    text = f"## code: c\n{UNIT}\n```bash\nls\n```\n\n```python\nimport json\n```\n"
    assert [fence.language for fence in read(text).blocks[0].fences] == ["bash", "python"]


def test_an_open_fence_is_refused():
    assert (6, "L03") in places(f"## code: c\n{UNIT}\n```bash\nls\n")


def test_a_fence_needs_a_heading_above():
    assert (1, "L03") in places("```bash\nls\n```\n")


def test_all_faults_of_a_file_are_found_at_once():
    text = "## Bad Id\nko: 큐\nvi: hàng đợi\n\nloose\n\n## y\nvalue = nothing\n\n" + UNIT
    assert places(text) == [(1, "L02"), (3, "L01"), (5, "L01"), (8, "L03")]


@pytest.mark.parametrize("text", ["", "\n\n", "+++", "+++\n+++", "```", "###", "ko:", "vi: a"])
def test_any_text_is_read_without_a_crash(text):
    document, _ = parse("x.md", text)
    assert document.path == "x.md"


def test_a_finding_names_file_line_rule_and_remedy():
    assert str(findings("## x\nko: 큐\nvi: hàng đợi\n")[0]) == (
        "content/x.md:3: L01 the 'en: ' line is missing here; write ko, en, vi"
    )
