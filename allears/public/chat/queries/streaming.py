"""What the ledger tells open chats: set-based, so many statements for a batch of events whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.foundation.events.queries import LATE_COMMITS
from allears.pipeline.conversations.actions.presence import FRESH_FOR
from allears.pipeline.conversations.models import Conversation, Leg, Message, Presence
from allears.public.chat.queries.lines import ShownLine, lines_by_id
from allears.public.chat.queries.visitors import Own

RECEIVED, SENT = "message.received", "dispatch.sent"
STATUS = {"conversation.opened", "conversation.reopened", "conversation.status_changed"}
TOLD = {RECEIVED, SENT, *STATUS}


@dataclass(frozen=True, slots=True)
class News:
    """Something that open chats of a thread are told: a line, a status, or up to where an agent has seen."""

    event_id: int
    thread: str
    conversation: int
    line: ShownLine | None = None
    status: str = ""
    seen_until: int = 0


def news_in(events: Sequence[Event], channel_ids: set[int]) -> list[News]:
    """Find what a batch of events has to tell to the chats of some channels, in the events' order."""
    told = [event for event in events if event.kind in TOLD and event.channel in {None, *channel_ids}]
    found = _lines_in(told)
    threads = _threads_of({e.conversation for e in told if e.kind in STATUS and e.conversation}, channel_ids)
    watched = _watched({e.conversation for e in told if e.kind == RECEIVED and e.conversation}, found)
    news: list[News] = []
    for event in told:
        line = found.get((event.kind, _number_in(event)))
        conversation = event.conversation or 0
        if line:
            news.append(News(event.id, line.thread, conversation, line=line))
        if line and event.kind == RECEIVED and conversation in watched:
            news.append(News(event.id, line.thread, conversation, seen_until=line.id))
        if event.kind in STATUS:
            for thread, status in threads.get(conversation, []):
                news.append(News(event.id, thread, conversation, status=status))
    return news


def missed_events(own: Own, event_id: int, most: int) -> list[Event]:
    """List what happened in a visitor's conversations since an event, oldest first.

    On PostgreSQL a smaller id may be committed after a larger one, so the last seconds are told again.
    """
    mine = Event.objects.filter(conversation__in=own.conversations, kind__in=TOLD)
    seen = Event.objects.filter(id=event_id).values_list("at", flat=True).first()
    if seen is None:
        return list(mine.filter(id__gt=event_id).order_by("id")[:most])
    recent = mine.filter(id__gt=event_id - 10_000, at__gte=seen - LATE_COMMITS)
    return list(recent.exclude(id=event_id).order_by("id")[:most])


def seen_until(conversation: Conversation | None) -> int:
    """Say up to which message somebody of us has seen a conversation: all while they look, else our last answer."""
    if conversation is None:
        return 0
    fresh = Presence.objects.filter(conversation=conversation, seen_at__gte=now() - FRESH_FOR)
    return conversation.last_message_id if fresh.exists() else conversation.last_outbound_id


def newest_inbound(conversation_id: int) -> int:
    """Return the newest message of a customer in a conversation; 0 if there is none."""
    found = Message.objects.filter(conversation=conversation_id, direction="in")
    return found.order_by("-sent_at", "-id").values_list("id", flat=True).first() or 0


def _lines_in(events: Sequence[Event]) -> dict[tuple[str, int], ShownLine]:
    """Fetch the lines that events speak of, by the kind of the event and the number it names."""
    received = {_number_in(event) for event in events if event.kind == RECEIVED}
    sent = {_number_in(event) for event in events if event.kind == SENT}
    if not received and not sent:
        return {}
    lines = {line.id: line for line in lines_by_id(received, sent)}
    found = {(RECEIVED, id_): line for id_, line in lines.items()}
    pairs = Message.objects.filter(dispatch__id__in=sent).values_list("dispatch__id", "id") if sent else ()
    for dispatch_id, message_id in pairs:
        if message_id in lines:
            found[SENT, dispatch_id] = lines[message_id]
    return found


def _number_in(event: Event) -> int:
    return int(event.facts.get("message" if event.kind == RECEIVED else "dispatch") or 0)


def _threads_of(conversations: set[int], channel_ids: set[int]) -> dict[int, list[tuple[str, str]]]:
    """Return the names of chat threads and the status of some conversations."""
    if not conversations:
        return {}
    legs = Leg.objects.filter(conversation__in=conversations, thread__channel__in=channel_ids)
    found: dict[int, list[tuple[str, str]]] = {}
    for id_, name, status in legs.values_list(
        "conversation_id", "thread__external_id", "conversation__status"
    ):
        found.setdefault(id_, []).append((name, status))
    return found


def _watched(conversations: set[int], found: dict[tuple[str, int], ShownLine]) -> set[int]:
    """Say in which of some conversations somebody of us looks just now."""
    if not conversations or not found:
        return set()
    fresh = Presence.objects.filter(conversation__in=conversations, seen_at__gte=now() - FRESH_FOR)
    return set(fresh.values_list("conversation_id", flat=True))
