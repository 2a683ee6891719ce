from datetime import UTC, datetime

import pytest

from allears.connectors.interface import Author
from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Brand
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.actions.drafting import save_draft
from allears.pipeline.replies.actions.queueing import undo_reply
from allears.pipeline.replies.actions.saving import (
    SavedWords,
    change_saved_reply,
    create_saved_reply,
    delete_saved_reply,
)
from allears.pipeline.replies.errors import HasGaps, SavedReplyIsEmpty, ShortcutTaken, UnknownVariable
from allears.pipeline.replies.filling import fill_saved_reply, gaps_in
from allears.pipeline.replies.models import Draft, SavedReply
from allears.pipeline.replies.queries import (
    find_saved_replies,
    get_visible_saved_reply,
    saved_replies_for,
    visible_saved_replies,
)
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def save(by, title="Refund", text="Your money is on its way.", **more) -> SavedReply:
    return create_saved_reply(by, SavedWords(title=title, text=text, **more))


def titles(found) -> list[str]:
    return [one.title for one in found]


@pytest.fixture
def conversation(deliver) -> Conversation:
    deliver(said(author=Author(id="7", name="Nguyễn Văn Minh", time_zone="Asia/Ho_Chi_Minh"), text="Hello"))
    return only_conversation()


def at_hour_utc(hour: int):
    wanted = datetime.combine(now().date(), datetime.min.time(), UTC).replace(hour=hour)
    return shifted_clock(wanted - now())


def test_variables_are_filled(owner, agent, conversation):
    text = "{{ greeting }}, {{customer.first_name}}! {{ agent.name }} of {{ brand.name }}, {{ conversation.number }}"
    saved_reply = save(owner, text=text)
    with at_hour_utc(2):
        filled = fill_saved_reply(saved_reply, agent, conversation)
    assert filled == f"Good morning, Minh! Ada of Lantern, #{conversation.id}"


@pytest.mark.parametrize(
    ("language", "hour", "greeting"),
    [
        ("ru", 2, "Доброе утро"),
        ("vi", 8, "Chào buổi chiều"),
        ("en", 14, "Good evening"),
        ("en", 20, "Good evening"),
    ],
)
def test_the_greeting_follows_the_customers_clock_and_the_replys_language(
    owner, agent, conversation, language, hour, greeting
):
    saved_reply = save(owner, text="{{ greeting }}", language=language)
    with at_hour_utc(hour):
        assert fill_saved_reply(saved_reply, agent, conversation) == greeting


def test_a_value_is_never_read_as_a_variable(owner, agent, deliver):
    deliver(said(author=Author(id="7", name="Anna {{ agent.name }}")))
    filled = fill_saved_reply(save(owner, text="{{ customer.name }}"), agent, only_conversation())
    assert (agent.name in filled, gaps_in(filled)) == (False, [])


@pytest.mark.parametrize(
    "text", ["Dear {{ custmer.name }}", "{{ customer.name.__class__ }}", "Dear {{ customer.name"]
)
def test_an_unknown_variable_is_refused_when_it_is_saved(owner, text):
    assert save(owner, text="Dear {{ customer.name }}")
    with pytest.raises(UnknownVariable):
        save(owner, text=text)
    assert SavedReply.objects.count() == 1


def test_a_gap_stays_visible_and_is_never_sent(owner, agent, deliver):
    deliver(said(author=Author(id="ann@customers.example", address="ann@customers.example")))
    conversation = only_conversation()
    filled = fill_saved_reply(save(owner, text="Dear {{ customer.first_name }},"), agent, conversation)
    assert (filled, gaps_in(filled)) == ("Dear {{ customer.first_name }},", ["customer.first_name"])
    with pytest.raises(HasGaps, match="first_name"):
        reply(conversation, agent, filled)
    assert reply(conversation, agent, "Dear Ann, {{ what you like }}")


def test_a_saved_reply_is_counted_when_the_answer_that_holds_it_was_sent(owner, agent, conversation, network):
    saved_reply = save(owner)
    dispatch = reply(conversation, agent, saved_replies=[saved_reply.id])
    undo_reply(agent, dispatch)
    assert Draft.objects.get().saved_replies == [saved_reply.id]
    reply(conversation, agent, saved_replies=[saved_reply.id])
    assert SavedReply.objects.get().used_count == 0
    send_everything()
    used = SavedReply.objects.get()
    assert (used.used_count, used.last_used_at is not None) == (1, True)


def test_an_own_one_is_seen_by_its_owner_only(owner, agent, colleague, stranger, observer):
    own = save(agent, "Mine", is_shared=False)
    save(owner, "Ours")
    assert titles(visible_saved_replies(agent)) == ["Mine", "Ours"]
    assert titles(visible_saved_replies(colleague)) == titles(visible_saved_replies(owner)) == ["Ours"]
    assert titles(visible_saved_replies(stranger)) == titles(visible_saved_replies(observer)) == []
    with pytest.raises(NotVisible):
        get_visible_saved_reply(colleague, own.id)


def test_shared_ones_are_looked_after_by_leads(owner, agent, observer):
    ours = save(owner)
    for forbidden in (
        lambda: save(agent, "Also ours"),
        lambda: change_saved_reply(agent, ours, SavedWords(title="x", text="y", is_shared=False)),
        lambda: delete_saved_reply(agent, ours),
        lambda: save(observer, is_shared=False),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    change_saved_reply(owner, ours, SavedWords(title="Money back", text="Done."))
    delete_saved_reply(owner, ours)
    kinds = (
        Event.objects.filter(kind__startswith="saved_reply.").order_by("id").values_list("kind", flat=True)
    )
    assert list(kinds) == ["saved_reply.created", "saved_reply.changed", "saved_reply.deleted"]


def test_a_shortcut_is_one_for_each_language_and_brand(owner, agent):
    save(owner, shortcut="/Refund ")
    assert SavedReply.objects.get().shortcut == "refund"
    with pytest.raises(ShortcutTaken):
        save(owner, "Another", shortcut="refund")
    save(owner, "Возврат", shortcut="refund", language="ru")
    save(agent, "Mine", shortcut="refund", is_shared=False)
    assert SavedReply.objects.count() == 3


def test_empty_ones_are_refused(owner):
    for title, text in (("", "Words"), ("Title", "  ")):
        with pytest.raises(SavedReplyIsEmpty):
            save(owner, title, text)


def test_the_brand_and_language_of_the_conversation_come_first_then_the_most_used(owner, agent, conversation):
    other = Brand.objects.create(workspace=owner.workspace, name="Other", created_at=now())
    save(owner, "Of another brand", brand_id=other.id)
    save(owner, "Rarely used")
    save(owner, "По-русски", language="ru")
    often = save(owner, "Often used")
    SavedReply.objects.filter(id=often.id).update(used_count=9)
    found = saved_replies_for(agent, conversation)
    assert titles(one.saved_reply for one in found) == [
        "Often used",
        "Rarely used",
        "По-русски",
        "Of another brand",
    ]


def test_a_russian_letter_brings_russian_ones_to_the_top(owner, agent, deliver):
    deliver(said(text="Где мой заказ?"))
    save(owner, "In English", language="en")
    save(owner, "По-русски", language="ru")
    found = saved_replies_for(agent, only_conversation())
    assert titles(one.saved_reply for one in found) == ["По-русски", "In English"]


def test_filling_many_costs_as_much_as_filling_one(owner, agent, conversation, django_assert_num_queries):
    def questions() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        fresh = Conversation.objects.select_related("channel").get()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            saved_replies_for(agent, fresh)
        return len(asked)

    save(owner, "One", "{{ customer.name }} {{ brand.name }} {{ greeting }}")
    before = questions()
    for title in ("Two", "Three"):
        save(owner, title, "{{ customer.name }} {{ brand.name }} {{ greeting }}")
    assert questions() == before


def test_they_are_found_as_search_writes_them(owner, agent):
    save(owner, "Đổi trả hàng", "Bạn có 30 ngày.", language="vi")
    save(owner, "Refund", "Money back in 3 days")
    assert titles(find_saved_replies(agent, "doi tra")) == ["Đổi trả hàng"]
    assert titles(find_saved_replies(agent, "mon")) == ["Refund"]
    assert titles(find_saved_replies(agent, language="vi")) == ["Đổi trả hàng"]
    assert titles(find_saved_replies(agent)) == ["Refund", "Đổi trả hàng"]


def test_a_draft_that_is_emptied_is_dropped(agent, conversation):
    save_draft(agent, conversation, "reply", "Dear", [])
    assert save_draft(agent, conversation, "reply", " ") is None
    kinds = Event.objects.filter(kind__startswith="draft.").order_by("id").values_list("kind", flat=True)
    assert (Draft.objects.count(), list(kinds)) == (0, ["draft.begun", "draft.dropped"])
