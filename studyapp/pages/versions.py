"""An older version of the content, taken from git; only commands use it."""

import subprocess

from django.conf import settings
from django.core.management.base import CommandError

from studyapp.course.labelled import Document, parse


def content_at(revision: str) -> dict[str, Document]:
    """The labelled files of a git revision by path. Raises CommandError when git has no answer."""

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(settings.CONTENT_DIR), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandError(f"git cannot show {revision!r}: {done.stderr.strip()}")
        return done.stdout

    if revision.startswith("-"):
        raise CommandError(f"{revision!r} is not a revision")
    documents = {}
    for name in git("ls-tree", "-r", "--name-only", revision, "./").split("\n"):
        if name.endswith(".md"):
            documents[name], _ = parse(name, git("show", f"{revision}:./{name}"))
    return documents
