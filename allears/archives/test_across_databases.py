"""From SQLite to PostgreSQL and back again, by the commands that people use: the same world each time."""

import json
import subprocess
import sys
import zipfile

import pytest

from tests.servers.desk import clean_environment
from tests.servers.postgres import start_postgres
from tests.servers.tables import lay_tables

pytestmark = pytest.mark.slow
# What an import changes on purpose, and what exporting and importing wrote down themselves.
CHANGED = {"state", "trouble", "trouble_facts", "trouble_since", "ended_at", "has_samples", "sealed_secrets"}
KINDS = {"channels.channel", "webhooks.endpoint", "replies.dispatch", "workspaces.workspace"}
OWN = {"workspace.exported", "workspace.imported", "member.reset_link_made"}


AT = "2026-09-0{}T10:00:00{}Z"
LINES = [
    json.dumps(
        {
            "id": f"m{number}",
            "thread": f"t{number % 3}",
            "direction": "out" if number % 4 == 3 else "in",
            "author": {"id": "us" if number % 4 == 3 else f"c{number % 3}", "name": "Минь"},
            "text": f'Đơn hàng {number} \u2028 "ở đâu"?\nСпасибо 🙂',
            "sent_at": AT.format(number % 9 + 1, ".250000" if number % 2 else ""),
            "attachments": [{"name": "a.txt", "content_type": "text/plain", "data": "YSBwaG90bw=="}],
        }
    )
    for number in range(24)
] + ["this is no message"]


def run(environment, *arguments, given=""):
    command = [sys.executable, "-m", "allears", *arguments]
    done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stdout[-500:]} {done.stderr[-1500:]}"
    return done.stdout


def installation(folder, url=""):
    more = {"DATABASE_URL": url} if url else {}
    return clean_environment() | {"ALLEARS_DATA": str(folder), "ALLEARS_LOG_LEVEL": "ERROR", **more}


def rows_in(path):
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith(".jsonl"):
                continue
            rows = [json.loads(line) for line in archive.read(name).splitlines()]
            if any(kind in name for kind in KINDS):
                rows = [{key: value for key, value in row.items() if key not in CHANGED} for row in rows]
            found[name] = [row for row in rows if row.get("kind") not in OWN]
    return found


def test_a_workspace_moves_to_the_other_database_and_back(tmp_path):
    here, back = (installation(lay_tables(tmp_path / name)) for name in ("here", "back"))
    paths = [str(tmp_path / f"{number}.zip") for number in range(3)]
    owner = ("setup", "--owner", "ada@lantern.example", "--password-file", "-", "--workspace", "Lantern")
    run(here, *owner, given="kettle-harbour-39")
    run(here, "channel", "add", "api", "--name", "Shop")
    (tmp_path / "old.jsonl").write_text("\n".join(LINES))
    run(here, "import", str(tmp_path / "old.jsonl"), "--as", "jsonl", "--channel", "Shop")
    run(here, "export", paths[0])
    postgres = start_postgres(tmp_path)
    try:
        there = installation(tmp_path / "there", postgres.url)
        told = json.loads(run(there, "import", paths[0], "--as", "allears", "--json"))
        assert list(told["password_links"]) == ["ada@lantern.example"]
        assert not json.loads(run(there, "audit", "--json"))["problems"]
        run(there, "export", paths[1])
    finally:
        postgres.stop()
    run(back, "import", paths[1], "--as", "allears")
    assert not json.loads(run(back, "audit", "--json"))["problems"]
    run(back, "export", paths[2])
    first, second, third = map(rows_in, paths)
    assert second == first
    assert third == second
    again = json.loads(run(back, "import", paths[1], "--as", "allears", "--json"))
    assert (again["was_here"], again["rows"]) == (True, {})
