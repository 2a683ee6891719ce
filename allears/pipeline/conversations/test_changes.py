"""What networks say of messages that are here already: edits, deletions, reactions, hidings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.connectors.interface import Author, Deletion, Edit, Hiding, Post, Reaction, Visibility, Who
from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, read_all, reply, send_everything, store
from allears.pipeline.conversations.actions.outcomes import need_no_reply
from allears.pipeline.conversations.models import (
    Conversation,
    Message,
    MessageName,
    MessageVersion,
    Outcome,
    Status,
)
from allears.pipeline.conversations.models import Post as PostRow
from allears.pipeline.conversations.models import Reaction as ReactionRow
from allears.pipeline.conversations.rewording import says_something_new
from allears.pipeline.intake.models import Ending
from allears.pipeline.people.models import Customer
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")


def edited(text, seconds=0, external_id="1", **more):
    return Edit(external_id=external_id, text=text, edited_at=now() + timedelta(seconds=seconds), **more)


def last_reason():
    return Ending.objects.order_by("-envelope_id")[0].reason


def told(kind):
    return Event.objects.filter(kind=kind).count()


def test_an_edit_keeps_the_old_words_and_is_found_by_the_new_ones(deliver, agent):
    deliver(said("1", "My kettle leaks", minutes_ago=5, html="<p>My kettle leaks</p>"))

    deliver(edited("My toaster smokes"))

    message = Message.objects.get()
    assert (message.text, message.body.html) == ("My toaster smokes", "")
    assert message.edited_at
    old = MessageVersion.objects.get()
    assert (old.text, old.html, old.until) == ("My kettle leaks", "<p>My kettle leaks</p>", message.edited_at)
    assert only_conversation().preview == "My toaster smokes"
    assert last_reason() == "It changed what was here already."
    assert told("message.edited") == 1
    assert Message.objects.count() == 1
    assert audit_workspace().is_good


def test_the_same_edit_again_and_an_older_one_change_nothing(deliver):
    deliver(said("1", "First", minutes_ago=5))
    newest = edited("Third")
    deliver(newest)

    deliver(newest, edited("Second", -60))

    assert Message.objects.get().text == "Third"
    assert MessageVersion.objects.count() == 1
    assert told("message.edited") == 1
    assert last_reason() == "Its message was here already."


def test_a_message_heard_again_with_newer_words_is_its_edit(deliver):
    first = said("1", "First", minutes_ago=5)
    deliver(first)

    deliver(replace(first, text="Second", edited_at=now()))

    assert Message.objects.get().text == "Second"
    assert MessageVersion.objects.get().text == "First"


def test_an_edit_that_brings_its_message_whole_is_filed_when_we_never_heard_it(deliver):
    whole = said("1", "As it is now", minutes_ago=5)

    deliver(edited("As it is now", whole=whole))
    deliver(edited("Changed once more", 5, whole=replace(whole, text="Changed once more")))

    message = Message.objects.get()
    assert (message.text, bool(message.edited_at)) == ("Changed once more", True)
    assert only_conversation().waiting_since == message.sent_at
    assert audit_workspace().is_good


def test_an_edit_that_has_an_id_of_its_own_leads_to_the_same_message(deliver):
    deliver(said("1", "First", minutes_ago=5))

    deliver(edited("Second", whole=said("2", "Second", minutes_ago=5)))
    deliver(Deletion(external_id="2", at=now()))

    assert Message.objects.get().deleted_at
    assert MessageName.objects.get().external_id == "2"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Edit(external_id="9", text="Words", edited_at=now()), "It changes something that is not here."),
        (Deletion(external_id="9", at=now()), "It changes something that is not here."),
        (
            Reaction(external_id="9", author=BEN, emoji="x", at=now()),
            "It changes something that is not here.",
        ),
    ],
)
def test_a_change_to_what_is_not_here_says_so_and_makes_no_blank_message(deliver, change, reason):
    deliver(change)

    assert not Message.objects.exists()
    assert not Customer.objects.exists()
    assert last_reason() == reason
    assert audit_workspace().is_good


def test_an_edit_after_our_answer_waits_again_when_it_says_something_new(deliver, agent):
    deliver(said("1", "Where is order 17?", minutes_ago=5, thread="a"))
    reply(only_conversation(), agent)
    send_everything()

    deliver(edited("Where is order 71?", 30))

    message = Message.objects.get(external_id="1")
    assert message.outcome == Outcome.NONE
    assert only_conversation().status == Status.OPEN
    assert only_conversation().waiting_since == message.waits_from > message.sent_at
    assert audit_workspace().is_good


def test_an_edit_after_our_answer_that_only_mends_spelling_waits_for_nobody(deliver, agent):
    deliver(said("1", "Where is my parcell", minutes_ago=5, thread="a"))
    reply(only_conversation(), agent)
    send_everything()

    deliver(edited("Where is my parcel?", 30))

    assert Message.objects.get(external_id="1").outcome == Outcome.ANSWERED
    assert only_conversation().waiting_since is None


def test_an_edit_of_what_a_person_ended_waits_again(deliver, agent):
    deliver(said("1", "Thanks", minutes_ago=5))
    need_no_reply(only_conversation().id, "thanks", agent)

    deliver(edited("Thanks. And how do I return it?", 30))

    assert only_conversation().status == Status.OPEN
    assert told("conversation.reopened") == 1


@pytest.mark.parametrize(
    ("before", "after", "is_new"),
    [
        ("Where is my parcel", "where is my PARCEL?!", False),
        ("Where is my parcell", "Where is my parcel", False),
        ("Please help me, please", "Please help me", False),
        ("I can come", "I can't come", True),
        ("Order 17", "Order 71", True),
        ("Thanks", "Thanks, but it is broken", True),
        ("Мой чайник течёт", "Мой чаиник течет", False),
        ("Đơn hàng đâu", "Đơn hàng của tôi đâu", True),
        ("", "Hello", True),
        ("😀", "😡", True),
    ],
)
def test_what_is_new_in_changed_words(before, after, is_new):
    assert says_something_new(before, after) is is_new


def test_a_deleted_message_is_kept_marked_and_waits_no_longer(deliver):
    deliver(said("1", "Never mind", minutes_ago=5))
    deletion = Deletion(external_id="1", at=now())

    deliver(deletion, deletion)

    message = Message.objects.get()
    assert (message.text, message.deleted_by) == ("Never mind", "author")
    assert (message.outcome, message.outcome_reason) == (Outcome.NO_REPLY_NEEDED, "deleted_by_author")
    assert only_conversation().status == Status.SOLVED
    assert only_conversation().waiting_since is None
    assert told("message.deleted") == 1
    assert audit_workspace().is_good


def test_a_conversation_waits_for_what_is_left_of_it(deliver):
    deliver(said("1", minutes_ago=5, thread="a"), said("2", minutes_ago=3, thread="a"))

    deliver(Deletion(external_id="1", at=now(), by=Who.NETWORK))

    assert only_conversation().status == Status.NEW
    assert only_conversation().waiting_since == Message.objects.get(external_id="2").sent_at


def test_a_message_and_its_deletion_in_one_batch(network, channel):
    store(channel, network.piece(said("1")), network.piece(Deletion(external_id="1", at=now())))
    read_all()

    assert Message.objects.get().deleted_at
    assert only_conversation().status == Status.SOLVED
    assert audit_workspace().is_good


def test_a_reaction_starts_no_clock_and_makes_nobody_a_customer(deliver, agent):
    deliver(said("1", thread="a"))
    reply(only_conversation(), agent)
    send_everything()
    ours = Message.objects.get(direction="out").external_id
    liked = Reaction(external_id=ours, author=ANN, emoji="❤", at=now())
    stranger = Reaction(external_id="1", author=Author(id="stranger", name="Sue"), emoji="👍", at=now())

    deliver(liked, stranger)
    deliver(liked)

    assert sorted(ReactionRow.objects.values_list("name", "emoji")) == [("Ann", "❤"), ("Sue", "👍")]
    assert ReactionRow.objects.get(name="Ann").identity.customer == only_conversation().customer
    assert only_conversation().waiting_since is None
    assert Customer.objects.count() == 1
    assert told("message.reacted") == 2

    deliver(replace(liked, emoji="", is_removed=True))
    assert ReactionRow.objects.get().name == "Sue"


def test_our_own_reaction_is_one_whoever_tells_of_it(deliver):
    deliver(said("1"))
    mine = Reaction(external_id="1", author=Author(id="us"), emoji="👍", at=now(), is_ours=True)

    deliver(mine, replace(mine, author=Author(id="us, otherwise")))

    assert ReactionRow.objects.get().is_ours


def test_what_was_hidden_on_the_network_is_marked_until_it_is_shown_again(deliver):
    deliver(said("1", visibility=Visibility.PUBLIC, thread="p"))
    hidden = Hiding(external_id="1", at=now(), is_hidden=True)

    deliver(hidden, hidden)
    assert Message.objects.get().hidden_at == hidden.at
    assert told("message.hidden") == 1

    deliver(replace(hidden, is_hidden=False))
    assert Message.objects.get().hidden_at is None


def test_a_post_is_kept_once_and_what_was_told_last_wins(deliver):
    post = Post(id="p", text="New kettles", author=Author(id="us", name="Lantern"), likes=3, is_ours=True)
    first = said("1", visibility=Visibility.PUBLIC, thread="p", post=post)
    deliver(first, said("2", visibility=Visibility.PUBLIC, thread="p", author=BEN, post=Post(id="p")))

    deliver(said("3", visibility=Visibility.PUBLIC, thread="p", post=replace(post, likes=7, text="")))

    row = PostRow.objects.get()
    assert (row.text, row.likes, row.author_name, row.is_ours) == ("New kettles", 7, "Lantern", True)
    assert set(Message.objects.values_list("post", flat=True)) == {row.id}


def test_a_batch_of_changes_costs_the_same_for_three_and_for_thirty(network, channel):
    def cost(ids):
        store(channel, *(network.piece(said(id_, "Old words", minutes_ago=5)) for id_ in ids))
        read_all()
        changes = [network.piece(edited("New words", external_id=id_)) for id_ in ids]
        changes += [network.piece(Reaction(external_id=id_, author=BEN, emoji="x", at=now())) for id_ in ids]
        changes += [network.piece(Deletion(external_id=id_, at=now())) for id_ in ids]
        store(channel, *changes)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read_all()
        return len(queries)

    cost([f"w{n}" for n in range(3)])
    few, many = cost([f"a{n}" for n in range(3)]), cost([f"b{n}" for n in range(20)])

    assert Conversation.objects.filter(status=Status.SOLVED).count() == 26
    assert few == many
