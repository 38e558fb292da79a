"""A course whose exam-grade questions are stand-ins, so that whatever chance draws is what a test expects."""

import re
import shutil
from pathlib import Path

from tests.support.running import ROOT

NUMBER = 64
# Every second stand-in asks for two options: there is no set or form without one.
SECOND_KEY = """
## option: extend-while-working
correct = true

ko: 일하는 동안 작업자가 제한 시간을 거듭 연장합니다.
en: Let the worker extend the timeout while it works.
vi: Để worker gia hạn thời gian ẩn trong lúc làm việc.

### why
ko: 연장하는 동안 메시지는 숨어 있습니다.
en: The message stays hidden for as long as it is extended.
vi: Thông điệp vẫn ẩn chừng nào còn được gia hạn.
"""


def course_with_an_exam(folder: Path) -> Path:
    """A copy of the course below `folder` with one exam-grade question again and again, for each objective."""
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    model = (content / "questions/sqs/slow-video-worker.md").read_text("utf-8")
    for path in (content / "questions").rglob("*.md"):
        if 'grade = "exam"' in path.read_text("utf-8"):
            path.unlink()
    objectives = [
        f"{path.stem}.{id}"
        for path in sorted((content / "objectives").glob("*.md"))
        for id in re.findall(r"^## objective: (\S+)", path.read_text("utf-8"), flags=re.M)
    ]
    for number in range(NUMBER):
        objective = objectives[number % len(objectives)]
        service = objective.split(".")[0]
        text = model.replace('"sqs.visibility-timeout"', f'"{objective}"', 1)
        text = text.replace('"sqs-handled-twice"', f'"stand-in-{number}"')
        text = re.sub(r"^en: A media company", f"en: Media company {number}", text, flags=re.M)
        if number % 2 == 0:
            text = text.replace('kind = "single"', 'kind = "multiple"\nchoose = 2', 1) + SECOND_KEY
        path = content / "questions" / service / f"stand-in-{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return content
