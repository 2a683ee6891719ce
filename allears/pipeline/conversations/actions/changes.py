"""Take what networks say of messages that are here already: edits, deletions, reactions, hidings.

A batch costs a fixed number of statements, and may be taken again: what was changed already is left alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from allears.connectors.interface import Deletion, Edit, Hiding, Incoming, Reaction, Who
from allears.foundation.rows import new_row
from allears.pipeline.conversations.actions.changing_rows import Hand, look_up, write_down
from allears.pipeline.conversations.actions.filing import Arrival
from allears.pipeline.conversations.actions.writing import attachments_of
from allears.pipeline.conversations.models import Message, MessageVersion, Outcome
from allears.pipeline.conversations.models import Reaction as ReactionRow
from allears.pipeline.conversations.rewording import says_something_new

DELETED = {
    Who.AUTHOR: "deleted_by_author",
    Who.US: "deleted_by_us",
    Who.NETWORK: "deleted_by_network",
}
# What the words were answered with, so that new words may need another answer.
DONE_WITH = {Outcome.ANSWERED, Outcome.NO_REPLY_NEEDED}


class Came(Enum):
    """What came of a change: it was taken, it had been taken before, or there is nothing here to change."""

    CHANGED = auto()
    KNOWN = auto()
    MISSING = auto()


@dataclass(slots=True, kw_only=True)
class Change:
    """Something a network says of a message that should be here. `arrival` is a message's newer version, whole.

    `people` are the identities of those who react, by their ids on the network.
    """

    envelope_id: int
    workspace_id: int
    channel_id: int
    record: Edit | Deletion | Reaction | Hiding
    received_at: datetime
    is_silent: bool = False
    arrival: Arrival | None = None
    people: Mapping[str, int] = field(default_factory=dict)
    came: Came = Came.MISSING


def newer_version(arrival: Arrival) -> Change | None:
    """Make an edit of an arrival that is here already, if it says that it was changed since it was written."""
    incoming = arrival.incoming
    if incoming.edited_at is None:
        return None
    edit = Edit(
        external_id=incoming.external_id,
        text=incoming.text,
        edited_at=incoming.edited_at,
        whole=incoming,
    )
    return Change(
        envelope_id=arrival.envelope_id,
        workspace_id=arrival.workspace_id,
        channel_id=arrival.channel_id,
        record=edit,
        received_at=arrival.received_at,
        is_silent=arrival.is_silent,
        arrival=arrival,
    )


def whole_of(edit: Edit) -> Incoming | None:
    """Return the message that an edit brings whole, as it is filed when no earlier version of it is here."""
    return replace(edit.whole, edited_at=edit.edited_at) if edit.whole else None


def take_changes(changes: Sequence[Change]) -> None:
    """Take a batch of changes in order, in the present transaction, and say on each what came of it."""
    if not changes:
        return
    hand = look_up([(change.channel_id, name) for change in changes for name in _names(change)])
    for change in changes:
        found = (hand.messages.get((change.channel_id, name)) for name in _names(change))
        if message := next((one for one in found if one), None):
            change.came = Came.CHANGED if _take(change, message, hand) else Came.KNOWN
            for name in _names(change):
                hand.name_message(change.channel_id, name, message)
    write_down(hand)


def _names(change: Change) -> tuple[str, ...]:
    return (change.record.external_id, *(change.arrival.names if change.arrival else ()))


def _take(change: Change, message: Message, hand: Hand) -> bool:
    match change.record:
        case Edit() as edit:
            return _edit(edit, change, message, hand)
        case Deletion() as deletion:
            return _delete(deletion, change, message, hand)
        case Hiding() as hiding:
            return _hide(hiding, change, message, hand)
        case Reaction() as reaction:
            return _react(reaction, change, message, hand)


def _edit(edit: Edit, change: Change, message: Message, hand: Hand) -> bool:
    """Put new words in place of the old ones, which are kept."""
    if edit.edited_at <= (message.edited_at or message.sent_at):
        return False
    before, message.text = message.text, edit.text
    message.edited_at = edit.edited_at
    _change_body(edit, message, before, hand)
    if change.arrival and change.arrival.incoming.facts:
        message.facts = dict(change.arrival.incoming.facts)
    if change.arrival and change.arrival.files and message.id not in hand.with_files:
        change.arrival.message_id = message.id
        hand.files += attachments_of(change.arrival)
        hand.with_files.add(message.id)
        message.has_more = True
    hand.changed[message.id] = message
    if before != edit.text:
        hand.reworded.append((message, before))
        if _needs_answer_again(change, message, before):
            _wait_again(edit, change, message, hand)
    hand.tell("message.edited", message, is_silent=change.is_silent)
    return True


def _change_body(edit: Edit, message: Message, before: str, hand: Hand) -> None:
    body = hand.bodies.get(message.id)
    html = edit.whole.html if edit.whole else ""
    if before != edit.text:
        hand.versions.append(
            new_row(
                MessageVersion,
                message_id=message.id,
                text=before,
                html=body.html if body else "",
                until=edit.edited_at,
            )
        )
    if body and body.html != html:
        body.html = html
        hand.changed_bodies[message.id] = body


def _needs_answer_again(change: Change, message: Message, before: str) -> bool:
    """Say whether words that were done with need an answer again: only where they say something new."""
    if change.is_silent or not message.is_inbound or message.outcome not in DONE_WITH:
        return False
    is_by_machine = message.outcome == Outcome.NO_REPLY_NEEDED and message.outcome_by is None
    return not is_by_machine and says_something_new(before, message.text)


def _wait_again(edit: Edit, change: Change, message: Message, hand: Hand) -> None:
    message.outcome, message.outcome_reason = Outcome.NONE, ""
    message.outcome_at = message.outcome_by = None
    message.waits_from = min(edit.edited_at, change.received_at)
    hand.waiting_again.add(message.conversation_id)


def _delete(deletion: Deletion, change: Change, message: Message, hand: Hand) -> bool:
    """Mark a message that is gone from its network; ours stays, and waits for nothing."""
    if message.deleted_at:
        return False
    message.deleted_at, message.deleted_by = deletion.at, deletion.by
    if message.is_inbound and message.outcome == Outcome.NONE:
        message.outcome, message.outcome_reason = Outcome.NO_REPLY_NEEDED, DELETED[deletion.by]
        message.outcome_at = change.received_at
        hand.ended.add(message.conversation_id)
    hand.changed[message.id] = message
    hand.tell("message.deleted", message, is_silent=change.is_silent, who=str(deletion.by))
    return True


def _hide(hiding: Hiding, change: Change, message: Message, hand: Hand) -> bool:
    if bool(message.hidden_at) == hiding.is_hidden:
        return False
    message.hidden_at = hiding.at if hiding.is_hidden else None
    hand.changed[message.id] = message
    hand.tell("message.hidden", message, is_silent=change.is_silent, is_hidden=hiding.is_hidden)
    return True


def _react(reaction: Reaction, change: Change, message: Message, hand: Hand) -> bool:
    """Add or take back a reaction; it starts no clock, whoever reacts."""
    author_id = "" if reaction.is_ours else reaction.author.id
    key = (message.id, author_id, reaction.emoji[:64])
    if reaction.is_removed:
        is_news = _take_back(key, hand)
    else:
        is_news = _add_reaction(key, reaction, change.people.get(author_id), hand)
    if is_news:
        facts = {"emoji": key[2], "is_removed": reaction.is_removed, "is_ours": reaction.is_ours}
        hand.tell("message.reacted", message, is_silent=change.is_silent, **facts)
    return is_news


def _take_back(key: tuple[int, str, str], hand: Hand) -> bool:
    """Take back a reaction; without an emoji, every one of that author. Say whether any was there."""
    message_id, author_id, emoji = key
    mine = [one for one in hand.reactions if one[:2] == (message_id, author_id)]
    gone = [one for one in mine if not emoji or one[2] == emoji]
    for one in gone:
        hand.take_back(one)
    return bool(gone)


def _add_reaction(key: tuple[int, str, str], reaction: Reaction, identity_id: int | None, hand: Hand) -> bool:
    """Add a reaction. Say whether it was not there yet."""
    message_id, author_id, emoji = key
    if key in hand.reactions or not emoji:
        return False
    hand.reactions[key] = new_row(
        ReactionRow,
        message_id=message_id,
        identity_id=None if reaction.is_ours else identity_id,
        author_id=author_id,
        name=(reaction.author.name or reaction.author.handle)[:200],
        emoji=emoji,
        is_ours=reaction.is_ours,
        at=reaction.at,
    )
    return True
