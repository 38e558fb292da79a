"""Prints every benchmark: `make bench`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import pages
from benchmarks.answers import answers
from benchmarks.engine import engine
from benchmarks.interaction import slowest_interaction_ms
from benchmarks.lab import lab
from tests.support.running import ROOT, Site, running_site

LESSON = "/en/lessons/sqs/visibility-timeout/"


def rate(site: Site, path: str, *headers: str, seconds: float = 4, connections: int = 16) -> float:
    words = [sys.executable, "-m", "benchmarks.load", str(site.port), path, str(seconds)]
    done = subprocess.run(
        [*words, str(connections), *headers], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def resident_mb(site: Site) -> float:
    """Memory of the server process in MB; 0 where the system does not tell."""
    status = Path(f"/proc/{site.process.pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def serving() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with running_site(Path(folder), DJANGO_SETTINGS_MODULE="benchmarks.settings") as site:
            print(f"start-up to the first answer      {site.started_in_seconds:6.2f} s")
            print(f"memory after start                {resident_mb(site):6.0f} MB")
            tag = site.ask(LESSON).headers["etag"]
            rows = [("empty Django view", rate(site, "/empty/"))]
            rows.append(("lesson, kept page (br)", rate(site, LESSON)))
            rows.append(
                ("lesson, reader has it (304)", rate(site, LESSON, f"If-None-Match: {tag}"))
            )
            rows.append(("search, new results each time", rate(site, "/en/search/?q=dead+letter")))
            rows.append(("personal part (/mine/)", rate(site, "/en/mine/")))
            again = rate(site, "/empty/")
            base = (rows[0][1] + again) / 2
            for name, found in rows:
                print(f"{name:32} {found:8.0f} /s   {found / base:5.2f} x an empty Django view")
            for path in pages.every_page():
                site.ask(path, headers={"Accept-Encoding": "br"})
            print(f"memory after every page           {resident_mb(site):6.0f} MB")
            lab(site)
        begun = time.monotonic()
        with running_site(Path(folder)) as site:
            print(f"second start, set-up included     {time.monotonic() - begun:6.2f} s")
            weights(site)
            for name, ms in slowest_interaction_ms(site.origin, f"{LESSON}?with=ko").items():
                print(f"slowest paint after {name:22} {ms:4.0f} ms (processor slowed 4 times)")
            lighthouse(site)


def weights(site: Site) -> None:
    """What a first visit of a lesson takes over the wire, bodies only, in kB."""
    total = 0
    for path in (LESSON, *pages.parts_of(site.ask(LESSON).text)):
        answer = site.ask(path, headers={"Accept-Encoding": "br"})
        total += len(answer.body)
        print(f"  {len(answer.body) / 1000:6.1f} kB  {path}")
    print(f"first visit of a lesson           {total / 1000:6.1f} kB")


def lighthouse(site: Site) -> None:
    """Lighthouse's four scores, where Node is there to run it."""
    npx = shutil.which("npx")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not npx or not chromium:
        print("Lighthouse: not run (needs npx and Chromium)")
        return
    for path in ("/en/", LESSON, "/en/glossary/visibility-timeout/", "/en/search/"):
        done = subprocess.run(
            [npx, "--yes", "lighthouse@12", f"{site.origin}{path}", "--quiet", "--output=json",
             "--form-factor=mobile", "--chrome-flags=--headless=new --no-sandbox --disable-gpu "
             "--disable-dev-shm-usage --disable-background-networking"],
            env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        try:
            report = json.loads(done.stdout)
        except json.JSONDecodeError:
            print(f"Lighthouse: not run ({done.stderr.strip().splitlines()[-1:]})")
            return
        scores = {
            name: round((part["score"] or 0) * 100) for name, part in report["categories"].items()
        }
        audits = report["audits"]
        print(
            f"Lighthouse {path:36} {scores}  largest paint "
            f"{audits['largest-contentful-paint']['numericValue'] / 1000:.2f} s, "
            f"blocking {audits['total-blocking-time']['numericValue']:.0f} ms, "
            f"shift {audits['cumulative-layout-shift']['numericValue']:.3f}"
        )
        low = [
            id
            for category in report["categories"].values()
            for ref in category["auditRefs"]
            if ref["weight"] and (audits[id := ref["id"]]["score"] or 0) < 0.9
            and audits[id]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
        ]  # fmt: skip
        if low:
            print(f"  below 90: {', '.join(low)}")


def content() -> None:
    """Loading and checking the course, and searching it."""
    from studyapp.course.library import load
    from studyapp.course.rules import check_course
    from studyapp.search.index import Index
    from studyapp.search.passages import passages_of

    begun = time.perf_counter()
    course = load(ROOT / "content")
    loaded = time.perf_counter()
    check_course(course)
    checked = time.perf_counter()
    index = Index(passages_of(course))
    built = time.perf_counter()
    queries = ["visibility", "가시성", "hang doi", "dead letter queue", "visiblity"]
    for query in queries * 20:
        index.search(query, "en")
    searched = (time.perf_counter() - built) / (20 * len(queries))
    print(
        f"content: loaded in {loaded - begun:.2f} s, all rules {(checked - loaded) / (loaded - begun):.1f} x"
    )
    print(
        f"search: {len(index.passages)} passages, built in {built - checked:.2f} s, a query {searched * 1000:.1f} ms"
    )


if __name__ == "__main__":
    os.environ.setdefault("DECOUPLE_DEBUG", "yes")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
    import django

    django.setup()
    engine()
    content()
    answers()
    serving()
