"""Read and write the rows that changes of networks are about, each table once for a whole batch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Min

from allears.foundation.clock import now
from allears.foundation.events.actions import Happening, record_events
from allears.foundation.rows import find_rows, hang_on, insert_rows, new_row, select_rows
from allears.pipeline.conversations.actions.clocks import WAITS_FROM, preview_of, set_waiting
from allears.pipeline.conversations.actions.legs import hold_conversations
from allears.pipeline.conversations.actions.reading import read_later
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Message,
    MessageBody,
    MessageName,
    MessageVersion,
    Outcome,
    Reaction,
    Status,
)
from allears.pipeline.conversations.search_index import index_messages

_Name = tuple[int, str]
_ReactionKey = tuple[int, str, str]
_MESSAGES = "channel_id = %s AND external_id {among}"
_NAMES = "SELECT external_id, message_id FROM conversations_messagename WHERE channel_id = %s AND external_id {among}"
_FILES = "SELECT DISTINCT message_id FROM conversations_attachment WHERE message_id {among}"
_OF_MESSAGE = [
    "text",
    "has_more",
    "facts",
    "edited_at",
    "deleted_at",
    "deleted_by",
    "hidden_at",
    "waits_from",
    "outcome",
    "outcome_reason",
    "outcome_at",
    "outcome_by",
]


@dataclass(slots=True)
class Hand:
    """What changes have in hand: the rows as they become, and what is to be written of them."""

    messages: dict[_Name, Message]
    bodies: dict[int, MessageBody]
    with_files: set[int]
    reactions: dict[_ReactionKey, Reaction]
    conversations: dict[int, Conversation]
    changed: dict[int, Message] = field(default_factory=dict)
    changed_bodies: dict[int, MessageBody] = field(default_factory=dict)
    reworded: list[tuple[Message, str]] = field(default_factory=list)
    versions: list[MessageVersion] = field(default_factory=list)
    names: list[MessageName] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    waiting_again: set[int] = field(default_factory=set)
    happenings: list[Happening] = field(default_factory=list)

    def tell(self, kind: str, message: Message, *, is_silent: bool, **facts: Any) -> None:
        """Note what is to be written in the ledger, unless it is of the past."""
        if not is_silent:
            self.happenings.append(_happening(kind, message, facts))

    def name_message(self, channel_id: int, name: str, message: Message) -> None:
        """Remember another id of a message, if it is new."""
        if (channel_id, name) not in self.messages:
            self.messages[channel_id, name] = message
            values = {"channel_id": channel_id, "external_id": name, "message_id": message.id}
            self.names.append(new_row(MessageName, **values))

    def take_back(self, key: _ReactionKey) -> None:
        """Take back a reaction, written down already or not."""
        row = self.reactions.pop(key)
        if row.pk:
            self.taken_back.append(row.pk)


def look_up(names: Iterable[_Name]) -> Hand:
    """Find the messages that changes name, by any of their names, and what hangs on them; hold their conversations."""
    messages = _find_messages(names)
    found = {message.id: message for message in messages.values()}
    conversations = hold_conversations({message.conversation_id for message in found.values()})
    if connection.vendor == "postgresql" and found:  # another may have written them before they were held
        fresh = {one.id: one for one in find_rows(Message, "id {among}", among=sorted(found))}
        messages = {name: fresh[one.id] for name, one in messages.items() if one.id in fresh}
    ids = sorted(found)
    reactions = find_rows(Reaction, "message_id {among}", among=ids)
    return Hand(
        messages=messages,
        bodies={body.message_id: body for body in find_rows(MessageBody, "message_id {among}", among=ids)},
        with_files={id_ for (id_,) in select_rows(_FILES, among=ids)},
        reactions={(one.message_id, one.author_id, one.emoji): one for one in reactions},
        conversations=conversations,
    )


def _find_messages(names: Iterable[_Name]) -> dict[_Name, Message]:
    by_channel: dict[int, list[str]] = {}
    for channel_id, name in names:
        by_channel.setdefault(channel_id, []).append(name)
    found: dict[_Name, Message] = {}
    for channel_id, ids in by_channel.items():
        other = dict(select_rows(_NAMES, channel_id, among=ids))
        named = {one.id: one for one in find_rows(Message, "id {among}", among=sorted(set(other.values())))}
        found.update({(channel_id, name): named[id_] for name, id_ in other.items()})
        for message in find_rows(Message, _MESSAGES, channel_id, among=ids):
            found[channel_id, message.external_id] = named.get(message.id, message)
    return found


def write_down(hand: Hand) -> None:
    """Write everything that changed, and tell of it."""
    Message.objects.bulk_update(hand.changed.values(), _OF_MESSAGE)
    MessageBody.objects.bulk_update(hand.changed_bodies.values(), ["html"])
    insert_rows(hand.versions, "ON CONFLICT (message_id, until) DO NOTHING")
    insert_rows(hand.files)
    insert_rows(hand.names, "ON CONFLICT (channel_id, external_id) DO NOTHING")
    if hand.taken_back:
        Reaction.objects.filter(id__in=hand.taken_back).delete()
    new = [row for row in hand.reactions.values() if row._state.adding]
    insert_rows(new, "ON CONFLICT (message_id, author_id, emoji) DO NOTHING")
    if hand.reworded:
        _index_again({message.id: message for message, _before in hand.reworded}.values())
        _change_previews(hand)
        read_later([message.id for message, _before in hand.reworded if message.is_inbound])
    if hand.ended or hand.waiting_again:
        _set_clocks(hand)
    if hand.happenings:
        record_events(hand.happenings)


def _index_again(messages: Iterable[Message]) -> None:
    """Index messages by their new words, and by what else finds them."""
    changed = list(messages)
    hang_on(changed, "identity")
    ids = [message.id for message in changed]
    bodies = {body.message_id: body for body in find_rows(MessageBody, "message_id {among}", among=ids)}
    names: dict[int, list[str]] = {}
    for file in find_rows(Attachment, "message_id {among}", among=ids):
        names.setdefault(file.message_id, []).append(file.name)
    rows = []
    for message in changed:
        body, who = bodies.get(message.id), message.identity if message.identity_id else None
        words = [message.text, *names.get(message.id, [])]
        words += [body.subject, body.signature] if body else []
        words += [who.name, who.handle, who.address] if who else []
        rows.append((message.id, message.workspace_id, message.channel_id, " ".join(words)))
    index_messages(rows)


def _change_previews(hand: Hand) -> None:
    """Show the new words in lists where the old ones were shown."""
    changed: dict[int, Conversation] = {}
    for message, before in hand.reworded:
        conversation = hand.conversations[message.conversation_id]
        if conversation.preview == preview_of(before, conversation.subject):
            conversation.preview = preview_of(message.text, conversation.subject)
            changed[conversation.id] = conversation
    Conversation.objects.bulk_update(changed.values(), ["preview"])


def _set_clocks(hand: Hand) -> None:
    """Count anew who waits: whom nobody needs to answer any more is done with, who says something new waits."""
    ids = hand.ended | hand.waiting_again
    unanswered = Message.objects.filter(conversation__in=ids, direction=Direction.IN, outcome=Outcome.NONE)
    waiting = dict(unanswered.values_list("conversation").annotate(since=Min(WAITS_FROM)).order_by())
    for id_ in sorted(ids):
        conversation = hand.conversations[id_]
        before = conversation.status
        if id_ not in waiting and conversation.is_open:
            conversation.status, conversation.solved_at = Status.SOLVED, now()
            hand.happenings.append(
                Happening(
                    kind="conversation.status_changed",
                    workspace_id=conversation.workspace_id,
                    conversation=id_,
                    facts={"before": before, "after": Status.SOLVED},
                )
            )
        elif id_ in waiting and conversation.is_finished:
            kind = "conversation.reopened"
            reopened = Happening(kind=kind, workspace_id=conversation.workspace_id, conversation=id_)
            hand.happenings.append(reopened)
    set_waiting([hand.conversations[id_] for id_ in ids], waiting)


def _happening(kind: str, message: Message, facts: dict[str, Any]) -> Happening:
    return Happening(
        kind=kind,
        workspace_id=message.workspace_id,
        conversation=message.conversation_id,
        channel=message.channel_id,
        facts={"message": message.id, **facts},
    )
