"""Every inbound message carries a reading, which nothing that goes wrong in reading can stop."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.connectors.interface import Edit
from allears.foundation.clock import now
from allears.foundation.text import shorten
from allears.foundation.work.models import Job
from allears.pipeline.conftest import only_conversation, read_all, store
from allears.pipeline.conversations.actions import rereading
from allears.pipeline.conversations.actions.rereading import (
    look_for_unread,
    read_by_new_models,
    read_messages,
)
from allears.pipeline.conversations.actions.statuses import set_priority
from allears.pipeline.conversations.models import (
    Conversation,
    Correction,
    Message,
    MessageReading,
    Priority,
    Rereading,
)
from allears.pipeline.conversations.queries.filters import ConversationFilter, matching_conversations
from allears.pipeline.conversations.queries.queue import forget_counts, queue_counts, queue_page
from allears.pipeline.conversations.queries.scopes import Scope, scope_page
from allears.pipeline.conversations.queries.understood import waiting_for
from tests.fake_network import ANN, BEN, said
from tests.fake_reader import put_in

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


def names_of(page):
    return [row.preview for row in page.rows]


def test_a_message_is_filed_with_its_reading(deliver, reader):
    deliver(said("1", "My kettle came broken, write to ann@customers.example"))

    reading = Message.objects.get().reading
    assert (reading.sentiment, reading.intent, reading.urgency) == ("negative", "complaint", 1)
    assert reading.version == "models-1"
    assert reading.personal == [["email", 32, 53]]
    conversation = only_conversation()
    assert (conversation.sentiment, conversation.intent, conversation.language) == (
        "negative",
        "complaint",
        "en",
    )
    assert conversation.has_personal


def test_a_batch_is_read_in_one_call_and_ours_is_not_read(deliver, reader):
    deliver(said("1", "One"), said("2", "Two", author=BEN), said("3", "Ours", is_ours=True, recipient=ANN))

    assert [[one.text for one in call] for call in reader.calls] == [["One", "Two"]]
    assert MessageReading.objects.count() == 2


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(network, channel):
    def statements(count, first):
        store(channel, *(network.piece(said(f"{first + n}", f"Text {first + n}")) for n in range(count)))
        with CaptureQueriesContext(connection) as asked:
            read_all()
        return len(asked)

    statements(2, 1)
    assert statements(2, 10) == statements(9, 20)


def test_a_reader_that_stumbles_stops_nothing_and_logs_no_text(deliver, reader, caplog):
    deliver(said("1", "poison apples"), said("2", "My kettle came broken", author=BEN))

    unread = Message.objects.get(external_id="1")
    assert not MessageReading.objects.filter(message=unread).exists()
    assert MessageReading.objects.get().intent == "complaint"
    assert "poison" not in caplog.text
    job = Job.objects.get(name="read_messages")
    assert job.arguments == {"message_ids": [unread.id]}

    Message.objects.filter(id=unread.id).update(text="love it")
    read_messages(**job.arguments)

    assert unread.reading.is_praise


def test_changed_words_are_read_again(deliver, reader):
    deliver(said("1", "I love it", minutes_ago=5))
    deliver(Edit(external_id="1", text="It came broken", edited_at=now()))

    read_messages(**Job.objects.get(name="read_messages").arguments)

    assert only_conversation().intent == "complaint"
    assert not only_conversation().is_praise


def test_a_complaint_that_waits_stays_one_after_a_hello(deliver):
    deliver(said("1", "My card was stolen", thread="dm-1"))
    deliver(said("2", "I love your patience", thread="dm-1"))

    conversation = only_conversation()
    assert (conversation.intent, conversation.urgency, conversation.sentiment) == ("complaint", 3, "positive")
    assert conversation.asks
    assert not conversation.is_praise


def test_what_matters_most_comes_first_and_a_person_has_the_last_word(deliver, owner):
    for number, text in enumerate(["Late again?", "My card was stolen", "It came broken"]):
        deliver(
            said(
                str(number), text, author=[ANN, BEN, ANN][number], thread=f"t{number}", minutes_ago=9 - number
            )
        )
    scope = Scope("open", order="matters")
    assert names_of(queue_page(owner, "open")) == ["Late again?", "My card was stolen", "It came broken"]
    assert names_of(scope_page(owner, scope)) == ["My card was stolen", "Late again?", "It came broken"]

    set_priority(Conversation.objects.get(preview="My card was stolen").id, Priority.LOW, owner)

    assert names_of(scope_page(owner, scope)) == ["Late again?", "It came broken", "My card was stolen"]
    first = scope_page(owner, scope, size=2)
    assert names_of(scope_page(owner, scope, first.next_cursor, size=2)) == ["My card was stolen"]


def test_lists_are_narrowed_by_what_was_read(deliver, owner):
    deliver(said("1", "I love it", thread="a"), said("2", "It came broken", author=BEN, thread="b"))

    def found(**wanted):
        rows = matching_conversations(owner, ConversationFilter(**wanted))
        return sorted(rows.values_list("preview", flat=True))

    assert found(is_praise=True) == ["I love it"]
    assert found(intents=("complaint",)) == ["It came broken"]
    assert found(sentiments=("negative", "positive")) == ["I love it", "It came broken"]
    assert found(urgencies=(3,)) == []
    assert found(languages=("en",), asks=True) == ["It came broken"]
    assert found(advices=("step_in",), has_personal=False) == ["It came broken"]


def test_praise_has_a_view_of_its_own_that_hides_no_complaint(deliver, owner):
    deliver(
        said("1", "I love it", thread="a"), said("2", "I love it, but it came broken", author=BEN, thread="b")
    )

    assert names_of(queue_page(owner, "praise")) == ["I love it"]
    forget_counts()
    assert queue_counts(owner)["praise"] == 1
    deliver(said("3", "It came broken today", thread="a"))
    assert names_of(queue_page(owner, "praise")) == []


def test_the_orders_use_their_indexes(owner):
    if connection.vendor != "sqlite":
        pytest.skip("asks SQLite's planner")
    for scope, index in (
        (Scope("open", order="matters"), "conversation_by_matter"),
        (Scope("praise"), "_of_praise"),
    ):
        with CaptureQueriesContext(connection) as asked:
            scope_page(owner, scope)
        statement = next(one["sql"] for one in asked if "LIMIT" in one["sql"] and "ORDER BY" in one["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            plan = " ".join(str(row[-1]) for row in cursor.fetchall())
        assert index in plan
        assert "TEMP B-TREE" not in plan


def test_newer_models_read_what_is_here_newest_first_and_go_on_where_they_were(deliver, reader):
    deliver(*(said(str(n), "love" if n == 1 else "It came broken", thread=f"t{n}") for n in range(5)))
    read_by_new_models()
    assert Rereading.objects.get().done_at
    reader.version = "models-2"

    read_by_new_models(seconds=-1)
    waiting = Rereading.objects.get(version="models-2")
    assert waiting.done_at is None
    read_by_new_models()

    waiting.refresh_from_db()
    assert waiting.done_at
    assert waiting.count == 5
    assert set(MessageReading.objects.values_list("version", flat=True)) == {"models-2"}


def test_what_came_without_a_reading_or_with_another_is_found_and_read(deliver, reader):
    deliver(*(said(str(n), "It came broken", thread=f"t{n}") for n in range(4)))
    read_by_new_models()
    first, second, third, _last = Message.objects.order_by("id")
    MessageReading.objects.filter(message=first).delete()
    MessageReading.objects.filter(message=second).update(version="models-0", sentiment="positive")
    said_by = {
        "workspace": third.workspace,
        "question": "sentiment",
        "before": "negative",
        "after": "positive",
    }
    Correction.objects.create(message=third, version="models-0", at=third.sent_at, **said_by)
    MessageReading.objects.filter(message=third).delete()
    read_by_new_models()
    assert MessageReading.objects.filter(version="models-1").count() == 1

    look_for_unread()

    assert waiting_for(Rereading.objects.get()) == 3
    read_by_new_models()
    readings = dict(MessageReading.objects.values_list("message", "sentiment"))
    assert [readings[one.id] for one in (first, second, third)] == ["negative", "negative", "positive"]
    assert waiting_for(Rereading.objects.get()) == 0


def test_a_reader_that_died_goes_on_where_it_was_and_reads_nothing_twice(deliver, reader, monkeypatch):
    deliver(*(said(str(n), "It came broken", thread=f"t{n}") for n in range(5)))
    monkeypatch.setattr(rereading, "AT_ONCE", 2)
    reader.version = "models-2"
    reader.calls.clear()

    def die(conversations):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rereading, "refold", die)
        with pytest.raises(KeyboardInterrupt):
            read_by_new_models()
    assert not MessageReading.objects.filter(version="models-2").exists()
    read_by_new_models()

    assert MessageReading.objects.filter(version="models-2").count() == 5
    assert sum(len(call) for call in reader.calls) == 7
    assert Rereading.objects.get(version="models-2").count == 5


def test_models_that_come_back_read_what_others_read_meanwhile(deliver, reader):
    deliver(said("1", "It came broken"))
    read_by_new_models()
    reader.version = "models-2"
    deliver(said("2", "It came broken", thread="t2"))
    read_by_new_models()
    reader.version = "models-1"

    read_by_new_models()

    assert set(MessageReading.objects.values_list("version", flat=True)) == {"models-1"}


def test_lines_that_were_kept_before_they_were_masked_are_masked(deliver, reader):
    long = "Pay my card. " * 11 + "4111 1111 1111 1111"
    deliver(said("1", "Card 4111 1111 1111 1111", thread="a"), said("2", long, author=BEN, thread="b"))
    Conversation.objects.filter(messages__text=long).update(preview=shorten(long, 160))
    Conversation.objects.exclude(messages__text=long).update(preview="Card 4111 1111 1111 1111")
    assert Conversation.objects.filter(preview__contains="4111 11").count() == 2
    reader.version = "models-2"

    read_by_new_models()

    assert not Conversation.objects.filter(preview__contains="4111 11").exists()
    assert Conversation.objects.filter(preview="Card •••1111").exists()
