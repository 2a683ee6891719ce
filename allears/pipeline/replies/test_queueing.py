"""A reply is queued once, never over a colleague's, and can be taken back for ten seconds."""

from datetime import timedelta

import pytest

from allears.connectors.interface import Ability
from allears.foundation.clock import now, stopped_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.workspaces.queries import default_brand_of
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.actions.assigning import assign_conversation
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Conversation, Message, Status
from allears.pipeline.conversations.queries.search import search_conversations
from allears.pipeline.replies.actions.drafting import (
    LARGEST_FILE,
    add_draft_file,
    drop_draft_file,
    save_draft,
)
from allears.pipeline.replies.actions.queueing import release_held, undo_reply
from allears.pipeline.replies.errors import (
    CannotReply,
    FileTooLarge,
    ReplyIsEmpty,
    SomeoneAnswered,
    TooLateToUndo,
)
from allears.pipeline.replies.models import Dispatch, Draft, DraftFile
from allears.pipeline.replies.places import reply_place
from tests.fake_network import ANN, said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(said("1", "Where is it?", minutes_ago=9, thread="dm"))
    return only_conversation()


def test_one_idempotency_key_is_one_reply_however_often_it_is_posted(conversation, network, agent):
    first = reply(conversation, agent, idempotency_key="once")

    assert reply(conversation, agent, idempotency_key="once").id == first.id
    send_everything()
    assert reply(conversation, agent, idempotency_key="once").id == first.id
    send_everything()

    assert len(network.sent) == 1
    assert only_conversation().message_count == 2


def test_the_second_of_two_agents_is_stopped(conversation, agent, colleague):
    seen = conversation.last_message_id
    reply(conversation, agent, "Mine", seen_message_id=seen)

    with pytest.raises(SomeoneAnswered):
        reply(conversation, colleague, "Also mine", seen_message_id=seen)
    reply(conversation, colleague, "Knowing of it")

    assert Dispatch.objects.count() == 2


def test_a_customer_who_writes_meanwhile_stops_nobody(conversation, deliver, agent):
    seen = conversation.last_message_id
    deliver(said("2", thread="dm"))

    reply(conversation, agent, seen_message_id=seen)

    assert Dispatch.objects.count() == 1


def test_a_reply_taken_back_no_longer_stops_others(conversation, agent, colleague):
    seen = conversation.last_message_id
    dispatch = reply(conversation, agent, seen_message_id=seen)
    undo_reply(agent, dispatch)

    reply(conversation, colleague, seen_message_id=seen)

    assert Dispatch.objects.filter(state="held").count() == 1


def test_an_answer_given_on_the_network_stops_whoever_has_not_seen_it(conversation, deliver, agent):
    seen = conversation.last_message_id
    deliver(said("2", thread="dm", is_ours=True, recipient=ANN))

    with pytest.raises(SomeoneAnswered):
        reply(conversation, agent, seen_message_id=seen)


@pytest.mark.parametrize(
    ("then", "status"), [("", "open"), ("solve", "solved"), ("wait", "pending"), ("hold", "on_hold")]
)
def test_undo_within_ten_seconds_puts_everything_back(conversation, agent, then, status):
    at = now()
    with stopped_clock(at):
        dispatch = reply(conversation, agent, "A mistake", then=then)
        assert only_conversation().status == status
        assert only_conversation().assignee_id == agent.id
        assert only_conversation().preview == "A mistake"
    with stopped_clock(at + timedelta(seconds=9.9)):
        draft = undo_reply(agent, dispatch)

    after = only_conversation()
    assert draft.text == "A mistake"
    assert after.status == Status.NEW
    assert after.assignee_id is None
    assert after.preview == "Where is it?"
    assert (after.message_count, after.last_outbound_id) == (1, 0)
    assert after.waiting_since == conversation.waiting_since
    assert after.queue_position == conversation.queue_position
    assert send_everything(later=60.0) == 0
    assert search_conversations(agent, "mistake").rows == []
    assert audit_workspace().is_good


def test_after_ten_seconds_it_is_too_late(conversation, network, agent):
    at = now()
    with stopped_clock(at):
        dispatch = reply(conversation, agent)
    with stopped_clock(at + timedelta(seconds=10)), pytest.raises(TooLateToUndo):
        undo_reply(agent, dispatch)

    assert send_everything() == 1
    with pytest.raises(TooLateToUndo):
        undo_reply(agent, Dispatch.objects.get())
    assert len(network.sent) == 1


def test_undo_twice_is_once(conversation, agent):
    dispatch = reply(conversation, agent, "Words")
    undo_reply(agent, Dispatch.objects.get(id=dispatch.id))

    with pytest.raises(TooLateToUndo):
        undo_reply(agent, dispatch)

    assert Draft.objects.get().text == "Words"


def test_undo_gives_words_and_files_back_before_what_was_begun_since(conversation, agent):
    file = add_draft_file(agent, conversation, "reply", "map.png", "image/png", b"a map")
    dispatch = reply(conversation, agent, "First", files=[file])
    save_draft(agent, conversation, "reply", "Second")

    draft = undo_reply(agent, dispatch)

    assert draft.text == "First\n\nSecond"
    assert DraftFile.objects.get().name == "map.png"


def test_sending_at_once_ends_the_time_to_undo(conversation, network, agent):
    dispatch = reply(conversation, agent)
    release_held(dispatch.id)

    assert send_everything(later=-10.0) == 1
    with pytest.raises(TooLateToUndo):
        undo_reply(agent, dispatch)


@pytest.mark.parametrize("text", ["", "  \n", "\x00", " \x00 "])
def test_an_empty_reply_is_none(conversation, agent, text):
    with pytest.raises(ReplyIsEmpty):
        reply(conversation, agent, text)

    assert not Dispatch.objects.exists()


def test_a_file_alone_is_a_reply(conversation, network, agent):
    file = add_draft_file(agent, conversation, "reply", "map.png", "image/png", b"a map")

    reply(conversation, agent, "", files=[file])

    assert send_everything() == 1


def test_a_network_without_a_way_back_says_so(conversation, network, agent):
    network.objection = lambda settings: "No way back."

    with pytest.raises(CannotReply, match="No way back"):
        reply(conversation, agent)

    assert only_conversation().message_count == 1


def test_an_observer_only_looks(conversation, agent, observer):
    dispatch = reply(conversation, agent)

    for attempt in (
        lambda: reply(conversation, observer),
        lambda: undo_reply(observer, dispatch),
        lambda: save_draft(observer, conversation, "reply", "Words"),
        lambda: set_status(conversation.id, "solved", observer, "Why"),
        lambda: assign_conversation(conversation.id, None, observer),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Dispatch.objects.get().state == "held"


def test_whoever_answers_first_takes_the_conversation_and_nobody_takes_it_away(
    conversation, agent, colleague
):
    reply(conversation, agent)
    reply(conversation, colleague)

    assert only_conversation().assignee_id == agent.id


def test_the_signature_of_the_channel_goes_with_the_reply_but_not_into_its_text(
    conversation, network, channel, agent
):
    type(channel).objects.update(signature="{name}, Lantern")

    reply(conversation, agent, "It is on its way.")
    send_everything()

    assert network.sent[0].text == "It is on its way.\n\nAda, Lantern"
    assert Message.objects.get(direction="out").text == "It is on its way."


def test_a_reply_to_a_mail_carries_the_way_home(deliver, network, agent):
    deliver(said("a", subject="Parcel"), said("b", subject="Re: Parcel", references=("a",), in_reply_to="a"))

    reply(only_conversation(), agent)
    send_everything()

    [outgoing] = network.sent
    assert outgoing.in_reply_to == "b"
    assert outgoing.references == ("a", "b")
    assert outgoing.subject == "Re: Parcel"
    assert outgoing.thread_token
    assert outgoing.external_id.endswith("@shop.example")


def test_the_reply_goes_to_whoever_wrote_last_as_a_person(deliver, network, agent):
    deliver(said("1", thread="dm", minutes_ago=5), said("2", thread="dm", kind="auto_reply"))

    assert reply_place(only_conversation()).last_message.external_id == "1"


def test_drafts_come_and_go(conversation, agent, colleague):
    save_draft(agent, conversation, "reply", "Half a sen")
    save_draft(agent, conversation, "reply", "Half a sentence")
    save_draft(agent, conversation, "note", "For us")
    save_draft(colleague, conversation, "reply", "Another")
    assert Draft.objects.count() == 3

    save_draft(agent, conversation, "reply", " ")
    assert set(Draft.objects.values_list("text", flat=True)) == {"For us", "Another"}
    reply(conversation, colleague)

    assert Draft.objects.get().text == "For us"


def test_a_draft_with_a_file_lives_without_words_until_the_file_goes(conversation, agent, colleague):
    file = add_draft_file(agent, conversation, "reply", "map.png", "image/png", b"a map")
    save_draft(agent, conversation, "reply", "")
    drop_draft_file(colleague, conversation, file.id)
    assert Draft.objects.count() == 1

    drop_draft_file(agent, conversation, file.id)
    save_draft(agent, conversation, "reply", "")

    assert not Draft.objects.exists()


def test_a_file_larger_than_networks_take_is_refused_at_once(conversation, agent):
    with pytest.raises(FileTooLarge):
        add_draft_file(agent, conversation, "reply", "film", "video/mp4", b"x" * (LARGEST_FILE + 1))


def test_a_letter_without_a_signature_of_its_channel_bears_the_brands(
    conversation, network, channel, agent, monkeypatch
):
    brand = default_brand_of(channel.workspace_id)
    type(brand).objects.update(signature="{first_name} from {brand}")

    reply(conversation, agent, "A line.")
    monkeypatch.setattr(network, "can", network.can | {Ability.SUBJECT})
    reply(conversation, agent, "A letter.")
    send_everything()

    assert [outgoing.text for outgoing in network.sent] == ["A line.", f"A letter.\n\nAda from {brand.name}"]


def test_what_came_while_it_was_written_still_waits(conversation, deliver, network, agent):
    deliver(said("2", "And where is the other one?", thread="dm"))

    reply(
        conversation, agent, "It is on its way.", seen_message_id=conversation.last_message_id, then="solve"
    )
    send_everything()

    assert dict(Message.objects.filter(direction="in").values_list("text", "outcome")) == {
        "Where is it?": "answered",
        "And where is the other one?": "",
    }
    waiting = only_conversation()
    assert (waiting.status, waiting.waiting_since is not None) == (Status.OPEN, True)
    assert audit_workspace(agent.workspace_id).problems == []
