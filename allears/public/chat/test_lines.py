"""What visitors write is filed once and in order, and they read what is theirs and what was sent."""

from datetime import timedelta

import pytest

from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.replies.models import DispatchState
from allears.public.chat.actions.files import LARGEST_FILE, keep_visitor_file
from allears.public.chat.actions.seeing import keep_visitors_here, note_seen_until
from allears.public.chat.actions.writing import LONGEST_LINE
from allears.public.chat.errors import (
    FileIsTooLarge,
    FileNotTaken,
    LineIsEmpty,
    LineIsTooLong,
    NoSuchFile,
)
from allears.public.chat.queries.desk import visitor_of
from allears.public.chat.queries.lines import count_unread, file_for, lines_for
from allears.public.chat.queries.offers import forget_answer_times, offer_of
from allears.public.chat.queries.streaming import missed_events, news_in
from allears.public.chat.queries.visitors import own_things

pytestmark = pytest.mark.django_db(databases="__all__")


def texts(visitor) -> list[str]:
    return [line.text for line in lines_for(own_things(visitor)).lines]


def test_the_same_id_again_is_the_same_line(site):
    visitor, _ = site.visit()
    for _ in range(5):
        site.write(visitor, "Hello", id_="line-0001")
    site.read()
    site.write(visitor, "Hello", id_="line-0001")
    site.read()

    assert texts(visitor) == ["Hello"]
    assert Message.objects.filter(channel=site.channel).count() == 1


def test_the_same_id_of_another_visitor_is_another_line(site):
    anna, ben = site.visit()[0], site.visit()[0]
    site.write(anna, "I am Anna", id_="line-0001")
    site.write(ben, "I am Ben", id_="line-0001")
    site.read()

    assert (texts(anna), texts(ben)) == (["I am Anna"], ["I am Ben"])


def test_twenty_in_a_burst_are_twenty_in_order_in_one_conversation(site):
    visitor, _ = site.visit()
    wanted = [f"Line {number}" for number in range(20)]

    site.say(visitor, *wanted)

    assert texts(visitor) == wanted
    assert Conversation.objects.filter(channel=site.channel).count() == 1


@pytest.mark.parametrize(
    ("text", "id_", "error"),
    [
        ("  \x00 ", "line-0001", LineIsEmpty),
        ("Hello", "no id at all!", LineIsEmpty),
        ("x" * (LONGEST_LINE + 1), "line-0001", LineIsTooLong),
    ],
)
def test_a_line_that_is_none_is_refused(site, text, id_, error):
    visitor, _ = site.visit()
    with pytest.raises(error):
        site.write(visitor, text, id_=id_)


def test_an_answer_is_read_once_it_is_sent_and_not_while_it_can_be_undone(site):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Is anybody there?")
    held = site.reply(conversation, "Yes")
    assert texts(visitor) == ["Is anybody there?"]
    assert held.due_at - held.queued_at == timedelta(seconds=3)

    sent = site.answer(conversation, "And here is more")

    assert sent.state == DispatchState.SENT
    assert texts(visitor) == ["Is anybody there?", "Yes", "And here is more"]


def test_a_new_visit_days_later_goes_on_in_the_same_conversation_until_it_was_closed(site):
    visitor, token = site.visit()
    first = site.say(visitor, "Hello")
    site.answer(first, "Hello Anna")
    set_status(first.id, "solved", site.agent)
    with shifted_clock(timedelta(days=3)):
        site.visit(token)
        site.say(visitor, "One more thing")
        first.refresh_from_db()
        assert first.status == "open"
        site.answer(first, "Of course")
        set_status(first.id, "closed", site.agent)
    with shifted_clock(timedelta(days=9)):
        second = site.say(visitor, "Something else")

    assert second.id != first.id
    assert texts(visitor) == ["Hello", "Hello Anna", "One more thing", "Of course", "Something else"]


def test_history_comes_in_pages_without_a_gap(site):
    visitor, _ = site.visit()
    wanted = [f"Line {number}" for number in range(70)]
    site.say(visitor, *wanted)

    newest = lines_for(own_things(visitor))
    older = lines_for(own_things(visitor), newest.earlier)
    oldest = lines_for(own_things(visitor), older.earlier)

    assert [line.text for line in oldest.lines + older.lines + newest.lines] == wanted
    assert oldest.earlier == ""


def test_reading_takes_the_same_number_of_statements_for_one_line_and_for_many(
    site, django_assert_num_queries
):
    visitor, _ = site.visit()
    site.say(visitor, "One")
    with django_assert_num_queries(5):
        lines_for(own_things(visitor))
    site.say(visitor, *[f"Line {number}" for number in range(10)])
    with django_assert_num_queries(5):
        lines_for(own_things(visitor))


def test_a_file_reaches_the_desk_and_comes_back_to_its_visitor_only(site):
    visitor, stranger = site.visit()[0], site.visit()[0]
    file = keep_visitor_file(visitor, "../../label.pdf", b"%PDF-1.7 a label")
    site.write(visitor, "", files=[file.public_id])
    site.read()

    (line,) = lines_for(own_things(visitor)).lines
    (shown,) = line.files

    assert (shown.name, shown.content_type, shown.size) == ("label.pdf", "application/pdf", 16)
    assert Message.objects.get(id=line.id).attachments.get().digest == file.digest
    assert file_for(visitor, shown.id).digest == file.digest
    assert file_for(visitor, file.public_id).digest == file.digest
    assert file_for(stranger, shown.id) is None
    assert file_for(stranger, file.public_id) is None
    with pytest.raises(NoSuchFile):
        site.write(stranger, "Mine?", files=[file.public_id])


def test_files_are_what_their_bytes_say_and_programs_are_not_taken(site):
    visitor, _ = site.visit()
    assert keep_visitor_file(visitor, "a.exe", b"\x89PNG\r\n\x1a\n...").content_type == "image/png"
    assert keep_visitor_file(visitor, "a.pdf", b"<script>").content_type == "application/pdf"
    for name in ("a.exe", "a.html", "a.svg", "a.js", "noending"):
        with pytest.raises(FileNotTaken):
            keep_visitor_file(visitor, name, b"MZ")
    with pytest.raises(FileIsTooLarge):
        keep_visitor_file(visitor, "a.txt", b"x" * (LARGEST_FILE + 1))


def test_unread_answers_are_counted_until_they_are_seen_and_members_can_tell(site):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Hello")
    sent = site.answer(conversation, "Hello Anna")
    own = own_things(visitor)
    assert count_unread(own, visitor.seen_message_id) == 1
    conversation.refresh_from_db()
    assert not visitor_of(conversation).has_seen_all

    note_seen_until(visitor, own, sent.message_id)

    visitor.refresh_from_db()
    assert count_unread(own, visitor.seen_message_id) == 0
    assert visitor_of(conversation).has_seen_all


def test_news_of_a_batch_are_for_their_own_threads_in_a_fixed_number_of_statements(
    site, django_assert_max_num_queries
):
    visitors = [site.visit()[0] for _ in range(6)]
    start = Event.objects.order_by("-id").first().id
    for visitor in visitors:
        site.write(visitor, f"I am {visitor.id}")
    site.read()
    events = list(Event.objects.filter(id__gt=start).order_by("id"))

    with django_assert_max_num_queries(5):
        news = news_in(events, {site.channel.id})

    lines = {one.thread: one.line.text for one in news if one.line}
    assert lines == {visitor.thread: f"I am {visitor.id}" for visitor in visitors}
    assert {one.status for one in news if one.status} == {"new"}
    assert news_in(events, {site.world.channel.id}) == []


def test_what_was_missed_is_told_again_and_nothing_of_others(site):
    visitor, other = site.visit()[0], site.visit()[0]
    conversation = site.say(visitor, "Hello")
    last = Event.objects.order_by("-id").first().id
    site.say(other, "Me too")
    dispatch = site.answer(conversation, "Hello Anna")

    with shifted_clock(timedelta(minutes=1)):
        events = missed_events(own_things(visitor), last, 100)
    told = [one.line.text for one in news_in(events, {site.channel.id}) if one.line]

    assert told[-1] == "Hello Anna"
    assert "Me too" not in told
    assert dispatch.state == DispatchState.SENT


def test_the_answer_time_is_a_real_median_or_nothing(site):
    forget_answer_times()
    for number in range(4):
        conversation = site.say(site.visit()[0], f"Question {number}")
        site.answer(conversation, "Answer")
    assert offer_of(site.channel.id).answer_time.median_seconds is None

    forget_answer_times()
    conversation = site.say(site.visit()[0], "Question 5")
    site.answer(conversation, "Answer")
    opened = now() - timedelta(minutes=20)
    Conversation.objects.filter(channel=site.channel).update(
        opened_at=opened, first_answered_at=opened + timedelta(minutes=7)
    )
    found = offer_of(site.channel.id).answer_time
    assert (found.median_seconds, found.sample) == (420, 5)
    forget_answer_times()


def test_a_visitor_is_here_for_a_while_after_their_page_said_so(site):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Hello")
    keep_visitors_here([visitor.id])
    assert visitor_of(conversation).is_here
    with shifted_clock(timedelta(minutes=2)):
        assert not visitor_of(conversation).is_here
    keep_visitors_here([visitor.id], for_=timedelta())
    assert not visitor_of(conversation).is_here
