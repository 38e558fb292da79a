"""What a learner types, and what is found for it."""

import unicodedata

import pytest

from studyapp.search.folding import fold, tokens
from studyapp.search.index import Index, Passage


def lesson(place: str, en: str, ko: str, vi: str, title: bool = False) -> Passage:
    texts = {"ko": ko, "en": en, "vi": vi}
    return Passage("lesson", place, texts, texts, is_title=title)


def term(place: str, en: str, ko: str, vi: str) -> Passage:
    texts = {"ko": ko, "en": en, "vi": vi}
    return Passage("term", place, texts, texts, is_title=True)


PASSAGES = [
    term("timeout", "visibility timeout", "가시성 제한 시간", "thời gian ẩn"),
    term("dlq", "dead-letter queue", "배달 못 한 편지 대기열", "hàng đợi thư chết"),
    term("shard", "shard", "샤드", "phân đoạn"),
    lesson(
        "hidden",
        "A received message stays hidden during the timeout.",
        "받은 메시지는 제한 시간 동안 숨어 있습니다.",
        "Thông điệp đã nhận bị ẩn trong thời gian chờ.",
    ),
    lesson(
        "deleting",
        "The consumer deletes the message with DeleteMessage.",
        "소비자는 `DeleteMessage`로 메시지를 지웁니다.",
        "Bên nhận xóa thông điệp bằng DeleteMessage.",
    ),
    lesson("queues", "Queues decouple services.", "큐는 서비스를 분리합니다.", "Hàng đợi tách rời dịch vụ."),
    lesson("order", "Partition keys keep the order.", "파티션 키가 순서를 지킵니다.", "Khóa phân vùng giữ thứ tự."),
]  # fmt: skip
INDEX = Index(PASSAGES)


def in_parts(text: str) -> str:
    """The text as some keyboards send it: letters and their marks apart, syllables in letters."""
    return unicodedata.normalize("NFD", text)


def found(query: str, language: str = "en") -> list[str]:
    return [hit.passage.place for hit in INDEX.search(query, language).hits]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("deleted", "deleting"),
        ("delete", "deleting"),
        ("deleting", "deleting"),
        ("receives", "hidden"),
        ("DECOUPLING", "queues"),
        ("queue", "queues"),
        ("partitions key", "order"),
    ],
)
def test_english_is_found_by_the_stem_of_a_word(query: str, place: str):
    assert place in found(query)


@pytest.mark.parametrize("query", ["vi", "visi", "visibil", "visibility t", "visibility ti"])
def test_a_word_is_found_while_it_is_typed(query: str):
    assert "timeout" in found(query)


def test_a_beginning_finds_its_words_however_many_there_are():
    names = [f"re{a}{b}" for a in "abcdefghij" for b in "abcdefghij"]
    index = Index([lesson(name, name, "가", "x") for name in names])
    assert len(index.search("re", "en", limit=200).hits) == len(names)


def test_only_the_last_word_may_be_half_typed():
    assert (found("visibility time"), found("visib timeout")) == (["timeout"], [])


def test_a_single_letter_begins_no_word():
    assert found("v") == []


@pytest.mark.parametrize(
    "query",
    ["제한 시간", "제한시간", "제한", "한 시", "가시성제한시간", "가시성 제한시간", "가시성"],
)
def test_korean_is_found_by_any_two_syllables_whatever_the_spacing(query: str):
    assert "timeout" in found(query, "ko")


def test_korean_particles_do_not_hide_a_word():
    assert set(found("메시지", "ko")) == {"hidden", "deleting"}


@pytest.mark.parametrize(("query", "place"), [("큐", "queues"), ("키", "order")])
def test_one_syllable_is_found(query: str, place: str):
    assert found(query, "ko") == [place]


def test_korean_typed_in_parts_is_found():
    assert found(in_parts("큐는"), "ko") == ["queues"]


@pytest.mark.parametrize("query", ["hàng đợi", "hang doi", "HÀNG ĐỢI", "hang đoi", "hàng doi"])
def test_vietnamese_is_found_with_and_without_its_marks(query: str):
    assert set(found(query, "vi")) == {"dlq", "queues"}


@pytest.mark.parametrize("query", ["đoạn", "doan", "đoan", "doạn"])
def test_d_finds_the_crossed_d_and_the_other_way_round(query: str):
    assert found(query, "vi") == ["shard"]


def test_vietnamese_typed_in_parts_is_found():
    assert found(in_parts("phân đoạn"), "vi") == ["shard"]


@pytest.mark.parametrize("query", ["DeleteMessage", "deletemessage", "deletemess"])
def test_the_name_of_a_call_is_found_whole(query: str):
    assert found(query) == ["deleting"]


@pytest.mark.parametrize(
    ("query", "instead", "place"),
    [
        ("visibilty", "visibility", "timeout"),
        ("partiton", "partition", "order"),
        ("mesage hiden", "message hidden", "hidden"),
        ("dead leter", "dead letter", "dlq"),
        ("dead-leter", "dead letter", "dlq"),
        ("delettes", "deletes", "deleting"),
    ],
)
def test_a_misspelling_is_forgiven(query: str, instead: str, place: str):
    results = INDEX.search(query, "en")
    assert (results.instead, results.hits[0].passage.place) == (instead, place)


@pytest.mark.parametrize("query", ["shard", "visibility timeout", "제한 시간"])
def test_what_is_found_is_not_corrected(query: str):
    assert INDEX.search(query, "en").instead == ""


@pytest.mark.parametrize("query", ["zzzzzz", "가나다라", "qqq www", "", "   ", "?!", "🙂", "\0"])
def test_what_is_nowhere_is_not_found(query: str):
    assert INDEX.search(query, "en").hits == ()


def test_every_word_has_to_be_there():
    assert (found("shard"), found("shard consumer")) == (["shard"], [])


def test_words_of_any_language_are_found_from_any_other():
    assert [hit.language for hit in INDEX.search("샤드", "vi").hits] == ["ko"]


def test_a_title_comes_before_a_sentence():
    sentence = lesson("sentence", "one queue", "가", "x")
    title = lesson("title", "a queue and many more words", "나", "y", title=True)
    hits = Index([sentence, title]).search("queue", "en").hits
    assert [hit.passage.place for hit in hits] == ["title", "sentence"]


def test_a_text_with_the_marks_as_typed_comes_before_one_that_only_folds_alike():
    index = Index(
        [
            lesson("a-reading", "read", "읽기", "Người đọc thông điệp."),
            lesson("b-poison", "poison", "독성", "Một thông điệp độc."),
        ]
    )
    hits = index.search("thông điệp độc", "vi").hits
    assert [hit.passage.place for hit in hits] == ["b-poison", "a-reading"]


def test_the_language_of_the_reader_comes_first():
    index = Index([lesson("english", "alpha", "가", "x"), lesson("vietnamese", "y", "나", "alpha")])
    orders = [
        [hit.passage.place for hit in index.search("alpha", code).hits] for code in ("en", "vi")
    ]
    assert orders == [["english", "vietnamese"], ["vietnamese", "english"]]


def test_a_passage_is_found_once():
    assert found("DeleteMessage", "vi") == ["deleting"]


def test_equal_passages_come_in_the_order_of_their_places():
    texts = ("the same words", "같은 말", "cùng lời")
    index = Index([lesson(place, *texts) for place in ("c", "a", "b")])
    assert [hit.passage.place for hit in index.search("same", "en").hits] == ["a", "b", "c"]


def test_the_order_is_the_same_in_every_process():
    other = Index(PASSAGES)
    queries = ["timeout", "message", "mesage", "제한", "hang doi", "del"]
    assert [INDEX.search(q, "en") for q in queries] == [other.search(q, "en") for q in queries]


def test_there_are_at_most_so_many_hits():
    assert len(INDEX.search("message", "en", limit=1).hits) == 1


def test_a_very_long_query_is_cut():
    assert found("shard " * 10_000) == ["shard"]


@pytest.mark.parametrize(
    ("query", "language", "nearest"),
    [
        ("shrad", "en", "shard"),
        ("invisible timeout", "en", "timeout"),
        ("대기열 편지함", "ko", "dlq"),
        ("thu chet", "vi", "dlq"),
    ],
)
def test_near_terms_are_offered_when_nothing_is_found(query: str, language: str, nearest: str):
    assert INDEX.near_terms(query, language)[0].place == nearest


def test_three_near_terms_are_offered():
    assert len(INDEX.near_terms("anything", "en")) == 3


def test_only_terms_are_near():
    assert {passage.kind for passage in INDEX.near_terms("message", "en", 9)} == {"term"}


def test_an_empty_index_finds_nothing():
    empty = Index([])
    assert (empty.search("queue", "en").hits, empty.near_terms("queue", "en")) == ((), [])


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hàng đợi", "hang doi"),
        ("ĐÃ GỬI", "da gui"),
        ("가시성", "가시성"),
        ("Ｑｕｅｕｅ", "queue"),
        ("ﬁfo", "fifo"),
        (in_parts("Café"), "cafe"),
    ],
    ids=["marks", "capitals", "Hangul", "full width", "a ligature", "an accent in parts"],
)
def test_words_are_folded(text: str, folded: str):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("가시성", False, ["가시", "시성", "가", "시", "성"]),
        ("가시성", True, ["가시", "시성"]),
        ("가 시", True, ["가시"]),
        ("큐", True, ["큐"]),
        ("SQS 큐", True, ["sqs", "큐"]),
        ("queues", True, ["queue"]),
        ("SendMessage", False, ["sendmessag", "send", "messag"]),
        ("SQS FIFO 2x", False, ["sqs", "fifo", "2x"]),
    ],
)
def test_a_text_is_cut_into_tokens(text: str, query: bool, expected: list[str]):
    assert tokens(text, query=query) == expected
