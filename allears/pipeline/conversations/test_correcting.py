"""What a person says of a message wins over what was read, for ever, until it is taken back."""

import pytest

from allears.foundation.errors import NotAllowed
from allears.foundation.events.models import Event
from allears.pipeline.conftest import only_conversation, read_all, store
from allears.pipeline.conversations.actions.bulk import BulkOrder, begin_bulk, undo_bulk
from allears.pipeline.conversations.actions.correcting import correct_message, take_back_correction
from allears.pipeline.conversations.actions.outcomes import call_it_spam, wait_again
from allears.pipeline.conversations.actions.rereading import read_by_new_models
from allears.pipeline.conversations.errors import NoSuchAnswer, NothingToTakeBack, NotReadYet
from allears.pipeline.conversations.models import Conversation, Correction, Message, MessageReading
from allears.pipeline.conversations.queries.understood import understanding_of
from tests.fake_network import BEN, add_fake_channel, said
from tests.fake_reader import put_in

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


@pytest.fixture
def message(deliver):
    deliver(said("1", "It came broken", thread="a"))
    return Message.objects.get()


def test_a_correction_counts_at_once_and_is_kept(message, agent):
    assert correct_message(message, "sentiment", "positive", agent)

    assert message.reading.sentiment == "positive"
    assert only_conversation().sentiment == "positive"
    kept = Correction.objects.get()
    assert (kept.before, kept.after, kept.member, kept.version) == ("negative", "positive", agent, "models-1")
    told = Event.objects.get(kind="message.corrected")
    assert told.by == agent.id
    assert told.facts == {
        "message": message.id,
        "question": "sentiment",
        "before": "negative",
        "after": "positive",
    }
    assert not correct_message(message, "sentiment", "positive", agent)
    assert Correction.objects.count() == 1


def test_every_question_can_be_corrected(message, agent):
    answers = {
        "sentiment": "neutral",
        "intent": "question",
        "urgency": "critical",
        "asks": "no",
        "advice": "leave",
    }
    for question, answer in answers.items():
        correct_message(message, question, answer, agent)

    row = MessageReading.objects.get()
    assert (row.sentiment, row.intent, row.urgency, row.asks, row.advice) == (
        "neutral",
        "question",
        3,
        False,
        "leave",
    )
    assert only_conversation().urgency == 3


def test_praise_asks_nothing_and_corrected_praise_is_in_its_queue(message, agent):
    correct_message(message, "sentiment", "positive", agent)
    correct_message(message, "intent", "praise", agent)
    assert only_conversation().is_praise

    correct_message(message, "intent", "complaint", agent)
    assert not only_conversation().is_praise


def test_newer_models_do_not_touch_a_correction(message, agent, reader):
    correct_message(message, "intent", "question", agent)
    reader.version = "models-2"

    read_by_new_models()

    row = MessageReading.objects.get()
    assert (row.version, row.intent, row.sentiment) == ("models-2", "question", "negative")
    assert row.is_corrected


def test_a_correction_is_taken_back_once(message, agent, colleague):
    correct_message(message, "intent", "question", agent)
    correct_message(message, "intent", "request", colleague)

    take_back_correction(message, "intent", agent)

    assert MessageReading.objects.get().intent == "complaint"
    assert not MessageReading.objects.get().is_corrected
    with pytest.raises(NothingToTakeBack):
        take_back_correction(message, "intent", agent)


def test_what_makes_no_sense_is_refused(message, agent, observer):
    for question, answer in (("sentiment", "unsure"), ("sentiment", "sad"), ("shoe_size", "44"), ("", "")):
        with pytest.raises(NoSuchAnswer):
            correct_message(message, question, answer, agent)
    with pytest.raises(NotAllowed):
        correct_message(message, "sentiment", "positive", observer)
    MessageReading.objects.all().delete()
    with pytest.raises(NotReadYet):
        correct_message(message, "sentiment", "positive", agent)


def test_corrections_are_counted_per_head_and_advice_by_who_agreed(message, deliver, agent, owner):
    deliver(said("2", "Is it open?", author=BEN, thread="b"))
    other = Message.objects.get(external_id="2")
    correct_message(message, "sentiment", "positive", agent)
    correct_message(message, "urgency", "high", agent)
    assert correct_message(message, "advice", "step_in", agent)
    correct_message(other, "advice", "leave", owner)

    found = understanding_of(owner)

    assert (found.read, found.corrected) == (2, 2)
    assert [(one.name, one.count) for one in found.people] == [("Ada", 2), ("Olga", 1)]
    assert (found.advised, found.agreed, found.precision) == (2, 1, 50)
    assert found.versions == [("models-1", 2)]


def test_near_likes_of_corrected_words_follow_and_nothing_else(message, deliver, agent, network, stranger):
    deliver(said("10", "Wow what a great service, three hours on hold today", thread="t10"))
    taught = Message.objects.get(external_id="10")
    assert taught.reading.sentiment == "neutral"
    correct_message(taught, "sentiment", "negative", agent)

    deliver(
        said("11", "wow, what a GREAT service: three hours on hold today!", author=BEN, thread="t11"),
        said("12", "Do you have the blue lantern in stock again?", author=BEN, thread="t12"),
    )

    follows = Message.objects.get(external_id="11").reading
    assert follows.sentiment == "negative"
    assert ["learned:sentiment", "", 100] in follows.reasons
    assert not follows.is_corrected
    assert Message.objects.get(external_id="12").reading.sentiment == "neutral"

    elsewhere = add_fake_channel(stranger.workspace)
    store(elsewhere, network.piece(said("13", "Wow what a great service, three hours on hold today")))
    read_all()
    assert Message.objects.get(external_id="13").reading.sentiment == "neutral"

    take_back_correction(taught, "sentiment", agent)
    deliver(said("14", "Wow what a great service, three hours on hold", author=BEN, thread="t14"))
    assert Message.objects.get(external_id="14").reading.sentiment == "neutral"


def test_what_is_called_spam_teaches_what_is_noise(deliver, agent):
    deliver(said("1", "Earn money at home with our broken clocks, just write to me", thread="a"))
    call_it_spam(only_conversation().id, agent)
    assert MessageReading.objects.get().intent == "spam"

    deliver(
        said("2", "Earn money at home with our broken clocks, just write to me now", thread="b", author=BEN)
    )
    alike = MessageReading.objects.get(message__external_id="2")
    assert alike.intent == "spam"
    assert ["learned:intent", "", 100] in alike.reasons

    wait_again(Conversation.objects.earliest("id").id, agent)
    assert MessageReading.objects.get(message__external_id="1").intent == "complaint"
    assert not Correction.objects.filter(undone_at__isnull=True).exists()


def test_many_called_spam_at_once_teach_the_same(deliver, agent, monkeypatch):
    for number, words in enumerate(("broken pots for sale", "my parcel came broken today")):
        deliver(said(f"{number}", words, thread=f"{number}"))
    mine = Message.objects.get(external_id="1")
    correct_message(mine, "intent", "request", agent)
    bulk = begin_bulk(agent, BulkOrder("spam", ""), Conversation.objects.all())
    said_now = dict(MessageReading.objects.values_list("message__external_id", "intent"))
    assert said_now == {"0": "spam", "1": "request"}

    undo_bulk(agent, bulk)
    said_now = dict(MessageReading.objects.values_list("message__external_id", "intent"))
    assert said_now == {"0": "complaint", "1": "request"}
