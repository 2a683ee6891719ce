"""Praise gets thanks that never repeat themselves, a place on the wall, and is quoted only when its writer agreed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.events.models import Event
from allears.pipeline.conftest import read_all, send_everything, store
from allears.pipeline.conversations.actions.correcting import correct_message
from allears.pipeline.conversations.models import Conversation, Message, Status
from allears.pipeline.praise.actions import (
    keep_agreement,
    put_on_wall,
    take_agreement_back,
    take_off_wall,
    thank,
)
from allears.pipeline.praise.errors import HowTheyAgreedNeeded, NoThanksLeft, NotOnTheWall, NotPraise
from allears.pipeline.praise.models import Thanks, WallEntry
from allears.pipeline.praise.queries import praise_promise, wall_of
from allears.pipeline.praise.thanks import SPOKEN, words_of_thanks
from allears.pipeline.replies.actions.queueing import undo_reply
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.errors import SomeoneAnswered
from tests.fake_network import ANN, said
from tests.fake_reader import put_in

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


def praise_from(network, channel, count, first=0):
    """Let that many people praise us, each in a thread of their own, one after the other."""
    for number in range(first, first + count):
        store(
            channel, network.piece(said(f"p{number}", f"I love it {number}", thread=f"t{number}", author=ANN))
        )
    read_all()
    return list(Conversation.objects.filter(is_praise=True, waiting_since__isnull=False).order_by("id"))


def thank_for(member, conversation):
    conversation.refresh_from_db()
    return thank(member, conversation, conversation.last_message_id)


def test_one_thank_you_is_held_sent_and_solves(deliver, network, agent):
    deliver(said("1", "I love this", thread="a"))
    conversation = Conversation.objects.get()

    dispatch = thank_for(agent, conversation)

    assert dispatch.state == "held"
    send_everything()
    conversation.refresh_from_db()
    assert conversation.status == Status.SOLVED
    assert conversation.waiting_since is None
    assert network.sent[0].text == dispatch.message.text
    with pytest.raises((NotPraise, SomeoneAnswered)):
        thank(agent, conversation, 0)


def test_a_complaint_is_never_thanked_for(deliver, agent):
    deliver(said("1", "I love it but it came broken", thread="a"))
    with pytest.raises(NotPraise):
        thank_for(agent, Conversation.objects.get())

    deliver(said("2", "Where is it?", thread="b"))
    question = Message.objects.get(text="Where is it?")
    with pytest.raises(NotPraise):
        thank_for(agent, question.conversation)
    correct_message(question, "intent", "praise", agent)
    correct_message(question, "asks", "no", agent)
    correct_message(question, "sentiment", "positive", agent)
    assert thank_for(agent, question.conversation).message.text


def test_no_thank_you_is_said_twice_a_day(network, channel, agent, colleague):
    every = len(list(words_of_thanks("en", "", 0)))
    texts = [
        thank_for((agent, colleague)[number % 2], one).message.text
        for number, one in enumerate(praise_from(network, channel, every))
    ]
    assert len(set(texts)) == every

    one_more = praise_from(network, channel, 1, first=every)[-1]
    with pytest.raises(NoThanksLeft):
        thank_for(agent, one_more)
    with shifted_clock(timedelta(days=1)):
        assert thank_for(agent, one_more).message.text


def test_a_thread_does_not_hear_the_same_half_twice(deliver, agent):
    for number in range(8):
        with shifted_clock(timedelta(days=number)):
            deliver(said(f"{number}", f"love it {number}", thread="a"))
            thank_for(agent, Conversation.objects.get())
            send_everything()
    halves = [half for pair in Thanks.objects.values_list("opening", "closing") for half in pair]
    assert len(halves) == len(set(halves)) == 16


def test_what_was_taken_back_was_not_said(deliver, agent):
    deliver(said("1", "I love this", thread="a"))
    conversation = Conversation.objects.get()
    dispatch = thank_for(agent, conversation)
    text = dispatch.message.text

    draft = undo_reply(agent, dispatch)

    assert draft.text == text
    assert not Thanks.objects.exists()
    assert thank_for(agent, conversation).message.text == text


def test_pressed_twice_it_is_said_once(deliver, agent):
    deliver(said("1", "I love this", thread="a"))
    conversation = Conversation.objects.get()
    seen = conversation.last_message_id
    thank(agent, conversation, seen)
    with pytest.raises(SomeoneAnswered):
        thank(agent, conversation, seen)
    assert Thanks.objects.count() == 1


def test_the_teams_own_thanks_go_first_and_are_counted(network, channel, owner, agent):
    kept = create_saved_reply(
        owner, SavedWords(title="Ta", text="Ta, {{ customer.first_name }}!", is_thanks=True)
    )
    create_saved_reply(owner, SavedWords(title="Delay", text="It comes tomorrow."))
    create_saved_reply(owner, SavedWords(title="In German", text="Danke!", language="de", is_thanks=True))
    first, second = praise_from(network, channel, 2)

    assert thank_for(agent, first).message.text == "Ta, Ann!"
    other = thank_for(agent, second).message.text
    assert other not in {"Ta, Ann!", "It comes tomorrow.", "Danke!"}
    send_everything()
    kept.refresh_from_db()
    assert kept.used_count == 1


def test_who_only_watches_neither_thanks_nor_puts_up(deliver, observer, agent):
    deliver(said("1", "I love this", thread="a"))
    message = Message.objects.get()
    for deed in (
        lambda: thank_for(observer, message.conversation),
        lambda: put_on_wall(observer, message),
        lambda: take_off_wall(observer, message),
        lambda: keep_agreement(observer, message, "Said so"),
    ):
        with pytest.raises(NotAllowed):
            deed()
    put_on_wall(agent, message)
    assert [one.message.text for one in wall_of(observer).entries] == ["I love this"]


def test_the_wall_keeps_who_agreed_to_be_quoted(deliver, agent, stranger):
    deliver(said("1", "I love this", thread="a"))
    message = Message.objects.get()
    with pytest.raises(NotOnTheWall):
        keep_agreement(agent, message, "Said yes")

    put_on_wall(agent, message)
    put_on_wall(agent, message)
    with pytest.raises(HowTheyAgreedNeeded):
        keep_agreement(agent, message, "  ")
    keep_agreement(agent, message, "“Sure, quote me”, by mail")
    [entry] = wall_of(agent).entries
    assert (entry.agreement, entry.agreed_with) == ("“Sure, quote me”, by mail", agent)

    take_agreement_back(agent, message)
    [entry] = wall_of(agent).entries
    assert (entry.agreement, entry.agreed_at, entry.agreed_with) == ("", None, None)
    assert not wall_of(stranger).entries
    take_off_wall(agent, message)
    take_off_wall(agent, message)
    assert not WallEntry.objects.exists()
    told = list(
        Event.objects.filter(kind__startswith="praise.").order_by("id").values_list("kind", flat=True)
    )
    assert told == [
        "praise.put_on_wall",
        "praise.may_be_quoted",
        "praise.not_to_be_quoted",
        "praise.taken_off_wall",
    ]


def test_only_praise_goes_on_the_wall_and_what_its_writer_deleted_leaves_it(deliver, agent):
    deliver(said("1", "It came broken", thread="a"))
    with pytest.raises(NotPraise):
        put_on_wall(agent, Message.objects.get())

    deliver(said("2", "I love this, my card is 4111 1111 1111 1111", thread="b"))
    message = Message.objects.get(external_id="2")
    put_on_wall(agent, message)
    [entry] = wall_of(agent).entries
    assert "4111" not in entry.message.text
    Message.objects.filter(id=message.id).update(deleted_at=now())
    assert not wall_of(agent).entries


def test_the_wall_has_pages(network, channel, agent, monkeypatch):
    monkeypatch.setattr("allears.pipeline.praise.queries.ON_A_PAGE", 2)
    praise_from(network, channel, 5)
    for message in Message.objects.order_by("id"):
        put_on_wall(agent, message)

    seen, before = [], 0
    for _page in range(3):
        page = wall_of(agent, before)
        seen += [one.message.text for one in page.entries]
        before = page.next_before
    assert seen == [f"I love it {number}" for number in (4, 3, 2, 1, 0)]
    assert before == 0


def test_the_day_to_thank_within_is_counted_honestly(network, channel, agent):
    first, second, third = praise_from(network, channel, 3)
    assert praise_promise(agent).percent is None
    thank_for(agent, first)
    assert (praise_promise(agent).due, praise_promise(agent).percent) == (1, 100)

    with shifted_clock(timedelta(hours=30)):
        promise = praise_promise(agent)
        assert (promise.due, promise.kept, promise.late) == (3, 1, 2)
        thank_for(agent, second)
        promise = praise_promise(agent)
        assert (promise.due, promise.kept, promise.late) == (3, 1, 1)
    assert third.waiting_since


@given(st.sampled_from([*SPOKEN, "de", ""]), st.text(max_size=20), st.integers())
def test_every_thank_you_reads_whole(language, name, seed):
    found = list(words_of_thanks(language, name, seed))
    assert len({one.text for one in found}) == len(found) >= 100
    assert all(name in one.text or not name for one in found)
    assert not any("{name}" in one.text for one in found if "{name}" not in name)
    assert {half for one in found for half in (one.opening, one.closing)} == {
        half for one in words_of_thanks(language, "", 0) for half in (one.opening, one.closing)
    }
