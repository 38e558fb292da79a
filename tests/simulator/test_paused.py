"""The picture of a question stands still before what is asked."""

import pytest

from studyapp.course.labelled import LANGUAGES
from studyapp.pages.course import course
from studyapp.simulator.paused import paused_at

WITH_PICTURE = sorted(
    id for id, each in course().questions.items() if each.kind in ("predict", "knob")
)


def test_there_are_questions_with_pictures():
    assert len(WITH_PICTURE) >= 30


@pytest.mark.parametrize("id", WITH_PICTURE)
def test_every_prediction_and_task_has_its_picture_in_every_language(id: str):
    for language in LANGUAGES:
        paused = paused_at(id, language)
        assert paused is not None
        assert all("<svg" in each for each in paused.stage.pictures)
        assert bool(paused.time) == (course().questions[id].pause is not None)


def test_other_questions_have_none():
    other = next(id for id in course().questions if id not in WITH_PICTURE)
    assert paused_at(other, "en") is None
    assert paused_at("sqs/nothing", "en") is None
