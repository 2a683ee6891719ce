"""Write notes, which only members read. Nothing here, and nothing that reads notes, knows the outbox."""

import re

from django.db import transaction

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.errors import NoteIsEmpty
from allears.pipeline.conversations.models import CallIn, Conversation, Note
from allears.pipeline.conversations.search_index import index_note


def write_note(conversation: Conversation, text: str, by: Member) -> Note:
    """Write a note and call in the members it names with @."""
    require_answering(by)
    text = text.replace("\x00", "").strip()
    if not text:
        raise NoteIsEmpty
    with transaction.atomic():
        note = Note.objects.create(conversation=conversation, member=by, text=text, written_at=now())
        called = _members_called(note.text, by)
        CallIn.objects.bulk_create([CallIn(note=note, member=member) for member in called])
        index_note(note.id, conversation.workspace_id, note.text)
        record_event(
            "note.written",
            conversation.workspace_id,
            by,
            conversation=conversation.id,
            note=note.id,
            called=[member.id for member in called],
        )
    return note


def note_call_ins_seen(member: Member, conversation: Conversation) -> None:
    """Note that a member has looked at what they were called into."""
    unseen = CallIn.objects.filter(member=member, note__conversation=conversation, seen_at__isnull=True)
    unseen.update(seen_at=now())


def _members_called(text: str, by: Member) -> list[Member]:
    """Find the members whose whole name stands behind an @, the longer name first."""
    if "@" not in text:
        return []
    members = Member.objects.filter(workspace=by.workspace_id, is_active=True)
    return [member for member in members if _is_called(member.name, text)]


def _is_called(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
