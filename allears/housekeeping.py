"""What is done by itself, by the clock: the schedule, and the table of tasks that jobs name."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from allears.connectors.errors import ConnectorError
from allears.demo.actions import fill_with_samples
from allears.demo.living import answer_as_customer, bring_sample_line
from allears.foundation.clock import now
from allears.foundation.files import let_go_of_unused_files
from allears.foundation.letters import send_letter
from allears.foundation.tokens.actions import forget_kept_answers
from allears.foundation.work.actions import forget_times
from allears.foundation.workspaces.models import Member
from allears.pipeline.audit.actions import can_reconcile, reconcile_channel
from allears.pipeline.channels.actions.keeping import keep_connected, put_watching
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.conversations.actions.assigning import (
    release_conversations_of,
    release_hidden_conversations_of,
)
from allears.pipeline.conversations.actions.bulk import carry_on_bulk, forget_old_bulk_items
from allears.pipeline.conversations.actions.copying import join_copies
from allears.pipeline.conversations.actions.fetching import (
    fetch_file,
    fetch_forgotten_files,
    see_post,
)
from allears.pipeline.conversations.actions.presence import forget_stale_presence
from allears.pipeline.conversations.actions.reindexing import index_again
from allears.pipeline.conversations.actions.rereading import (
    look_for_unread,
    read_by_new_models,
    read_messages,
)
from allears.pipeline.conversations.actions.topics import learn_topics_anew
from allears.pipeline.intake.actions import purge_envelopes
from allears.pipeline.people.actions.likeness import find_same_people
from allears.pipeline.replies.actions.receipts import forget_early_receipts
from allears.public.chat.actions.mailing import mail_unseen
from allears.public.chat.actions.tidying import forget_silent_visitors
from allears.watch.health.actions import note_sizes
from allears.watch.health.running import WORKER
from allears.watch.webhooks.actions.calling import forget_old_calls

log = structlog.get_logger("allears.housekeeping")
WEBHOOK_CALLS_KEPT_FOR = timedelta(days=30)

SCHEDULE = {
    "watch_channels": "*/5 * * * *",
    "find_same_people": "* * * * *",
    "read_by_new_models": "* * * * *",
    "learn_topics": "*/10 * * * *",
    "look_for_unread": "37 3 * * *",
    "compare_with_sources": "17 2 * * *",
    "let_go_of_old_bytes": "41 * * * *",
    "tidy_up": "*/30 * * * *",
    "forget_webhook_calls": "52 3 * * *",
    "note_sizes": "7 4 * * *",
    "let_go_of_files": "23 4 * * *",
}
WORKERS_KNOWN_FOR = timedelta(days=1)


def compare_with_sources() -> None:
    """Compare every channel with its source; one that can't be reached keeps no other from it."""
    for channel in Channel.objects.filter(state=ChannelState.ON).order_by("id"):
        if can_reconcile(channel):
            compare_with_source(channel.id)


def compare_with_source(channel_id: int) -> None:
    """Compare one channel with its source."""
    channel = Channel.objects.get(id=channel_id)
    try:
        reconcile_channel(channel)
    except ConnectorError as error:
        log.warning("not_compared", channel=channel_id, error=type(error).__name__)


def let_go_of_old_bytes() -> None:
    """Let go of envelopes that are older than their channel keeps them."""
    for channel in Channel.objects.order_by("id"):
        while purge_envelopes(channel.id, timedelta(days=channel.keep_raw_days)):
            pass


def tidy_up() -> None:
    """Forget what was kept only for a while, fetch what was put off, and let the database look at its statistics."""
    forget_stale_presence()
    forget_old_bulk_items()
    forget_silent_visitors()
    SessionStore.clear_expired()
    forget_kept_answers()
    forget_early_receipts()
    fetch_forgotten_files()
    forget_times(WORKER, now() - WORKERS_KNOWN_FOR)
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA optimize")


def forget_webhook_calls() -> None:
    """Forget calls to webhooks that are older than anyone looks back."""
    while forget_old_calls(WEBHOOK_CALLS_KEPT_FOR):
        pass


def release_conversations(member_id: int) -> None:
    """Put back into the queue what a member had in hand who left, or answers no longer."""
    member = Member.objects.get(id=member_id)
    if not (member.is_active and member.may_answer):
        release_conversations_of(member)


def let_go_of_files() -> None:
    """Let go of files that no row refers to any more."""
    count = let_go_of_unused_files()
    if count:
        log.info("files_let_go", count=count)


def release_hidden_conversations(member_id: int) -> None:
    """Put back into the queue what a member had in hand who left a private team."""
    release_hidden_conversations_of(Member.objects.get(id=member_id))


TASKS: dict[str, Callable[..., None]] = {
    "watch_channels": put_watching,
    "find_same_people": find_same_people,
    "read_by_new_models": read_by_new_models,
    "look_for_unread": look_for_unread,
    "index_again": index_again,
    "read_messages": read_messages,
    "join_copies": join_copies,
    "learn_topics": learn_topics_anew,
    "keep_connected": keep_connected,
    "send_letter": send_letter,
    "fetch_file": fetch_file,
    "see_post": see_post,
    "compare_with_sources": compare_with_sources,
    "compare_with_source": compare_with_source,
    "let_go_of_old_bytes": let_go_of_old_bytes,
    "tidy_up": tidy_up,
    "note_sizes": note_sizes,
    "let_go_of_files": let_go_of_files,
    "forget_webhook_calls": forget_webhook_calls,
    "release_conversations": release_conversations,
    "carry_on_bulk": carry_on_bulk,
    "release_hidden_conversations": release_hidden_conversations,
    "mail_unseen_answer": mail_unseen,
    "fill_with_samples": fill_with_samples,
    "bring_sample_line": bring_sample_line,
    "answer_as_customer": answer_as_customer,
}
