"""The cast: what tests, pictures and the demo share is a world in which everything adds up."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from allears.cast import BRAND, STORIES, make_cast
from allears.cast.acting import _DEEDS
from allears.cast.arriving import language_of, read_picture
from allears.cast.people import LINH
from allears.cast.scripts import read_stories
from allears.cast.steps import Step, Story, moments_of
from allears.foundation.clock import stopped_clock
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conversations.models import Conversation, Kind, Message, Status
from allears.pipeline.conversations.queries.queue import queue_page
from allears.pipeline.replies.models import Dispatch, DispatchState

AT = datetime(2026, 10, 7, 9, 30, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
TODAY = read_stories("today")


@pytest.fixture
def cast(transactional_db):
    return make_cast(AT, TODAY)


in_databases = pytest.mark.django_db(databases="__all__", transaction=True)


@in_databases
def test_every_story_is_one_conversation_and_everything_adds_up(cast):
    assert (cast.workspace.name, Conversation.objects.count()) == (BRAND, len(TODAY))
    audit = audit_workspace(cast.workspace.id)
    assert (audit.problems, audit.dead, audit.waiting) == ([], 1, 0)


@in_databases
def test_answers_were_sent_and_what_was_not_answered_waits(cast):
    assert set(Dispatch.objects.values_list("state", flat=True)) == {DispatchState.SENT}
    assert cast.conversation("oat-milk").status == Status.PENDING
    assert cast.conversation("season-pass").status == Status.ON_HOLD
    assert cast.conversation("bicycle").status == Status.SOLVED
    assert cast.conversation("scarf").waiting_since is not None


@in_databases
def test_the_most_urgent_stands_first(cast):
    with stopped_clock(AT):
        rows = queue_page(cast.member(LINH), "open").rows
    assert [row.customer_name for row in rows][:2] == ["Tom Whitlock", "Ruben Aas"]


@in_databases
def test_a_reply_in_public_has_a_conversation_of_its_own(cast):
    one, other = cast.conversation("cancelled-again"), cast.conversation("same-here")
    threads = {m.thread_id for m in Message.objects.filter(conversation__in=[one, other])}
    assert (one.id != other.id, len(threads)) == (True, 1)


@in_databases
def test_whatever_can_become_of_a_message_is_told_once(transactional_db):
    wanted = {"bounce", "invoice", "refused-app", "unknown-app", "groups-wait", "crypto"}
    make_cast(AT, [story for story in STORIES if story.key in wanted])

    states = sorted(Dispatch.objects.values_list("state", flat=True))
    assert states == ["refused", "refused", "sent", "unknown", "waiting"]
    assert set(Message.objects.values_list("kind", flat=True)) == set(Kind) - {Kind.INVITE}
    assert Conversation.objects.filter(is_spam=True).count() == 1
    assert Message.objects.get(kind=Kind.BOUNCE).conversation.subject == "Where is my ticket"


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("hour", [0, 8, 23])
def test_every_story_is_over_before_now_and_goes_forward(day, hour):
    at = datetime(2026, 10, 5, hour, 3, tzinfo=OSLO) + timedelta(days=day)
    for story in STORIES:
        moments = moments_of(story, at, OSLO)
        assert moments == sorted(moments), story.key
        assert at - timedelta(days=50) < moments[0] <= moments[-1] < at, story.key


def test_a_weekday_stays_a_weekday_when_its_story_has_to_move():
    late = Story("k", TODAY[0].by, "mail", (Step("1w tue 23:50", None, "says"), Step("+1d", None, "says")))
    moments = moments_of(late, datetime(2026, 10, 7, 9, 30, tzinfo=OSLO), OSLO)
    assert [moment.strftime("%d %a %H:%M") for moment in moments] == ["29 Tue 23:50", "30 Wed 23:50"]


def test_every_story_can_be_played():
    assert len({story.key for story in STORIES}) == len(STORIES)
    for story in STORIES:
        assert story.steps[0].by is None, story.key
        for step in story.steps:
            assert step.by is None or step.does in _DEEDS, (story.key, step)
            assert step.file == "" or read_picture(step.file)[0]
            assert bool(step.text) == (
                step.does in {"says", "answers", "notes", "drafts", "describes"} and step.how != "bounce"
            )


def test_the_stories_are_in_three_languages():
    languages = [language_of(story.steps[0].text) for story in STORIES]
    assert {language: languages.count(language) >= 20 for language in languages} == {
        "en": True,
        "ru": True,
        "vi": True,
    }
