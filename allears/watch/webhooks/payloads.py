"""Put events into words for programs: thin, but enough to act on. A fixed number of queries for a batch."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from allears.foundation.events.models import Event
from allears.foundation.workspaces.models import Member, Team
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation, Message, Note, Priority

LONGEST_TEXT = 4000
# Facts that are told in a place of their own, or mean nothing outside.
_TOLD_APART = {"message", "note", "before", "after", "old", "new", "reason_facts", "technical"}


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: the bytes of its payload, and whether a private team handles it."""

    event_id: int
    kind: str
    payload: str
    is_private: bool


@dataclass(frozen=True, slots=True)
class _Rows:
    """Everything that a batch of events speaks of, by id."""

    conversations: Mapping[int, Conversation]
    messages: Mapping[int, Message]
    notes: Mapping[int, Note]
    channels: Mapping[int, Channel]
    members: Mapping[int, str]
    teams: Mapping[int, str]


def describe_events(workspace_id: int, events: Sequence[Event]) -> list[Told]:
    """Describe a workspace's events as they are to be told, in order."""
    rows = _rows(workspace_id, events)
    return [_describe(event, rows) for event in events]


def _rows(workspace_id: int, events: Sequence[Event]) -> _Rows:
    conversations = Conversation.objects.filter(
        workspace=workspace_id, id__in=_ids(event.conversation for event in events)
    )
    messages = Message.objects.filter(
        workspace=workspace_id, id__in=_ids(event.facts.get("message") for event in events)
    )
    notes = Note.objects.filter(
        conversation__workspace=workspace_id, id__in=_ids(event.facts.get("note") for event in events)
    )
    return _Rows(
        conversations=conversations.select_related("customer", "assignee", "team", "channel").in_bulk(),
        messages=messages.select_related("identity", "member").in_bulk(),
        notes=notes.select_related("member").in_bulk(),
        channels=Channel.objects.filter(workspace=workspace_id).select_related("team").in_bulk(),
        members=dict(Member.objects.filter(workspace=workspace_id).values_list("id", "name")),
        teams=dict(Team.objects.filter(workspace=workspace_id).values_list("id", "name")),
    )


def _ids(found: Iterable[object]) -> set[int]:
    return {id_ for id_ in found if isinstance(id_, int)}


def _describe(event: Event, rows: _Rows) -> Told:
    conversation = rows.conversations.get(event.conversation or 0)
    channel = rows.channels.get(event.channel or 0)
    data: dict[str, Any] = {
        "event": {"id": event.id, "kind": event.kind, "at": _moment(event.at), "by": _by(event, rows)}
    }
    if event.conversation:
        data["conversation"] = (
            _conversation(conversation) if conversation else {"id": event.conversation, "gone": True}
        )
    if channel:
        data["channel"] = _channel(channel)
    if message := rows.messages.get(event.facts.get("message", 0)):
        data["message"] = _message(message)
    if note := rows.notes.get(event.facts.get("note", 0)):
        data["note"] = _note(note)
    if change := _change(event, rows):
        data["change"] = change
    data |= _rest(event)
    team = conversation.team if conversation else channel.team if channel else None
    return Told(event.id, event.kind, as_payload(event.kind, event.at, data), bool(team and team.is_private))


def as_payload(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Write a payload in the form that Standard Webhooks recommends."""
    payload = {"type": kind, "timestamp": _moment(at), "data": data}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _moment(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def _by(event: Event, rows: _Rows) -> dict[str, Any] | None:
    return _named(event.by, rows.members)


def _named(id_: int | None, names: Mapping[int, str]) -> dict[str, Any] | None:
    return {"id": id_, "name": names.get(id_, "")} if id_ else None


def _channel(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": channel.name, "kind": channel.kind}


def _conversation(conversation: Conversation) -> dict[str, Any]:
    customer = conversation.customer
    assignee, team = conversation.assignee, conversation.team
    return {
        "id": conversation.id,
        "url": f"{settings.BASE_URL}/desk/all/{conversation.id}/",
        "status": conversation.status,
        "priority": Priority(conversation.priority).name.lower(),
        "visibility": conversation.visibility,
        "is_spam": conversation.is_spam,
        "subject": conversation.subject,
        "channel": _channel(conversation.channel),
        "customer": {"id": customer.id, "name": customer.name},
        "assignee": {"id": assignee.id, "name": assignee.name} if assignee else None,
        "team": {"id": team.id, "name": team.name} if team else None,
        "opened_at": _moment(conversation.opened_at),
        "waiting_since": _moment(conversation.waiting_since),
    }


def _message(message: Message) -> dict[str, Any]:
    identity, member = message.identity, message.member
    author = member.name if member else str(identity) if identity and message.is_inbound else ""
    return {
        "id": message.id,
        "direction": message.direction,
        "kind": message.kind,
        "visibility": message.visibility,
        "external_id": message.external_id,
        "from": {"name": author},
        "sent_at": _moment(message.sent_at),
        **_cut(message.text),
    }


def _note(note: Note) -> dict[str, Any]:
    by = {"id": note.member.id, "name": note.member.name} if note.member else None
    return {"id": note.id, "by": by, "written_at": _moment(note.written_at), **_cut(note.text)}


def _cut(text: str) -> dict[str, Any]:
    return {"text": text[:LONGEST_TEXT], "is_cut": len(text) > LONGEST_TEXT}


def _change(event: Event, rows: _Rows) -> dict[str, Any] | None:
    facts = event.facts
    if not {"before", "old"} & facts.keys():
        return None
    before, after = facts.get("before", facts.get("old")), facts.get("after", facts.get("new"))
    match event.kind:
        case "conversation.assigned":
            return {"before": _named(before, rows.members), "after": _named(after, rows.members)}
        case "conversation.given_to_team":
            return {"before": _named(before, rows.teams), "after": _named(after, rows.teams)}
        case "conversation.priority_changed":
            return {"before": Priority(before).name.lower(), "after": Priority(after).name.lower()}
    return {"before": before, "after": after}


def _rest(event: Event) -> dict[str, Any]:
    """Tell the other facts as they are in the ledger, and what the event is about, where it has no place above."""
    rest = {name: fact for name, fact in event.facts.items() if name not in _TOLD_APART}
    if isinstance(rest.get("reason"), str) and event.facts.get("reason_facts"):
        rest["reason"] = _filled(rest["reason"], event.facts["reason_facts"])
    return {"subject": event.subject, "facts": rest} if event.subject else {"facts": rest} if rest else {}


def _filled(sentence: str, facts: Mapping[str, str]) -> str:
    try:
        return sentence % facts
    except (KeyError, TypeError, ValueError):
        return sentence
