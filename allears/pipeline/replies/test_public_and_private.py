"""One matter, in public and in private: taken there and back, with one clock, whatever the network calls it."""

from datetime import timedelta

import pytest

from allears.connectors.interface import Abilities, Author, FileRules, Limit, Offer, Sent, Visibility
from allears.foundation.clock import now, shifted_clock
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Conversation, Message, Outcome, Thread
from allears.pipeline.people.models import Customer, Identity
from allears.pipeline.replies.actions.deciding import retry_dispatch
from allears.pipeline.replies.actions.queueing import undo_reply
from allears.pipeline.replies.errors import CannotReply, FilesNotTaken, TextTooLong
from allears.pipeline.replies.models import Dispatch, Draft, DraftFile, SavedReply
from allears.pipeline.replies.places import reply_place, reply_places
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")

NO = Offer(is_possible=False, reason="A comment takes one private message, and it was sent.")
AT_THE_SHOP = Author(id="psid-7", name="Ann")
PUBLIC = {"visibility": Visibility.PUBLIC, "thread": "post-1"}
DAY = timedelta(hours=24)


def judge(item, at):
    """A network with comments, one private message to each, and a window of a day."""
    if item.visibility == Visibility.PUBLIC:
        once = NO if item.private_replies else Offer(until=item.sent_at + 7 * DAY)
        return Abilities(publicly=Offer(limits=(Limit(most=20),), opening="@ann "), privately=once)
    heard = item.heard_privately_at
    is_open = heard is not None and at < heard + DAY
    closed = Offer(is_possible=False, reason="The 24 hours are over.", until=heard and heard + DAY)
    return Abilities(publicly=Offer(is_possible=False), privately=Offer() if is_open else closed)


@pytest.fixture
def conversation(deliver, network) -> Conversation:
    network.judges(judge)
    deliver(said("c1", "Where is my parcel?", minutes_ago=9, **PUBLIC))
    return only_conversation()


def private(conversation, agent, text="Your number, please?", **more):
    return reply(conversation, agent, text, visibility="private", **more)


def test_a_public_matter_can_be_answered_both_ways(conversation):
    here, there = reply_places(conversation)
    assert (here.visibility, here.is_in_place, here.draft_kind) == ("public", True, "reply")
    assert (there.visibility, there.is_in_place, there.draft_kind) == ("private", False, "private")
    assert there.opens_private and there.thread is None and there.can_reply


def test_taken_to_private_it_is_one_conversation_with_one_clock(conversation, network, agent, deliver):
    network.answers = [Sent(external_id="m1", thread="dm-7", recipient=AT_THE_SHOP)]
    private(conversation, agent)
    send_everything()

    [outgoing] = network.sent
    assert (outgoing.visibility, outgoing.item.external_id) == ("private", "c1")
    assert outgoing.item.visibility == "public"
    assert outgoing.thread == ""
    assert only_conversation().waiting_since is None

    deliver(said("m2", "It is 4711", thread="dm-7", author=AT_THE_SHOP))

    conversation = only_conversation()
    assert conversation.message_count == 3
    assert conversation.waiting_since is not None
    assert Customer.objects.count() == 1
    assert set(Identity.objects.values_list("external_id", flat=True)) == {ANN.id, "psid-7"}
    here, there = reply_places(conversation)
    assert (here.visibility, here.thread.external_id) == ("private", "dm-7")
    assert (there.visibility, there.last_message.external_id) == ("public", "c1")

    reply(conversation, agent, "Found it.")
    reply(conversation, agent, "All solved!", visibility="public")
    send_everything()

    assert [one.thread for one in network.sent] == ["", "dm-7", "post-1"]
    assert network.sent[2].in_reply_to == "c1"
    assert only_conversation().waiting_since is None
    assert set(Message.objects.filter(direction="in").values_list("outcome", flat=True)) == {Outcome.ANSWERED}


def test_an_answer_that_comes_before_we_know_where_is_joined(conversation, network, agent, deliver):
    def answers_at_once(outgoing):
        with shifted_clock(timedelta(seconds=11)):
            deliver(said("m2", "Here I am", thread="dm-7", author=AT_THE_SHOP))
        assert Conversation.objects.count() == 2
        return Sent(external_id="m1", thread="dm-7", recipient=AT_THE_SHOP)

    network.answers = [answers_at_once]
    private(conversation, agent)
    send_everything()

    conversation = only_conversation()
    assert list(conversation.messages.order_by("sent_at").values_list("external_id", flat=True)) == [
        "c1",
        "m1",
        "m2",
    ]
    assert conversation.waiting_since is not None
    assert Thread.objects.filter(visibility="private").count() == 1


def test_an_old_private_thread_becomes_a_leg_and_keeps_its_own_past(deliver, network, agent):
    network.judges(judge)
    deliver(said("old", "Last year's matter", thread="dm-7", author=AT_THE_SHOP, minutes_ago=9999))
    deliver(said("c1", "Where is my parcel?", minutes_ago=9, **PUBLIC))
    public = Conversation.objects.get(visibility="public")
    network.answers = [Sent(external_id="m1", thread="dm-7", recipient=AT_THE_SHOP)]
    private(public, agent)
    send_everything()
    deliver(said("m2", "It is 4711", thread="dm-7", author=AT_THE_SHOP))

    assert Conversation.objects.get(visibility="private").message_count == 1
    assert Conversation.objects.get(visibility="public").message_count == 3


def test_what_can_go_out_once_is_not_offered_twice(conversation, network, agent):
    private(conversation, agent)
    with pytest.raises(CannotReply, match="it was sent"):
        private(conversation, agent, "And one more")
    assert reply_place(conversation, "private").why_not == NO.reason
    send_everything()
    assert [one.item.private_replies for one in network.sent] == [0]


def test_a_private_message_taken_back_is_a_private_draft_and_may_be_sent_again(conversation, agent, network):
    dispatch = private(conversation, agent)
    undo_reply(agent, dispatch)

    assert Draft.objects.get().kind == "private"
    private(conversation, agent)
    assert Thread.objects.filter(visibility="private").count() == 1


def test_what_is_too_long_is_refused_with_how_much(conversation, agent):
    with pytest.raises(TextTooLong, match="by 5"):
        reply(conversation, agent, "x" * 20)
    reply(conversation, agent, "@ann " + "x" * 15)


def test_files_follow_the_network_s_rules(conversation, agent, network):
    rules = FileRules(most=1, largest=10, types=("image/",), with_text=False)
    network.judge = lambda item, at: Abilities(publicly=Offer(files=rules), privately=NO)
    picture = DraftFile(name="a.png", content_type="image/png", size=10, digest="d" * 64)
    for text, files, why in (
        ("", [picture, picture], "Only one file"),
        ("Look", [picture], "no text beside"),
        ("", [DraftFile(name="b.png", content_type="image/png", size=11)], "b.png is too large"),
        ("", [DraftFile(name="c.pdf", content_type="application/pdf", size=1)], "files like c.pdf"),
    ):
        with pytest.raises(FilesNotTaken, match=why):
            reply(conversation, agent, text, files=files)
    reply(conversation, agent, "", files=[picture])


def test_a_window_that_closes_while_a_reply_waits_refuses_it_with_what_to_do(deliver, network, agent):
    network.judges(judge)
    deliver(said("m1", "Hello?", minutes_ago=24 * 60 - 0.1, thread="dm"))
    reply(only_conversation(), agent, "Yes!")

    send_everything()

    assert network.sent == []
    dispatch = Dispatch.objects.get()
    assert (dispatch.state, dispatch.trouble) == ("refused", "The 24 hours are over.")
    assert Message.objects.get(external_id="m1").outcome == ""
    assert only_conversation().waiting_since is not None


def test_where_a_person_must_have_written_a_saved_reply_as_it_stands_is_refused(conversation, agent, network):
    offer = Offer(must_be_by_person=True)
    network.judge = lambda item, at: Abilities(publicly=offer, privately=offer)
    words = "Hello {{ customer.first_name }}, it is on its way."
    saved = SavedReply.objects.create(workspace=agent.workspace, title="Way", text=words, changed_at=now())
    with pytest.raises(CannotReply, match="your own words"):
        reply(conversation, agent, "Hello Ann, it is on  its way.\n", saved_replies=[saved.id])

    reply(conversation, agent, "Hello Ann, it is on its way. I called them.", saved_replies=[saved.id])
    send_everything()
    assert [one.is_by_person for one in network.sent] == [True]


def test_our_answer_from_elsewhere_stops_one_that_waits(conversation, network, agent, deliver):
    dispatch = reply(conversation, agent, "Soon!")
    deliver(said("e1", "Already done", is_ours=True, recipient=ANN, in_reply_to="c1", **PUBLIC))
    send_everything()

    assert network.sent == []
    dispatch.refresh_from_db()
    assert dispatch.state == "refused"
    assert "outside All Ears" in dispatch.trouble

    retry_dispatch(agent, dispatch)
    send_everything()
    assert [one.text for one in network.sent] == ["Soon!"]


def test_another_customer_s_public_words_are_another_matter(conversation, network, agent, deliver):
    deliver(said("c2", "Mine too", author=BEN, **PUBLIC))
    assert Conversation.objects.count() == 2
    private(Conversation.objects.exclude(id=conversation.id).get(), agent)
    assert reply_place(conversation, "private").can_reply


def test_places_cost_the_same_whatever_was_written(conversation, deliver, django_assert_num_queries):
    with django_assert_num_queries(10):
        reply_places(conversation)
    for n in range(3):
        deliver(said(f"x{n}", "And?", **PUBLIC))
    with django_assert_num_queries(10):
        reply_places(conversation)
