"""Every benchmark runs from end to end, in little; what it measures then means nothing and is not judged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(name: str, *options: str) -> dict:
    command = [sys.executable, "-m", f"bench.{name}", "--quick", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def database(request) -> str:
    return request.config.getoption("--db")


def test_every_figure_names_its_machine(database):
    figures = run("intake", "--db", database, "--only", "queue")

    assert {"cpu", "cores", "memory_gib", "python", "sqlite"} <= set(figures["machine"])


def test_intake_measures_every_part(database):
    figures = run("intake", "--db", database)

    assert {"http", "paced", "queue", "mail", "growth"} <= set(figures)
    assert figures["http"]["batch_100_clients_32"]["messages"] == 400
    assert figures["mail"]["imap"]["mails"] == 30
    assert figures["queue"]["naive"]["messages"] == 10


def test_desk_measures_pages_and_clicks(database):
    figures = run("desk", "--db", database)

    measured = next(figures[size] for size in figures if size.isdecimal())
    assert {"queue", "conversation", "search", "clicks"} <= set(measured)
    assert measured["counts"]["are_exact"]


def test_start_measures_the_second_start():
    figures = run("start")

    assert figures["second_start"]["processes"] == 1
