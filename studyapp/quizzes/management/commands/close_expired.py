"""Closes exams whose time is up and that nobody came back to: `manage.py close_expired`."""

from typing import Any

from django.core.management.base import BaseCommand

from studyapp.quizzes.bank import bank
from studyapp.quizzes.clock import now
from studyapp.quizzes.recording import close_abandoned


class Command(BaseCommand):
    help = "Closes exams whose time is up, with the answers that are stored. Nothing depends on it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{close_abandoned(now(), bank())} closed")
