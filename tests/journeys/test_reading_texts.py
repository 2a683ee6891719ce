"""`bin/allears read`: texts in, one reading a line out, with no installation, no settings and no database."""

import json
import os
import subprocess
import sys

import pytest

FIELDS = {
    "language", "language_chance", "sentiment", "sentiment_chances", "intent", "intent_chances", "asks",
    "asks_chance", "urgency", "urgency_chance", "praise", "sensitive", "advice", "reasons", "personal", "version",
}  # fmt: skip


def read(given: bytes, *options: str) -> list[dict]:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "allears", "read", *options],
        input=given,
        capture_output=True,
        check=True,
        env=bare,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_gets_its_reading_and_a_broken_one_stops_nothing():
    lines = [
        "I love this, thank you!",
        json.dumps(
            {"text": "Card 4111 1111 1111 1111 was charged twice", "private": True, "names": ["Acme"]}
        ),
        '{"text": broken',
        '{"text": 5}',
        "",
        '{"text": "\\ud800"}',
    ]

    found = read("\n".join(lines).encode() + b"\nbytes \xff\xfe\x00 that are no text\n", "--json", "--why")

    assert [set(one) - {"why"} for one in found] == [
        FIELDS, FIELDS, {"error"}, {"error"}, FIELDS, FIELDS, FIELDS,
    ]  # fmt: skip
    assert found[0]["sentiment"] == "positive"
    assert found[0]["why"]["sentiment"][0][1] > 0
    assert found[1]["personal"] == [{"kind": "card", "start": 5, "end": 24, "text": "4111 1111 1111 1111"}]


@pytest.mark.parametrize("given", [b"", b"\n" * 300])
def test_nothing_and_many_empty_lines_are_fine(given):
    assert len(read(given)) == given.count(b"\n")
