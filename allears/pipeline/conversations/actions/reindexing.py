"""Index messages that are here already by the rules of today: those in which something is written otherwise.

A change of the rules puts one job, by a migration; each job goes on from where the one before it ended, newest first.
"""

from collections.abc import Sequence
from time import monotonic

from django.db import transaction

from allears.foundation.gate import behind_people
from allears.foundation.spelling import without_invisible
from allears.foundation.text import plainly_meant
from allears.foundation.work.actions import put_job
from allears.pipeline.conversations.models import Attachment, Message, MessageBody
from allears.pipeline.conversations.search_index import index_messages

AT_ONCE = 500
SECONDS_AT_ONCE = 12.0


def index_again(before_id: int = 2**62, seconds: float = SECONDS_AT_ONCE) -> None:
    """Index messages below an id again, newest first, for some seconds; a job of its own does the rest. A task."""
    ends_at = monotonic() + seconds
    while ids := _index_some(before_id):
        before_id = ids[-1]
        if monotonic() >= ends_at:
            put_job("index_again", before_id=before_id)
            return


def _index_some(before_id: int) -> list[int]:
    """Index one piece, and list its ids; what is written plainly stands in the index as it should."""
    older = Message.objects.filter(id__lt=before_id).select_related("identity", "member").order_by("-id")
    messages = list(older[:AT_ONCE])
    rows = [
        row for row in index_rows_of(messages) if plainly_meant(row[3]) or without_invisible(row[3]) != row[3]
    ]
    if rows:
        with behind_people(), transaction.atomic():
            index_messages(rows)
    return [message.id for message in messages]


def index_rows_of(messages: Sequence[Message]) -> list[tuple[int, int, int, str]]:
    """Make the rows of an index of stored messages as filing would have, in two statements."""
    ids = [message.id for message in messages]
    found = MessageBody.objects.filter(message__in=ids).defer("html", "quoted")
    bodies = {body.message_id: body for body in found}
    files: dict[int, list[str]] = {}
    for message_id, name in Attachment.objects.filter(message__in=ids).values_list("message_id", "name"):
        files.setdefault(message_id, []).append(name)
    return [
        (one.id, one.workspace_id, one.channel_id, _found_by(one, bodies.get(one.id), files.get(one.id, [])))
        for one in messages
    ]


def _found_by(message: Message, body: MessageBody | None, files: list[str]) -> str:
    identity, member = message.identity, message.member
    who = f"{identity.name} {identity.handle} {identity.address}" if identity and message.is_inbound else ""
    more = f"{body.subject} {body.signature}" if body else ""
    return f"{more} {message.text} {who} {member.name if member else ''} {' '.join(files)}"
