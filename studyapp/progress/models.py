"""Rows that a learner leaves behind. What is stored is what happened; totals are computed."""

from django.db import models

# What may be kept as a place: the id of a sentence in its page (`course.lessons.unit_anchor`), or nothing.
UNIT_PATTERN = r"^[a-z0-9.-]{0,120}$"


class Learner(models.Model):
    """A visitor who has something to keep. `key` stands in the signed cookie, never in an address."""

    key = models.CharField(max_length=32, unique=True)
    recovery_hash = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"learner {self.pk}"


class ReadingMark(models.Model):
    """How far a learner is in a lesson: the last sentence seen, and whether it was read to the end."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="marks")
    lesson = models.CharField(max_length=100)
    unit = models.CharField(max_length=120, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson"], name="one_mark_a_lesson")
        ]
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.lesson} at {self.unit or 'the start'}"


class Prediction(models.Model):
    """What a learner thought would happen in a scenario, before they saw it: the first answer, kept for good.

    `option` is '' where they only wanted to see it; `confidence` 'guess', 'fairly', 'sure' or ''.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="predictions")
    scenario = models.CharField(max_length=100)
    gate = models.CharField(max_length=60)
    option = models.CharField(max_length=60, blank=True)
    is_right = models.BooleanField()
    confidence = models.CharField(max_length=6, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "scenario", "gate"], name="one_prediction_a_gate"
            )
        ]
        ordering = ["made_at"]

    def __str__(self) -> str:
        return f"{self.scenario} {self.gate}: {self.option or 'shown'}"


class CardMemory(models.Model):
    """When a learner sees a card again (`progress.memory`).

    `card` is 'objective:sqs.polling', 'recall:sqs/polling#block' or 'term:visibility-timeout'. A card that left
    the course keeps its row and is not shown. `reviews` counts its answers: a page that was made for another
    count is an old one.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="memories")
    card = models.CharField(max_length=180)
    state = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    due = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviews = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "card"], name="one_memory_a_card")
        ]
        indexes = [models.Index(fields=["learner", "due"], name="memories_due")]

    def __str__(self) -> str:
        return f"{self.card} due {self.due:%Y-%m-%d}"


class Review(models.Model):
    """One answer to a card. `key` makes a repeated request harmless; `before` is the memory it found, to undo it.

    `place` is 'review', or where else an answer was missed: 'practice' or 'exam'. `was_due` says whether the
    card had been learned and came back, so that the answer tells how much is remembered.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="reviews")
    card = models.CharField(max_length=180)
    key = models.CharField(max_length=200)
    known = models.BooleanField()
    place = models.CharField(max_length=10)
    was_due = models.BooleanField(default=False)
    reviewed_at = models.DateTimeField()
    before = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "key"], name="one_review_a_key")]
        indexes = [models.Index(fields=["learner", "reviewed_at"], name="reviews_of_learner")]

    def __str__(self) -> str:
        return f"{self.card}: {'known' if self.known else 'not known'}"


class ExamPlan(models.Model):
    """The day of the exam that a learner works towards."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="plan")
    exam_on = models.DateField()
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"exam on {self.exam_on}"
