"""The cast: what tests, pictures and the demo share is a world in which everything adds up."""

from datetime import UTC, datetime

import pytest

from allears.cast import BRAND, STORIES, make_cast
from allears.cast.people import LINH
from allears.foundation.clock import stopped_clock
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conversations.models import Conversation, Message, Status
from allears.pipeline.conversations.queries.queue import queue_page
from allears.pipeline.replies.models import Dispatch, DispatchState

AT = datetime(2026, 10, 7, 9, 30, tzinfo=UTC)


@pytest.fixture
def cast(db_of_all, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_cast(AT)


@pytest.fixture
def db_of_all(transactional_db):
    pass


pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_every_story_is_one_conversation_and_everything_adds_up(cast):
    assert (cast.workspace.name, Conversation.objects.count()) == (BRAND, len(STORIES))
    audit = audit_workspace(cast.workspace.id)
    assert (audit.problems, audit.dead, audit.waiting) == ([], 0, 0)


def test_answers_were_sent_and_what_was_not_answered_waits(cast):
    assert set(Dispatch.objects.values_list("state", flat=True)) == {DispatchState.SENT}
    assert cast.conversation("oat-milk").status == Status.PENDING
    assert cast.conversation("season-pass").status == Status.ON_HOLD
    assert cast.conversation("bicycle").status == Status.SOLVED
    assert cast.conversation("scarf").waiting_since is not None


def test_the_most_urgent_stands_first(cast):
    with stopped_clock(AT):
        rows = queue_page(cast.member(LINH), "open").rows
    assert [row.customer_name for row in rows][:2] == ["Tom Whitlock", "Юлия Морозова"]


def test_a_reply_in_public_has_a_conversation_of_its_own(cast):
    one, other = cast.conversation("cancelled-again"), cast.conversation("same-here")
    threads = {m.thread_id for m in Message.objects.filter(conversation__in=[one, other])}
    assert (one.id != other.id, len(threads)) == (True, 1)
