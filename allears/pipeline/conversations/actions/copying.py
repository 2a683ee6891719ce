"""Find what says the same as something that came lately, in nearly the same words: groups of near-copies.

The keys of the newest texts that were no copy lie in memory (docs/decisions/0014), so that a message costs no row of
its own. Each process brings what was stored since it last looked, by itself or by others, before it files a batch.
Where several file at the same time, they look once more when a batch is stored: what two of them began
is made one by a job. A group is called by its first message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from django.db import connection, transaction

from allears.foundation.events.settled import SettledIds
from allears.foundation.gate import behind_people
from allears.foundation.rows import change_rows, select_rows
from allears.foundation.work.actions import put_job
from allears.pipeline.conversations.models import Conversation, Message, MessageReading
from allears.pipeline.understanding.reading import Intent

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allears.pipeline.conversations.actions.filing import Arrival
    from allears.pipeline.understanding.shelf import Keys, Shelf, Shelved

# What was last reported so long ago is another matter.
_WINDOW = 30 * 86_400
_FEWEST_WORDS = 3
_TELL_NOTHING = {Intent.PRAISE, Intent.CHATTER}
_NEWER = (
    "SELECT r.message_id, r.workspace_id, r.sketch, r.copies, r.intent, m.sent_at"
    " FROM conversations_messagereading r JOIN conversations_message m ON m.id = r.message_id"
    " WHERE r.message_id > %s ORDER BY r.message_id DESC LIMIT %s"
)
_STANDING = "SELECT message_id, sketch, copies FROM conversations_messagereading WHERE message_id {among}"
_OF_FIRST = (
    "UPDATE conversations_messagereading SET copies = message_id WHERE copies = 0 AND message_id {among}"
)
_OF_CONVERSATION = (
    "UPDATE conversations_conversation SET copies = (SELECT MAX(r.copies) FROM conversations_messagereading r"
    " JOIN conversations_message m ON m.id = r.message_id"
    " WHERE m.conversation_id = conversations_conversation.id AND r.copies > 0)"
    " WHERE id IN (SELECT conversation_id FROM conversations_message WHERE id {among})"
)

_Line = tuple[int, int, str, int, str, datetime]


@dataclass(slots=True)
class Remembered:
    """What this process knows of the newest texts, up to which message.

    `grouped`: of the texts that it grouped itself, how many were on the shelf that each was compared with.
    """

    lock: Lock = field(default_factory=Lock)
    settled: SettledIds = field(default_factory=lambda: SettledIds(Message))
    seen_id: int = 0
    shelf: "Shelf | None" = None
    grouped: dict[int, int] = field(default_factory=dict)


_known = Remembered()


def forget_copies() -> None:
    """Begin anew from what is stored."""
    global _known  # noqa: PLW0603
    _known = Remembered()


def bring_copies() -> None:
    """Bring what was stored since this process last looked, outside a transaction.

    Where others file too, have those groups joined that were begun by several for the same words.
    """
    from allears.pipeline.understanding.shelf import MOST, Shelf

    is_shared = connection.vendor == "postgresql"
    with _known.lock:
        until = _known.settled.settled_id() if is_shared else 0
    with connection.cursor() as cursor:
        cursor.execute(_NEWER, [_known.seen_id, MOST])
        lines = cursor.fetchall()[::-1]
    with _known.lock:
        is_first, _known.shelf = _known.shelf is None, _known.shelf or Shelf()
        joins = _shelve(_known.shelf, lines)
        newest = until if is_shared else max((line[0] for line in lines), default=0)
        _known.seen_id = max(_known.seen_id, newest)
    for kept, gone in sorted(joins) if not is_first else ():
        put_job("join_copies", key=f"copies:{kept}:{gone}", kept=kept, gone=gone)


def bring_copies_of_others() -> None:
    """Look at what others stored while a batch was being stored; where nobody else files there is nothing."""
    if connection.vendor == "postgresql":
        bring_copies()


def _shelve(shelf: "Shelf", lines: Iterable[_Line]) -> set[tuple[int, int]]:
    """Put one text of each group on the shelf; return the groups that are to be one: (kept, gone)."""
    from allears.pipeline.understanding.shelf import keys_of_texts

    new: dict[int, Shelved] = {}
    for id_, workspace_id, sketch, group, intent, sent_at in lines:
        if _may_be_copy(sketch, intent):
            text = _text(group or id_, id_, workspace_id, sketch, sent_at)
            new[text.id] = replace(new.get(text.id, text), at=text.at)
    for one in new.values():
        shelf.touch(one.id, one.at)
    texts = [one for one in new.values() if not shelf.get(one.id)]
    keys = keys_of_texts(texts)
    joins = _overlooked(shelf, texts, keys)
    shelf.put(texts, keys)
    return joins


def _overlooked(shelf: "Shelf", texts: "Sequence[Shelved]", keys: "Keys") -> set[tuple[int, int]]:
    """Find what one could not know of the other when it was grouped: what others file at the same time."""
    from allears.pipeline.understanding.shelf import twins_among

    known = [_known.grouped.pop(one.text_id, 0) for one in texts]
    foreign = [place for place, count in enumerate(known) if not count]
    own = [place for place, count in enumerate(known) if count]
    found = list(zip(texts, twins_among(texts, keys), strict=True))
    for places, after in ((foreign, 0), (own, min((known[place] for place in own), default=0))):
        few = [texts[place] for place in places]
        found += zip(few, shelf.like(few, keys[places], _WINDOW, after), strict=True)
    return {(min(one.id, other.id), max(one.id, other.id)) for one, other in found if other}


def _text(group: int, message_id: int, workspace_id: int, sketch: str, at: datetime) -> "Shelved":
    from allears.pipeline.understanding.shelf import Shelved

    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Shelved(group, message_id, workspace_id, bytes.fromhex(sketch), int(moment.timestamp()))


def _may_be_copy(sketch: str, intent: str) -> bool:
    """Say whether it matters that others say the same: short thanks are alike by chance."""
    return len(sketch) >= _FEWEST_WORDS * 4 and intent not in _TELL_NOTHING


def group_copies(arrivals: "Sequence[Arrival]") -> None:
    """Say on the rows of what was read in a batch to which group of near-copies each belongs."""
    read = [(a, a.reading_row) for a in arrivals if a.reading_row and not a.is_silent]
    told = [(a, row) for a, row in read if _may_be_copy(row.sketch, row.intent)]
    if not told:
        return
    from allears.pipeline.understanding.shelf import keys_of_texts, twins_among

    texts = [
        _text(row.message_id, row.message_id, row.workspace_id, row.sketch, a.sent_at) for a, row in told
    ]
    keys = keys_of_texts(texts)
    groups = _standing_groups(texts, keys)
    alone = [place for place, group in enumerate(groups) if not group]
    twins = twins_among([texts[place] for place in alone], keys[alone])
    for place, twin in zip(alone, twins, strict=True):
        groups[place] = twin.id if twin else 0
    for (_arrival, row), group in zip(told, groups, strict=True):
        row.copies = group


def _standing_groups(texts: "Sequence[Shelved]", keys: "Keys") -> list[int]:
    """Return the group of each text among those on the shelf; what is gone or was changed since is forgotten."""
    with _known.lock:
        if (shelf := _known.shelf) is None:
            return [0] * len(texts)
        found = shelf.like(texts, keys, _WINDOW)
        _known.grouped |= dict.fromkeys((one.id for one in texts), shelf.count)
    by_text = {one.text_id: one for one in found if one}
    standing = {
        id_: group or by_text[id_].id
        for id_, sketch, group in select_rows(_STANDING, among=sorted(by_text))
        if bytes.fromhex(sketch) == by_text[id_].sketch
    }
    with _known.lock:
        for id_ in by_text.keys() - standing.keys():
            shelf.forget(by_text[id_].id)
    return [standing.get(one.text_id, 0) if one else 0 for one in found]


def name_first_copies(arrivals: "Sequence[Arrival]") -> None:
    """Let the first message of each group that a batch found copies of belong to it, and its conversation too."""
    groups = sorted({a.reading_row.copies for a in arrivals if a.reading_row and a.reading_row.copies})
    change_rows(_OF_FIRST, among=groups)
    change_rows(_OF_CONVERSATION, among=groups)


def join_copies(kept: int, gone: int) -> None:
    """Make one group of two that were begun at the same time for the same words. A task."""
    with behind_people(), transaction.atomic():
        groups = MessageReading.objects.filter(message__in=[kept, gone])
        if groups.count() < 2:
            return
        for rows in (MessageReading.objects, Conversation.objects):
            rows.filter(copies=gone).update(copies=kept)
        groups.update(copies=kept)
        change_rows(_OF_CONVERSATION, among=[kept, gone])


def forget_gone_copies(workspace_id: int) -> None:
    """Let rows whose group's first message is gone belong to no group."""
    _forget_gone(MessageReading.objects.filter(workspace=workspace_id))
    _forget_gone(Conversation.objects.filter(workspace=workspace_id))


def _forget_gone(rows: "QuerySet[MessageReading] | QuerySet[Conversation]") -> None:
    grouped = set(rows.filter(copies__gt=0).values_list("copies", flat=True))
    gone = grouped - set(Message.objects.filter(id__in=grouped).values_list("id", flat=True))
    rows.filter(copies__in=gone).update(copies=0)
