"""Programs see what a network allows for an item, answer publicly or privately, send templates, like and hide."""

import pytest

from allears.connectors.interface import Visibility
from allears.pipeline.replies.actions.deeds import do_due_deeds
from tests.fake_network import plug_in
from tests.journeys.programs import program_of
from tests.journeys.squares import SquareWorld

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def world(monkeypatch) -> SquareWorld:
    return SquareWorld(plug_in(monkeypatch))


@pytest.fixture
def program(world):
    return program_of(world.anna)


def test_places_and_abilities_say_what_the_network_says(world, program):
    conversation = world.write("Where is my parcel?")
    here, there = program.get(f"/conversations/{conversation.id}/places").json()["items"]
    assert (here["visibility"], here["is_in_place"], here["opening"]) == ("public", True, "@annberg ")
    assert here["limits"] == [{"most": 40, "unit": "weighted"}]
    assert (there["visibility"], there["is_in_place"], there["is_possible"]) == ("private", False, True)
    assert there["until"] is not None

    told = program.get(f"/messages/{conversation.last_message_id}/abilities").json()
    assert told["hide"]["is_possible"]
    assert told["delete"] == {**told["delete"], "is_possible": False}
    assert told["emoji"] == ["❤", "👍"]


def test_a_program_takes_a_matter_to_private_and_is_told_what_is_too_long(world, program):
    conversation = world.write("Where is my parcel?")
    address = f"/conversations/{conversation.id}/replies"
    refused = program.ask("POST", address, {"text": "x" * 32})
    assert (refused.status_code, refused.json()["code"]) == (422, "text-too-long")
    sent = program.ask("POST", address, {"text": "Your number?", "visibility": "private"})
    assert sent.status_code == 201
    again = program.ask("POST", address, {"text": "Your number?", "visibility": "private"})
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "One private message to each comment, and it was sent.",
    )


def test_a_machine_is_told_where_only_a_person_may_write(world, program):
    conversation = world.write_privately("Hello?", hours_ago=2)
    address = f"/conversations/{conversation.id}/replies"
    by_machine = program.ask("POST", address, {"text": "Hello!", "written_by": "machine"})
    assert by_machine.status_code == 409
    assert program.ask("POST", address, {"text": "Hello!"}).status_code == 201


def test_outside_the_window_a_program_sends_a_template(world, program):
    conversation = world.write_privately("Hello?", hours_ago=30)
    found = program.get(f"/conversations/{conversation.id}/templates").json()["items"]
    assert {(one["name"], one["language"]) for one in found} == {("parcel", "en"), ("parcel", "ru")}
    address = f"/conversations/{conversation.id}/replies"
    assert program.ask("POST", address, {"text": "Hello!"}).status_code == 409
    chosen = {"name": "parcel", "language": "en", "values": {"1": "Ann", "2": "4711"}}
    sent = program.ask("POST", address, {"template": chosen})
    assert (sent.status_code, sent.json()["text"]) == (201, "Hello Ann, parcel 4711 is on its way.")


def test_a_program_hides_with_a_reason_and_shows_again(world, program):
    conversation = world.write("Buy my pills", visibility=Visibility.PUBLIC)
    address = f"/messages/{conversation.last_message_id}/deeds"
    assert program.ask("POST", address, {"kind": "hide"}).status_code == 422
    asked = program.ask("POST", address, {"kind": "hide", "reason": "spam"})
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    do_due_deeds()
    back = program.ask("DELETE", f"/deeds/{asked.json()['id']}", None)
    assert (back.status_code, back.json()["kind"]) == (200, "unhide")
    do_due_deeds()
    done = program.get(address).json()["items"]
    assert [(one["kind"], one["state"]) for one in done] == [("hide", "done"), ("unhide", "done")]
