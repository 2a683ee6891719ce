"""`allears connector`: what there is, and what a captured payload becomes, without an installation."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from allears.cli.captured import open_captured
from allears.cli.connectors import lines_of, read_captured
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Ability, Account, Delivery, File, Nothing, Piece, Reaction
from tests.fake_network import ANN, FakeConnector, plug_in, said

HERE = Account(channel_id=0, name="fake")


class Paging(FakeConnector):
    """A network that delivers lines, and lists items between commas when it is asked."""

    can = FakeConnector.can | {Ability.HEAR_POLLING}

    def cut(self, page: bytes) -> list[Piece]:
        if not page.startswith(b"page:"):
            raise Unreadable
        return [Piece(body=part) for part in page[5:].split(b",")]


@pytest.fixture
def network(monkeypatch) -> FakeConnector:
    return plug_in(monkeypatch, Paging())


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_record_is_a_line_with_what_it_says(network, tmp_path, capsys):
    file = File(name="a.png", content_type="image/png", data=b"12345")
    one = said("900719925474099312345", "Xin chào", files=(file,))
    network.letters = {b"one": [one], b"two": Nothing("It was typing.")}
    path = tmp_path / "delivery.txt"
    path.write_bytes(b"one\ntwo")

    read_captured("fake", [path], "", [], [], as_json=True)
    first, second = lines(capsys)

    assert (first["record"], first["file"], first["piece"]) == ("message", str(path), 1)
    assert (first["external_id"], first["text"]) == ("900719925474099312345", "Xin chào")
    assert first["sent_at"].endswith("+00:00")
    assert first["files"] == [{"name": "a.png", "content_type": "image/png", "size": 5}]
    assert "subject" not in first and "is_ours" not in first
    assert second == {"record": "nothing", "file": str(path), "piece": 2, "reason": "It was typing."}


def test_other_records_go_by_their_names(network, tmp_path, capsys):
    reaction = Reaction(external_id="5", author=ANN, emoji="❤", at=said().sent_at)
    network.letters = {b"one": [reaction]}
    (tmp_path / "one").write_bytes(b"one")

    read_captured("fake", [tmp_path], "webhook", [], [], as_json=True)

    [line] = lines(capsys)
    assert (line["record"], line["emoji"], line["author"]["id"]) == ("reaction", "❤", ANN.id)


def test_what_fits_is_tried(network, tmp_path):
    network.letters = {b"one": [said("1")], b"two": [said("2")]}
    (tmp_path / "page").write_bytes(b"page:one,two")
    network.letters[b"page:one,two"] = Unreadable()

    [captured] = open_captured(tmp_path / "page")
    found = lines_of(network, captured, HERE)

    assert [(line["record"], line["piece"]) for line in found] == [("message", 1), ("message", 2)]


def test_a_recordings_answers_are_pages(network, tmp_path):
    network.letters = {b"one": [said("1")], b"two": [said("2")]}
    bodies = [{"string": "page:one"}, {"string": gzip.compress(b"page:two")}]
    recorded = {"interactions": [{"request": {}, "response": {"body": body}} for body in bodies]}
    (tmp_path / "talk.yaml").write_text(yaml.safe_dump(recorded))

    captured = list(open_captured(tmp_path / "talk.yaml"))
    found = [lines_of(network, one, HERE)[0] for one in captured]

    assert [one.body for one in captured] == [b"page:one", b"page:two"]
    assert [line["external_id"] for line in found] == ["1", "2"]


def test_what_can_not_be_read_says_why_and_is_no_failure(network, tmp_path, capsys):
    network.letters = {b"one": Unreadable("It has no author.")}
    (tmp_path / "one").write_bytes(b"one")

    read_captured("fake", [tmp_path / "one"], "webhook", [], [], as_json=True)

    [line] = lines(capsys)
    assert (line["record"], line["reason"]) == ("unreadable", "It has no author.")


def test_a_connector_that_stumbles_fails(network, tmp_path, capsys):
    network.letters = {b"one": KeyError("author")}
    (tmp_path / "one").write_bytes(b"one")

    with pytest.raises(SystemExit):
        read_captured("fake", [tmp_path / "one"], "webhook", [], [], as_json=True)
    assert lines(capsys)[0]["reason"] == "The connector stumbled: KeyError: 'author'"


def test_settings_and_secrets_reach_the_connector(network, tmp_path, monkeypatch, capsys):
    seen: list[Account] = []

    def read(_delivery: Delivery, account: Account) -> Nothing:
        seen.append(account)
        return Nothing("seen")

    monkeypatch.setattr(network, "read", read)
    (tmp_path / "key").write_text("open sesame\n")
    (tmp_path / "one").write_bytes(b"one")

    key = f"token=@{tmp_path / 'key'}"
    read_captured("fake", [tmp_path / "one"], "webhook", ["account_id=7"], [key], as_json=False)

    assert (seen[0].settings["account_id"], seen[0].secrets["token"]) == ("7", "open sesame")


def test_a_file_that_is_not_there_fails_and_keeps_no_other_back(network, tmp_path, capsys):
    network.letters = {b"one": [said("1")]}
    (tmp_path / "one").write_bytes(b"one")

    with pytest.raises(SystemExit):
        read_captured("fake", [tmp_path / "gone", tmp_path / "one"], "", [], [], as_json=True)

    assert json.loads(capsys.readouterr().out)["record"] == "message"


def test_it_needs_no_installation(tmp_path):
    mail = Path("allears/connectors/email/payloads/attachment_only.eml").resolve()
    away = {name: value for name, value in os.environ.items() if not name.startswith("ALLEARS")}
    command = [sys.executable, "-P", "-m", "allears", "connector", "read", "email", str(mail), "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=away, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["record"] == "message"
    assert list(tmp_path.iterdir()) == []
