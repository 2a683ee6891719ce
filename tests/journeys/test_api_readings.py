"""Programs read how a message was read, correct it, and take that back, as a person does on the desk."""

import pytest

from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.rereading import read_by_new_models
from allears.pipeline.conversations.models import Conversation, Correction, Message, MessageReading
from tests.fake_reader import put_in
from tests.journeys.programs import program_of
from tests.journeys.worlds import deliver, join, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__")
SAID = "The lamp is broken, order 123456: call +49 151 23456789"


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


@pytest.fixture
def world():
    world = make_world("Lantern")
    deliver(world.channel, message_from("Maria Petrova", SAID))
    return world


@pytest.fixture
def program(world):
    return program_of(world.agent)


def its_message():
    return Message.objects.get(conversation__customer_name="Maria Petrova")


def test_a_message_carries_its_reading(world, program):
    message = its_message()
    reading = program.get(f"/messages/{message.id}").json()["reading"]
    listed = program.get(f"/conversations/{message.conversation_id}/messages").json()["items"]

    assert listed[0]["reading"] == reading
    assert reading["sentiment"] == "negative"
    assert reading["sentiment_chances"] == pytest.approx(
        {"negative": 0.8, "neutral": 0.1, "positive": 0.1}, abs=0.01
    )
    assert (reading["intent"], reading["intent_chance"]) == ("complaint", pytest.approx(0.75, abs=0.01))
    assert (reading["urgency"], reading["asks_for_an_answer"]) == ("normal", True)
    assert reading["reasons"] == [{"code": "complaint", "speaks_for": "step_in", "chance": 0.8}]
    assert [(one["kind"], one["value"]) for one in reading["personal"]] == [
        ("order", "123456"),
        ("phone", "+49 151 23456789"),
    ]
    assert (reading["version"], reading["corrections"], reading["near_copies"]) == ("models-1", [], None)


def test_our_own_words_and_what_was_not_read_yet_have_none(world, program):
    message = its_message()
    ours = Message.objects.filter(direction="out").earliest("id")
    assert program.get(f"/messages/{ours.id}").json()["reading"] is None
    MessageReading.objects.filter(message=message).delete()

    assert program.get(f"/messages/{message.id}").json()["reading"] is None
    refused = program.post(f"/messages/{message.id}/corrections", {"question": "asks", "answer": "no"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-read-yet")


def test_an_observers_program_gets_no_value_and_corrects_nothing(world):
    observer = program_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))
    message = its_message()
    personal = observer.get(f"/messages/{message.id}").json()["reading"]["personal"]

    assert [one["value"] for one in personal] == ["123456", None]
    wanted = {"question": "sentiment", "answer": "positive"}
    assert observer.post(f"/messages/{message.id}/corrections", wanted).status_code == 403
    assert observer.delete(f"/messages/{message.id}/corrections/sentiment").status_code == 403
    assert not Correction.objects.exists()


def test_a_correction_counts_is_told_once_and_wins_over_newer_models(world, program, reader):
    message = its_message()
    path, wanted = f"/messages/{message.id}/corrections", {"question": "intent", "answer": "request"}
    first = program.post(path, wanted, Idempotency_Key="c1")
    again = program.post(path, wanted, Idempotency_Key="c1")

    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    told = first.json()["reading"]
    assert (told["intent"], told["intent_chance"]) == ("request", 0.0)
    (said,) = told["corrections"]
    assert (said["question"], said["before"], said["after"]) == ("intent", "complaint", "request")
    assert said["by"] == {"id": world.agent.id, "name": world.agent.name}
    assert Conversation.objects.get(id=message.conversation_id).intent == "request"
    assert Event.objects.filter(kind="message.corrected", by=world.agent.id).count() == 1
    reader.version = "models-2"
    read_by_new_models()
    newer = program.get(f"/messages/{message.id}").json()["reading"]
    assert (newer["version"], newer["intent"]) == ("models-2", "request")


def test_what_is_said_already_is_not_said_again(world, program):
    message = its_message()
    path, wanted = f"/messages/{message.id}/corrections", {"question": "sentiment", "answer": "positive"}
    program.post(path, wanted)
    program.post(path, wanted)

    assert Correction.objects.filter(message=message).count() == 1


def test_a_correction_is_taken_back_once(world, program):
    message = its_message()
    path = f"/messages/{message.id}/corrections"
    program.post(path, {"question": "urgency", "answer": "critical"})
    taken_back = program.delete(f"{path}/urgency")

    assert taken_back.json()["reading"]["urgency"] == "normal"
    assert taken_back.json()["reading"]["corrections"] == []
    again = program.delete(f"{path}/urgency")
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-take-back")


@pytest.mark.parametrize(
    "wanted",
    [
        {"question": "sentiment", "answer": "sad"},
        {"question": "asks", "answer": "critical"},
        {"question": "colour", "answer": "red"},
        {"question": "sentiment"},
        {"question": "sentiment", "answer": "positive", "by": 1},
    ],
)
def test_what_makes_no_sense_is_refused(world, program, wanted):
    assert program.post(f"/messages/{its_message().id}/corrections", wanted).status_code == 422


def test_nobody_corrects_at_an_address_that_is_no_question(world, program):
    assert program.delete(f"/messages/{its_message().id}/corrections/colour").status_code == 404
