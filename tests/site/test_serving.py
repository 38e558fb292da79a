"""Starting and stopping: the keys, the folders, the database."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.support.running import ROOT, Site, running_site


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DECOUPLE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_server_does_not_start_without_a_secret_key(tmp_path: Path) -> None:
    done = run("serve", DECOUPLE_DATA=str(tmp_path))
    assert done.returncode != 0
    assert "DECOUPLE_SECRET_KEY is not set" in done.stderr


def test_a_third_word_for_yes_or_no_is_refused(tmp_path: Path) -> None:
    done = run("check", DECOUPLE_DATA=str(tmp_path), DECOUPLE_DEBUG="maybe")
    assert done.returncode != 0
    assert "must be 'yes' or 'no', not 'maybe'" in done.stderr


def test_a_port_that_is_no_port_is_refused(tmp_path: Path) -> None:
    done = run("serve", DECOUPLE_DATA=str(tmp_path), DECOUPLE_SECRET_KEY="k" * 60, PORT="eighty")
    assert done.returncode != 0
    assert "PORT must be a number" in done.stderr


def test_unreadable_content_stops_the_start_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    subprocess.run(["cp", "-r", str(ROOT / "content"), str(folder)], check=True)
    lesson = folder / "lessons" / "sqs" / "visibility-timeout.md"
    lines = lesson.read_text("utf-8").split("\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("vi: "))
    del lines[place]
    lesson.write_text("\n".join(lines), "utf-8")
    done = run(
        "serve",
        DECOUPLE_DATA=str(tmp_path),
        DECOUPLE_SECRET_KEY="k" * 60,
        DECOUPLE_CONTENT=str(folder),
    )
    assert done.returncode != 0
    assert f"content/lessons/sqs/visibility-timeout.md:{place + 1}: L01" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_deployment_check_is_clean(tmp_path: Path) -> None:
    done = run(
        "check", "--deploy", "--fail-level", "WARNING",
        DECOUPLE_DATA=str(tmp_path), DECOUPLE_SECRET_KEY="0123456789abcdefghij" * 4 + "!?",
        DECOUPLE_HTTPS="yes", DECOUPLE_ORIGIN="https://decouple.example", DECOUPLE_HOSTS="decouple.example",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_static_files_that_were_removed_are_collected_again(tmp_path: Path) -> None:
    given = {"DECOUPLE_DATA": str(tmp_path), "DECOUPLE_SECRET_KEY": "k" * 60}
    run("prepare", **given)
    shutil.rmtree(tmp_path / "static")  # as `make clean` does
    run("prepare", **given)
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_every_line_of_the_log_is_json(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        with socket.create_connection(("127.0.0.1", site.port)) as line:
            line.sendall(b"nonsense\r\n\r\n")
            assert b" 400 " in line.recv(100)
        site.process.terminate()
        assert site.process.stderr
        logged = site.process.stderr.read().decode().splitlines()
    assert [json.loads(text)["level"] for text in logged] == ["warning"]


def test_no_migration_is_missing(tmp_path: Path) -> None:
    done = run("makemigrations", "--check", "--dry-run", DECOUPLE_DATA=str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_the_database_survives_a_killed_server(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        token = site.ask("/en/mine/")
        cookie = token.cookies[0].split(";")[0]
        key = json.loads(token.body)["token"]
        saved = site.ask(
            "/en/mine/reading/",
            "POST",
            {
                "Cookie": cookie,
                "X-CSRFToken": key,
                "Content-Type": "application/x-www-form-urlencoded",
            },
            b"lesson=sqs/visibility-timeout&unit=hidden&finished=yes",
        )
        assert saved.status == 204
        site.process.kill()
    held = sqlite3.connect(tmp_path / "decouple.sqlite3")
    try:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = held.execute("SELECT lesson FROM progress_readingmark").fetchall()
    finally:
        held.close()
    assert rows == [("sqs/visibility-timeout",)]


def test_health_is_known_without_the_database(site: Site) -> None:
    answer = site.ask("/healthz")
    assert (answer.status, answer.body) == (200, b"ok")


def test_behind_https_the_site_redirects_and_asks_browsers_to_stay(tmp_path: Path) -> None:
    with running_site(tmp_path, DECOUPLE_HTTPS="yes") as site:
        plain = site.ask("/en/")
        secure = site.ask("/en/", headers={"X-Forwarded-Proto": "https"})
    assert plain.status == 301
    assert secure.status == 200
    assert "max-age=63072000" in secure.headers["strict-transport-security"]
