"""File what arrived: threads, conversations, messages, index and events, set-based.

A batch costs a fixed number of statements. Everything here may be done again: what is already filed
is found by the network's own id and left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allears.connectors.interface import Incoming
from allears.foundation.events.actions import Happening, record_events
from allears.foundation.rows import select_rows
from allears.pipeline.conversations.actions.clocks import count_in, save_conversations
from allears.pipeline.conversations.actions.copying import group_copies, name_first_copies
from allears.pipeline.conversations.actions.legs import find_conversations, join_threads
from allears.pipeline.conversations.actions.posts import keep_posts
from allears.pipeline.conversations.actions.reading import bring_readings, write_readings
from allears.pipeline.conversations.actions.threading import find_threads
from allears.pipeline.conversations.actions.writing import number_messages, write_messages
from allears.pipeline.conversations.models import Conversation, Message, MessageReading, Thread
from allears.pipeline.people.actions import Known
from allears.pipeline.understanding.reading import Reading

_FILED = "SELECT external_id FROM conversations_message WHERE channel_id = %s AND external_id {among}"
_NAMED = "SELECT external_id FROM conversations_messagename WHERE channel_id = %s AND external_id {among}"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An attachment whose bytes are stored already, under their digest."""

    name: str
    content_type: str
    size: int
    digest: str
    content_id: str
    is_inline: bool
    remote: str = ""


@dataclass(slots=True, kw_only=True)
class Arrival:
    """One incoming message on its way into a conversation. What filing finds out is added to it.

    `names` are other ids that the network has, or had, for it. One that is `is_past` was written long before
    its channel was connected, so it waits for nobody. A `remote` file is sealed.
    """

    envelope_id: int
    workspace_id: int
    channel_id: int
    team_id: int | None
    incoming: Incoming
    known: Known
    received_at: datetime
    is_silent: bool = False
    is_past: bool = False
    names: tuple[str, ...] = ()
    files: Sequence[KeptFile] = ()
    reading: Reading | None = None
    reading_row: MessageReading | None = None
    post_id: int | None = None
    thread: Thread | None = None
    conversation: Conversation | None = None
    message: Message | None = None
    message_id: int = 0
    is_new_conversation: bool = False
    was_finished: bool = False
    party: int = 0

    @property
    def sent_at(self) -> datetime:
        """When it was written; never after we heard it."""
        return min(self.incoming.sent_at, self.received_at)


@dataclass(frozen=True, slots=True)
class Filed:
    """What a batch came to: the new arrivals in order, conversations (gone, kept) that became one, and the
    arrivals that were here already."""

    fresh: list[Arrival]
    joined: list[tuple[int, int]]
    known: list[Arrival]


def file_messages(arrivals: Sequence[Arrival]) -> Filed:
    """File a batch in the present transaction."""
    fresh, known = _part_from_known(arrivals)
    if not fresh:
        return Filed([], [], known)
    keep_posts(fresh)
    joins = find_threads(fresh)
    find_conversations(fresh)
    number_messages(fresh)
    bring_readings(fresh)
    group_copies(fresh)
    for arrival in fresh:
        count_in(arrival)
    save_conversations(fresh)
    write_messages(fresh)
    write_readings(fresh)
    name_first_copies(fresh)
    joined = [pair for winner, loser in joins for pair in join_threads(winner, loser)]
    for gone, kept in joined:
        for arrival in fresh:
            if arrival.message and arrival.message.conversation_id == gone:
                arrival.message.conversation_id = kept
    record_events(_events(fresh))
    return Filed(fresh, joined, known)


def _part_from_known(arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[Arrival]]:
    """Part what is new from what is filed already, by any of its names, or came before in this batch."""
    ids_by_channel: dict[int, list[str]] = {}
    for arrival in arrivals:
        ids_by_channel.setdefault(arrival.channel_id, []).extend(all_names(arrival))
    seen: set[tuple[int, str]] = set()
    for channel_id, ids in ids_by_channel.items():
        for statement in (_FILED, _NAMED):
            seen.update((channel_id, id_) for (id_,) in select_rows(statement, channel_id, among=ids))
    fresh: list[Arrival] = []
    known: list[Arrival] = []
    for arrival in arrivals:
        places = {(arrival.channel_id, name) for name in all_names(arrival)}
        (fresh if seen.isdisjoint(places) else known).append(arrival)
        seen |= places
    return fresh, known


def all_names(arrival: Arrival) -> tuple[str, ...]:
    """List every id that the network has for an arrival."""
    return (arrival.incoming.external_id, *arrival.names)


def _events(arrivals: Sequence[Arrival]) -> list[Happening]:
    happenings = []
    for arrival in arrivals:
        if arrival.is_silent:
            continue
        kinds = ["message.received"]
        if arrival.is_new_conversation:
            kinds.insert(0, "conversation.opened")
        elif arrival.was_finished:
            kinds.append("conversation.reopened")
        happenings += [_happening(kind, arrival) for kind in kinds]
    return happenings


def _happening(kind: str, arrival: Arrival) -> Happening:
    assert arrival.message
    return Happening(
        kind=kind,
        workspace_id=arrival.workspace_id,
        conversation=arrival.message.conversation_id,
        channel=arrival.channel_id,
        facts={"message": arrival.message.id} if kind == "message.received" else {},
    )
