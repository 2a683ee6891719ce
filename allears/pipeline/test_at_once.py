"""The same thing done by several at once is done once: deliveries, replies, two agents, two workers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from allears.connectors.interface import Piece
from allears.flow import process_waiting
from allears.foundation.gate import behind_people
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, read_all, reply, send_everything, store
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.intake.models import Ending, Envelope, Waiting
from allears.pipeline.intake.writer import IntakeWriter
from allears.pipeline.replies.actions.queueing import Reply, queue_reply, undo_reply
from allears.pipeline.replies.actions.sending import claim_dispatches, send_dispatch
from allears.pipeline.replies.errors import SomeoneAnswered, TooLateToUndo
from allears.pipeline.replies.models import Dispatch
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def at_once(*works):
    """Do things at the same moment, each in a thread of its own; return what each returned or raised."""
    start = Barrier(len(works))

    def do(work):
        start.wait(10)
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


@pytest.fixture
def conversation(deliver):
    deliver(said("1", thread="dm", minutes_ago=5))
    return only_conversation()


def test_the_same_delivery_five_times_at_once_is_one_item(channel, network):
    piece = network.piece(said("1", thread="dm"))

    found = at_once(*[lambda: store(channel, piece)] * 5)
    read_all()

    assert len({ids[0] for ids in found}) == Envelope.objects.count() == Message.objects.count() == 1


def test_a_burst_through_the_group_commit_gives_everyone_their_own_ids(channel, network):
    from allears.foundation.clock import now
    from allears.pipeline.intake.storing import Submission

    writer = IntakeWriter()
    writer.start()

    def submit(number):
        pieces = [Piece(body=f"{number}".encode()), Piece(body=b"the same")]
        return writer.submit(Submission(channel.workspace_id, channel.id, pieces, now())).result(30)

    found = at_once(*[lambda number=number: submit(number) for number in range(8)])
    writer.stop()

    assert len({ids[1] for ids in found}) == 1
    bodies = {envelope.id: bytes(envelope.body) for envelope in Envelope.objects.all()}
    assert [bodies[ids[0]] for ids in found] == [f"{number}".encode() for number in range(8)]
    assert Waiting.objects.count() == 9


def test_of_two_agents_who_answer_at_the_same_moment_one_is_stopped(conversation, network, agent, colleague):
    words = [
        Reply(text=name, idempotency_key=name, seen_message_id=conversation.last_message_id)
        for name in ("a", "b")
    ]

    found = at_once(
        lambda: queue_reply(agent, conversation, words[0]),
        lambda: queue_reply(colleague, conversation, words[1]),
    )

    assert sorted(type(one).__name__ for one in found) == ["Dispatch", "SomeoneAnswered"]
    assert [one for one in found if isinstance(one, SomeoneAnswered)]
    send_everything()
    assert len(network.sent) == 1


def test_one_key_posted_five_times_at_once_is_one_reply(conversation, network, agent):
    words = Reply(text="Once", idempotency_key="once", seen_message_id=conversation.last_message_id)

    found = at_once(*[lambda: queue_reply(agent, conversation, words)] * 5)

    assert {one.id for one in found} == {Dispatch.objects.get().id}
    send_everything()
    assert len(network.sent) == 1


def test_senders_that_claim_at_once_send_everything_once(deliver, network, agent):
    deliver(*(said(thread=f"dm{n}", author=(ANN, BEN)[n % 2]) for n in range(12)))
    for one in Conversation.objects.all():
        reply(one, agent)
    Dispatch.objects.update(due_at="2020-01-01T00:00:00Z")

    def send():
        with behind_people():
            for dispatch in claim_dispatches(set(), limit=4):
                send_dispatch(dispatch)

    assert at_once(*[send] * 4) == [None] * 4
    send()

    assert len({one.key for one in network.sent}) == len(network.sent) == 12
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}


def test_undo_at_the_last_moment_either_takes_it_back_or_it_is_sent(conversation, network, agent):
    for _ in range(5):
        dispatch = reply(conversation, agent)
        Dispatch.objects.filter(id=dispatch.id).update(due_at="2020-01-01T00:00:00Z")

        undone, _ = at_once(lambda: undo_reply(agent, dispatch), send_everything)  # noqa: B023

        assert isinstance(undone, TooLateToUndo)
        assert Dispatch.objects.get(id=dispatch.id).state == "sent"
    assert len(network.sent) == 5


def test_workers_side_by_side_file_everything_once_and_in_order(channel, network):
    for part in range(6):
        pieces = [
            network.piece(
                said(f"{part}-{n}-{who.name}", f"{part * 10 + n}", thread=who.name, author=who),
                order_key=who.name,
            )
            for n in range(10)
            for who in (ANN, BEN)
        ]
        store(channel, *pieces)

    def work():
        with behind_people():
            while Waiting.objects.exists():
                process_waiting(15)

    workers = 3 if connections["default"].vendor == "postgresql" else 1
    assert at_once(*[work] * workers) == [None] * workers

    assert Ending.objects.filter(ended_as="messages").count() == 120
    for one in Conversation.objects.all():
        texts = list(one.messages.order_by("id").values_list("text", flat=True))
        assert texts == [f"{n}" for n in range(60)]
    assert Conversation.objects.count() == 2
    assert audit_workspace().is_good


def test_a_reply_and_a_message_at_the_same_moment_keep_the_clock_true(
    conversation, deliver, network, channel, agent
):
    for number in range(5):
        store(channel, network.piece(said(f"new {number}", thread="dm")))
        dispatch = reply(conversation, agent)
        Dispatch.objects.filter(id=dispatch.id).update(due_at="2020-01-01T00:00:00Z")
        at_once(send_everything, read_all)

    after = only_conversation()
    unanswered = Message.objects.filter(direction="in", outcome="").order_by("sent_at")
    assert after.waiting_since == (unanswered[0].sent_at if unanswered else None)
    assert after.message_count == Message.objects.count() == 11
    assert audit_workspace().is_good
