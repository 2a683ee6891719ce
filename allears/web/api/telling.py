"""Tell rows as plain data, in the shapes that shapes/ describes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.masking import name_for, shown_to, text_for
from allears.pipeline.conversations.queries.listing import ListedConversation, ListedMessage
from allears.pipeline.conversations.queries.names import Attachment, Note
from allears.pipeline.conversations.queries.tags import ShownTag, UsedTag
from allears.pipeline.replies.names import Dispatch
from allears.pipeline.understanding.reading import Urgency
from allears.web.api.door import ApiRequest
from allears.web.api.readings import tell_reading
from allears.web.api.shapes.basics import PRIORITIES

Tags = Mapping[int, Sequence[ShownTag]]


def tell_conversation(member: Member, row: ListedConversation, tags: Tags) -> dict[str, Any]:
    """Tell a conversation."""
    row = shown_to(member, row)
    return {
        "id": row.id,
        "url": f"{settings.BASE_URL}/desk/all/{row.id}/",
        "subject": row.subject,
        "preview": row.preview,
        "status": row.status,
        "priority": PRIORITIES[row.priority],
        "visibility": row.visibility,
        "is_spam": row.is_spam,
        "customer": {"id": row.customer_id, "name": row.customer_name},
        "channel": {"id": row.channel_id, "name": row.channel_name, "kind": row.channel_kind},
        "team": _named(row.team_id, row.team_name),
        "assignee": _named(row.assignee_id, row.assignee_name),
        "tags": [tell_tag(tag) for tag in tags.get(row.id, ())],
        "opened_at": row.opened_at,
        "waiting_since": row.waiting_since,
        "first_answered_at": row.first_answered_at,
        "solved_at": row.solved_at,
        "last_message_at": row.last_message_at,
        "last_message_id": row.last_message_id,
        "message_count": row.message_count,
        "reading": _read_as(row),
    }


def _read_as(row: ListedConversation) -> dict[str, Any]:
    """Tell what a conversation's words were read as."""
    return {
        "language": row.language,
        "sentiment": row.sentiment,
        "intent": row.intent,
        "urgency": Urgency(row.urgency).name.lower(),
        "asks_for_an_answer": row.asks,
        "is_praise": row.is_praise,
        "advice": row.advice,
        "has_personal_data": row.has_personal,
        "near_copies": row.copies or None,
    }


def tell_tag(tag: ShownTag | UsedTag) -> dict[str, Any]:
    """Tell a tag."""
    return {"id": tag.id, "name": tag.name, "tone": tag.tone}


def _named(id_: int | None, name: str | None) -> dict[str, Any] | None:
    return None if id_ is None else {"id": id_, "name": name}


def tell_message(request: ApiRequest, listed: ListedMessage) -> dict[str, Any]:
    """Tell a message with its files."""
    row, body, member = listed.values, listed.body, request.member
    return {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "direction": row["direction"],
        "kind": row["kind"],
        "visibility": row["visibility"],
        "channel_id": row["channel_id"],
        "external_id": row["external_id"],
        "from": _writer_of(member, row),
        "subject": text_for(member, body.subject) if body else "",
        "text": text_for(member, row["text"]),
        "quoted": text_for(member, body.quoted) if body else "",
        "signature": text_for(member, body.signature) if body else "",
        "sent_at": row["sent_at"],
        "received_at": row["received_at"],
        "outcome": row["outcome"],
        "outcome_reason": text_for(member, row["outcome_reason"]),
        "outcome_at": row["outcome_at"],
        "attachments": [tell_file(request, file) for file in listed.files],
        "reply": _reply_of(row),
        "reading": tell_reading(member, row["text"], listed.reading, listed.corrections),
    }


def _reply_of(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"id": row["dispatch__id"], "state": row["dispatch__state"]} if row["dispatch__id"] else None


def _writer_of(member: Member, row: Mapping[str, Any]) -> dict[str, Any]:
    if row["direction"] == "out":
        return {"name": row["member__name"] or "", "identity_id": None, "member_id": row["member_id"]}
    name = row["identity__name"] or row["identity__handle"] or row["identity__address"] or ""
    return {"name": name_for(member, name), "identity_id": row["identity_id"], "member_id": None}


def tell_file(request: ApiRequest, file: Attachment) -> dict[str, Any]:
    """Tell an attachment and where to get it."""
    return {
        "id": file.id,
        "name": text_for(request.member, file.name),
        "content_type": file.content_type,
        "size": file.size,
        "is_inline": file.is_inline,
        "url": request.build_absolute_uri(f"/api/v1/attachments/{file.id}"),
    }


def tell_reply(member: Member, dispatch: Dispatch) -> dict[str, Any]:
    """Tell what becomes of a reply."""
    trouble = _(dispatch.trouble) % (dispatch.trouble_facts or {}) if dispatch.trouble else ""
    return {
        "id": dispatch.id,
        "conversation_id": dispatch.conversation_id,
        "message_id": dispatch.message_id,
        "state": dispatch.state,
        "text": text_for(member, dispatch.message.text) if dispatch.message else "",
        "queued_at": dispatch.queued_at,
        "due_at": dispatch.due_at,
        "ended_at": dispatch.ended_at,
        "attempts": dispatch.attempts,
        "trouble": text_for(member, trouble),
    }


def tell_note(member: Member, note: Note) -> dict[str, Any]:
    """Tell a note."""
    return {
        "id": note.id,
        "conversation_id": note.conversation_id,
        "member_id": note.member_id,
        "member_name": note.member.name if note.member else "",
        "text": text_for(member, note.text),
        "written_at": note.written_at,
    }
