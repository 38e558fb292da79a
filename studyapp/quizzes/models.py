"""Attempts and answers. What is stored is what happened; scores are computed from it."""

import secrets
from collections.abc import Mapping
from functools import cached_property

from django.db import models

from studyapp.progress.models import Learner
from studyapp.quizzes.clock import Instant

PRACTICE, EXAM, REVIEW = "practice", "exam", "review"
# Why an attempt ended: the learner asked, the time was up, a new one took its place.
ASKED, TIME, REPLACED = "asked", "time", "replaced"
GUESS, FAIRLY, SURE = 1, 2, 3
MISSES = ("unknown", "language", "requirement", "fell", "rushed")
# What a learner can find wrong with a question.
PROBLEMS = ("key", "reason", "translation", "broken", "other")


def new_id() -> str:
    """176 random bits; a UUID has too few to be unguessable."""
    return secrets.token_urlsafe(22)


class QuestionVersion(models.Model):
    """A question exactly as it was asked (`items.Item`), kept under the digest of its text."""

    digest = models.CharField(max_length=32, primary_key=True)
    question = models.CharField(max_length=120)
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.question} as {self.digest[:6]}"


class Attempt(models.Model):
    """A set of questions that a learner works through. `id` stands in addresses and cannot be guessed.

    `questions` is frozen at the start: for each question its id, the digest of its version, the order of its
    options, and whether the learner meets it for the first time. `pauses` is the log of ended pauses, as
    [paused at, resumed at]; the three `paused_` fields are the moment at which one began that still lasts.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="attempts")
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=60)
    questions = models.JSONField()
    asked_for = models.JSONField(default=dict)
    language = models.CharField(max_length=2)
    pace = models.CharField(max_length=10, default="untimed")
    content_version = models.CharField(max_length=16)
    started_at = models.DateTimeField()
    started_ticks = models.FloatField()
    started_boot = models.CharField(max_length=40)
    ends_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    finish_reason = models.CharField(max_length=10, blank=True)
    pauses = models.JSONField(default=list)
    paused_at = models.DateTimeField(null=True)
    paused_ticks = models.FloatField(null=True)
    paused_boot = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=0)
    # Caches of what the answers say: how many there are, and at the end {"right": 14, "total": 20}.
    answered = models.PositiveSmallIntegerField(default=0)
    score = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "key"], name="one_attempt_a_key"),
        ]
        indexes = [
            models.Index(fields=["learner", "kind", "finished_at"], name="attempts_of_learner"),
            models.Index(fields=["finished_at", "ends_at"], name="attempts_to_close"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {len(self.questions)}"

    @property
    def start(self) -> Instant:
        return Instant(self.started_at, self.started_ticks, self.started_boot)

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def pause(self) -> Instant | None:
        """When the pause began that lasts; None while the attempt runs."""
        if self.paused_at is None or self.paused_ticks is None:
            return None
        return Instant(self.paused_at, self.paused_ticks, self.paused_boot)

    @property
    def is_paused(self) -> bool:
        return self.pause is not None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each question, counted from 1."""
        return {entry["question"]: place for place, entry in enumerate(self.questions, 1)}


class Answer(models.Model):
    """What a learner did with one question of an attempt.

    `keys` holds the last write of each browser tab, so that a repeated or overtaken write is known.
    `right` is a cache of what grading says, set when the answer was checked or the attempt ended. `version` is
    that of the question's key (`items.Item.version`).
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    chosen = models.JSONField(default=list)
    is_answered = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)
    struck = models.JSONField(default=list)
    confidence = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=2, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    client_time = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    right = models.BooleanField(null=True)
    is_first = models.BooleanField(default=False)
    miss = models.CharField(max_length=12, blank=True)
    key = models.CharField(max_length=60)
    keys = models.JSONField(default=dict)
    revision = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_answer_a_question"),
            models.UniqueConstraint(fields=["attempt", "key"], name="one_answer_a_key"),
        ]
        indexes = [models.Index(fields=["question", "is_first"], name="answers_to_question")]

    def __str__(self) -> str:
        return f"{self.question}: {self.chosen}"


class LateAnswer(models.Model):
    """An answer that arrived after the time. It is shown and never counted."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="late_answers")
    question = models.CharField(max_length=120)
    chosen = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_late_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.question}, too late"


class ProblemReport(models.Model):
    """What a learner finds wrong with a question that they answered; sent again, it takes the place of the first.

    `digest` names the version that was asked. While it is the one of the bank the report is open; nothing is
    stored when it closes. `language` is the one in which the question was shown, `chosen` the stored answer.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="problem_reports")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="problem_reports")
    question = models.CharField(max_length=120)
    digest = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    chosen = models.JSONField()
    kind = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_report_an_answer"),
        ]
        indexes = [models.Index(fields=["learner", "reported_at"], name="reports_of_learner")]

    def __str__(self) -> str:
        return f"{self.question}: {self.kind}"
