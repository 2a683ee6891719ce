"""Messages become conversations: once, in order, each with its outcome and its clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from allears.connectors.errors import Unreadable
from allears.connectors.interface import File, MessageKind, Nothing, Visibility
from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, read_all, reply, send_everything, store
from allears.pipeline.conversations.actions.outcomes import call_it_spam
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Attachment, Conversation, Message, Outcome, Status
from allears.pipeline.intake.actions import replay_dead_letter
from allears.pipeline.intake.models import EndedAs, Ending, Waiting
from allears.pipeline.people.models import Customer, Identity
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_message_opens_a_conversation_that_waits(deliver, channel):
    first = said("1", "Where is my parcel?", minutes_ago=5, thread="dm-1")

    deliver(first)

    conversation = only_conversation()
    assert conversation.status == Status.NEW
    assert conversation.waiting_since == first.sent_at
    assert conversation.preview == "Where is my parcel?"
    assert conversation.customer.name == "Ann"
    assert conversation.message_count == 1
    assert conversation.last_message_id == Message.objects.get().id
    assert Message.objects.get().outcome == Outcome.NONE


def test_twenty_numbered_messages_in_a_burst_are_twenty_in_order(network, channel):
    moment = now() - timedelta(minutes=1)
    burst = [
        said(f"m{n}", f"Number {n}", thread="dm-1", sent_at=moment + timedelta(milliseconds=n))
        for n in range(20)
    ]

    store(channel, *(network.piece(one) for one in burst[:7]))
    store(channel, *(network.piece(one) for one in burst[7:]))
    read_all()

    texts = Message.objects.order_by("id").values_list("text", flat=True)
    assert list(texts) == [f"Number {n}" for n in range(20)]
    assert only_conversation().message_count == 20
    assert only_conversation().preview == "Number 19"
    assert only_conversation().waiting_since == moment


def test_messages_of_the_same_second_stay_in_the_order_they_came(deliver):
    moment = now() - timedelta(minutes=1)

    deliver(*(said(text=f"Number {n}", thread="dm-1", sent_at=moment) for n in range(20)))

    shown = Message.objects.order_by("sent_at", "id").values_list("text", flat=True)
    assert list(shown) == [f"Number {n}" for n in range(20)]


def test_the_same_message_in_two_envelopes_of_one_batch_is_one(network, channel):
    one = said("1", thread="dm-1")

    store(channel, network.piece(one), network.piece(one), network.piece(said("2", thread="dm-1")))
    read_all()

    assert Message.objects.count() == 2
    assert sorted(Ending.objects.values_list("ended_as", "message_count")) == [
        ("messages", 1),
        ("messages", 1),
        ("nothing", 0),
    ]
    assert audit_workspace().is_good


def test_the_same_message_in_a_later_envelope_is_one_and_changes_nothing(deliver, agent):
    one = said("1", thread="dm-1")
    deliver(one)
    set_status(only_conversation().id, "solved", agent, "Done by phone")

    deliver(one)

    assert Message.objects.count() == 1
    assert only_conversation().status == Status.SOLVED
    assert Ending.objects.order_by("-envelope_id")[0].reason == "Its message was here already."


def test_one_envelope_may_hold_several_messages(network, channel):
    store(channel, network.piece(said("1", thread="a"), said("2", thread="b", author=BEN)))
    read_all()

    assert Conversation.objects.count() == 2
    assert Ending.objects.get().message_count == 2


def test_a_letter_that_cannot_be_read_is_a_dead_letter_and_harms_no_neighbour(network, channel):
    bad = network.strange_piece(Unreadable("It makes no sense.", raw="secret words of the network"))
    store(channel, network.piece(said(thread="a")), bad, network.piece(said(thread="a")))
    read_all()

    dead = Ending.objects.get(ended_as=EndedAs.DEAD)
    assert dead.reason == "It makes no sense."
    assert Message.objects.count() == 2
    assert Event.objects.filter(kind="envelope.died", subject=f"envelope:{dead.envelope_id}").count() == 1
    assert audit_workspace().is_good


def test_a_reader_that_raises_makes_a_dead_letter_that_can_be_read_again(network, channel, owner):
    bad = network.strange_piece(ZeroDivisionError("customer's words"))
    store(channel, network.piece(said(thread="a")), bad, network.piece(said(thread="a")))
    read_all()
    dead = Ending.objects.get(ended_as=EndedAs.DEAD)
    assert "stumbled" in dead.reason
    assert dead.technical == "ZeroDivisionError"

    network.letters[bad.body] = [said("late", "At last", thread="a")]
    replay_dead_letter(dead.envelope_id, owner.workspace_id, owner)
    read_all()

    assert Ending.objects.get(envelope_id=dead.envelope_id).ended_as == EndedAs.MESSAGES
    assert Message.objects.filter(text="At last").count() == 1
    assert only_conversation().message_count == 3
    assert audit_workspace().is_good


def test_a_message_that_cannot_be_filed_harms_no_neighbour(deliver, network, channel):
    broken = replace(said("broken", thread="b"), subject=None)
    store(
        channel, network.piece(said("1", thread="a")), network.piece(broken), network.piece(said(thread="c"))
    )
    read_all()

    dead = Ending.objects.get(ended_as=EndedAs.DEAD)
    assert "stumbled" in dead.reason
    assert Message.objects.count() == 2
    assert not Waiting.objects.exists()
    assert audit_workspace().is_good


def test_a_letter_with_nothing_in_it_ends_with_its_reason(network, channel):
    store(channel, network.strange_piece(Nothing("A note of the server to itself.")), network.piece())
    read_all()

    assert list(Ending.objects.order_by("envelope_id").values_list("ended_as", "reason")) == [
        ("nothing", "A note of the server to itself."),
        ("nothing", "It holds no message."),
    ]
    assert audit_workspace().is_good


def test_in_public_every_customer_has_a_conversation_of_their_own(deliver):
    deliver(
        said("p", thread="post", visibility=Visibility.PUBLIC),
        said("q", thread="post", visibility=Visibility.PUBLIC, author=BEN, in_reply_to="p"),
        said("r", thread="post", visibility=Visibility.PUBLIC, in_reply_to="q"),
    )

    counts = Conversation.objects.order_by("id").values_list("customer__name", "message_count")
    assert list(counts) == [("Ann", 2), ("Ben", 1)]


def test_our_public_words_stand_with_the_customer_they_answer(deliver):
    public = {"thread": "post", "visibility": Visibility.PUBLIC}
    deliver(said("p", minutes_ago=9, **public), said("q", minutes_ago=8, author=BEN, **public))

    brand = replace(ANN, id="brand", name="Brand")
    deliver(said("a", "Hello Ben", minutes_ago=7, author=brand, is_ours=True, in_reply_to="q", **public))

    ben = Conversation.objects.get(customer__name="Ben")
    assert Message.objects.get(text="Hello Ben").conversation_id == ben.id
    assert Message.objects.get(external_id="q").outcome == Outcome.ANSWERED
    assert ben.waiting_since is None
    assert ben.status == Status.PENDING
    assert Conversation.objects.get(customer__name="Ann").waiting_since is not None


@pytest.mark.parametrize("kind", [MessageKind.BOUNCE, MessageKind.AUTO_REPLY])
def test_what_a_machine_wrote_never_waits(deliver, kind):
    deliver(said(kind=kind))

    conversation = only_conversation()
    assert conversation.status == Status.SOLVED
    assert conversation.waiting_since is None
    assert Message.objects.get().outcome == Outcome.NO_REPLY_NEEDED


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (MessageKind.AUTO_REPLY, Status.SOLVED),
        (MessageKind.BOUNCE, Status.SOLVED),
        (MessageKind.MESSAGE, Status.OPEN),
        (MessageKind.INVITE, Status.OPEN),
    ],
)
def test_only_a_person_reopens_what_was_solved(deliver, agent, kind, status):
    deliver(said("1", thread="dm"))
    set_status(only_conversation().id, "solved", agent, "Done by phone")

    deliver(said("2", thread="dm", kind=kind))

    assert only_conversation().status == status
    reopened = Event.objects.filter(kind="conversation.reopened").count()
    assert reopened == (1 if status == Status.OPEN else 0)


def test_after_a_closed_conversation_a_new_one_begins(deliver, agent):
    deliver(said("1", thread="dm"))
    closed = only_conversation()
    set_status(closed.id, "closed", agent, "Done by phone")

    deliver(said("2", thread="dm"))
    deliver(said("3", thread="dm"))

    fresh = Conversation.objects.exclude(id=closed.id).get()
    assert fresh.status == Status.NEW
    assert fresh.message_count == 2
    assert Conversation.objects.get(id=closed.id).status == Status.CLOSED
    assert audit_workspace().is_good


def test_the_clock_starts_with_the_first_message_that_is_not_answered(deliver):
    deliver(said("2", minutes_ago=5, thread="dm"))
    deliver(said("3", minutes_ago=2, thread="dm"))
    assert only_conversation().waiting_since == Message.objects.get(external_id="2").sent_at

    deliver(said("1", minutes_ago=9, thread="dm"))

    assert only_conversation().waiting_since == Message.objects.get(external_id="1").sent_at


def test_a_message_written_before_our_answer_but_heard_after_it_still_waits(deliver, agent, channel, network):
    deliver(said("1", minutes_ago=9, thread="dm"))
    reply(only_conversation(), agent)
    send_everything()
    assert only_conversation().waiting_since is None

    deliver(said("2", "And bring the other one too", minutes_ago=3, thread="dm"))

    assert Message.objects.get(external_id="2").outcome == Outcome.NONE
    assert only_conversation().waiting_since is not None
    assert only_conversation().is_open


def test_an_answer_given_elsewhere_ends_what_it_answered_whichever_is_heard_first(deliver):
    question = said("1", minutes_ago=9, thread="dm")
    answer = said("2", minutes_ago=5, thread="dm", is_ours=True, recipient=ANN, author=replace(ANN, id="we"))
    other_question = said("3", minutes_ago=9, thread="dm-2")
    other_answer = replace(answer, external_id="4", thread="dm-2")

    deliver(question)
    deliver(answer)
    deliver(other_answer)
    deliver(other_question)

    assert set(Message.objects.filter(direction="in").values_list("outcome", flat=True)) == {"answered"}
    assert not Conversation.objects.filter(waiting_since__isnull=False).exists()
    assert set(Conversation.objects.values_list("status", flat=True)) == {"pending"}


def test_a_question_after_the_answer_in_one_batch_waits(deliver):
    deliver(
        said("1", minutes_ago=9, thread="dm"),
        said("2", minutes_ago=8, thread="dm", is_ours=True, recipient=ANN, author=replace(ANN, id="we")),
        said("3", minutes_ago=7, thread="dm"),
    )

    conversation = only_conversation()
    assert conversation.waiting_since == Message.objects.get(external_id="3").sent_at
    assert conversation.is_open
    outcomes = dict(Message.objects.values_list("external_id", "outcome"))
    assert outcomes == {"1": "answered", "2": "", "3": ""}


def test_what_is_silent_shows_no_event(deliver):
    deliver(said("1", minutes_ago=9, thread="dm"), is_silent=True)
    assert Message.objects.count() == 1
    assert not Event.objects.filter(conversation__isnull=False).exists()

    deliver(said("2", thread="dm"))

    assert Event.objects.filter(kind="message.received").count() == 1


def test_one_person_in_two_channels_of_a_network_is_one_customer(deliver, network, owner):
    from tests.fake_network import add_fake_channel

    second = add_fake_channel(owner.workspace, "Second")
    deliver(said(thread="a"))
    deliver(said(thread="b"), at=second)
    network.knows_people_everywhere = False
    deliver(said(thread="c", author=BEN))
    deliver(said(thread="d", author=BEN), at=second)

    assert Identity.objects.filter(external_id=ANN.id).count() == 1
    assert Customer.objects.filter(name="Ben").count() == 2


def test_attachments_are_kept_with_their_message(deliver, settings):
    file = File(name="photo.png", content_type="image/png", data=b"picture")

    deliver(said(files=(file, file)))

    assert list(Attachment.objects.values_list("name", "size")) == [("photo.png", 7)] * 2
    assert Message.objects.get().has_more


def test_a_spammer_who_writes_again_is_seen_again(deliver, agent):
    deliver(said(thread="dm"))
    call_it_spam(only_conversation().id, agent)
    assert Message.objects.get().outcome == Outcome.SPAM

    deliver(said(thread="dm"))

    assert only_conversation().is_open
    assert not only_conversation().is_spam


def test_ids_longer_than_a_column_are_still_known_again(deliver):
    long = "x" * 400
    author = replace(ANN, id="a" * 400)
    one = said(long, thread="t" * 400, author=author)
    deliver(one)
    deliver(one)
    deliver(replace(one, external_id=long + "2"))

    assert only_conversation().message_count == 2
    assert audit_workspace().dead == 0
