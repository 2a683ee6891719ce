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
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def database(request) -> str:
    return request.config.getoption("--db")


@pytest.mark.parametrize("part", ["http", "paced", "queue", "networks", "mail", "growth"])
def test_intake_measures_each_part_and_names_the_machine(database, part):
    figures = run("intake", "--db", database, "--only", part)

    assert figures[part]
    assert {"cpu", "cores", "memory_gib", "python", "sqlite", "fsync_idle_ms"} <= set(figures["machine"])


@pytest.mark.parametrize(
    ("part", "names"), [("pages", {"queue", "conversation", "search"}), ("clicks", {"clicks"})]
)
def test_desk_measures_each_part(database, part, names):
    figures = run("desk", "--db", database, "--only", part)

    assert names <= set(figures["40"])


def test_understanding_prints_every_row_and_says_what_is_missing():
    table = {row["task"]: row for row in run("understanding")["table"]}

    assert table["the whole reading, one core, batches of 100"]["figures"]["a_second"] > 0
    assert table["English tweets, macro-recall"]["verdict"] == "not measured"
    assert all(row["floor"].keys() <= row["moonshot"].keys() for row in table.values())


@pytest.mark.parametrize("into", ["sqlite", "postgres"])
def test_export_measures_both_ways_and_loses_nothing(database, into):
    figures = run("export", "--db", database, "--into", into)

    assert figures["export"]["messages"] == figures["import"]["messages"] == figures["messages"]
    assert figures["import"]["is_whole"]


def test_start_measures_the_second_start():
    figures = run("start")

    assert figures["second_start"]["processes"] == 1


def test_widget_measures_each_phone():
    figures = run("widget")

    assert figures["bytes"]["gzip"] < figures["bytes"]["raw"]
    assert figures["slow_phone"]["requests_before_opening"] == 2
    assert figures["slow_phone"]["layout_shift"] == 0


def test_api_measures_reads_and_writes(database):
    figures = run("api", "--db", database)

    for name in ("list_50", "conversation", "messages", "patch", "note_once", "reply"):
        assert figures[name]["clients_2"]["per_second"] > 0, name


@pytest.mark.parametrize("part", ["idle", "talk"])
def test_live_measures_each_part(database, part):
    figures = run("live", "--db", database, "--only", part)[part]

    assert figures["told_to_visitors"] == figures["lines_written"]
    assert figures["line_to_desk_ms"]["p95"] > 0
