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
