"""Find what says the same as something that came lately, in nearly the same words: groups of near-copies.

The keys of the newest texts that were no copy lie in memory, so that a message costs no row and no look-up of
its own: one process files on SQLite, and several on PostgreSQL bring what the others filed, in one statement a
batch. A group is called by its first message.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

from allears.foundation.rows import change_rows
from allears.pipeline.conversations.models import Conversation, Message, MessageReading
from allears.pipeline.understanding.reading import Intent

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allears.pipeline.conversations.actions.filing import Arrival

# So many texts that were no copies are compared with: 13 MB, and hours of a busy desk.
MOST_KEPT = 4_000
# Where several processes file, what another began earlier may be committed later.
_OVERLAP = 300
_FEWEST_WORDS = 3
_TRIED = 3
_TELL_NOTHING = {Intent.PRAISE, Intent.CHATTER}
_NEWER = (
    "SELECT message_id, workspace_id, sketch, copies, intent FROM conversations_messagereading"
    " WHERE message_id > %s ORDER BY message_id DESC LIMIT %s"
)
_OF_FIRST = (
    "UPDATE conversations_messagereading SET copies = message_id WHERE copies = 0 AND message_id {among}"
)
_OF_CONVERSATION = (
    "UPDATE conversations_conversation SET copies = (SELECT MAX(r.copies) FROM conversations_messagereading r"
    " JOIN conversations_message m ON m.id = r.message_id"
    " WHERE m.conversation_id = conversations_conversation.id AND r.copies > 0)"
    " WHERE id IN (SELECT conversation_id FROM conversations_message WHERE id {among})"
)


@dataclass(slots=True)
class Kept:
    """A text that later ones are compared with; `group` is its own message, or that of its group."""

    message_id: int
    workspace_id: int
    sketch: bytes
    group: int
    keys: tuple[int, ...]


@dataclass(slots=True)
class Shelf:
    """The newest texts by their keys."""

    last_id: int = 0
    kept: dict[int, Kept] = field(default_factory=dict)
    by_key: dict[int, list[int]] = field(default_factory=dict)

    def put(self, text: Kept) -> None:
        """Keep a text, and let go of the oldest."""
        if text.message_id in self.kept:
            return
        self.kept[text.message_id] = text
        for key in text.keys:
            self.by_key.setdefault(key, []).append(text.message_id)
        if len(self.kept) > MOST_KEPT:
            self._let_go(self.kept.pop(next(iter(self.kept))))

    def _let_go(self, text: Kept) -> None:
        for key in text.keys:
            left = [one for one in self.by_key.get(key, ()) if one != text.message_id]
            if left:
                self.by_key[key] = left
            else:
                self.by_key.pop(key, None)

    def like(self, workspace_id: int, sketch: bytes, keys: Iterable[int]) -> Kept | None:
        """Find the text of the workspace that is a near-copy, among those with most keys in common."""
        from allears.pipeline.understanding.copies import are_copies

        shared = Counter(one for key in keys for one in self.by_key.get(key, ()))
        for message_id, _count in shared.most_common(_TRIED):
            text = self.kept[message_id]
            if text.workspace_id == workspace_id and are_copies(text.sketch, sketch):
                return text
        return None


_shelf = Shelf()


def forget_shelf() -> None:
    """Begin anew from what is stored."""
    global _shelf  # noqa: PLW0603
    _shelf = Shelf()


def group_copies(arrivals: "Sequence[Arrival]") -> None:
    """Say on the rows of what was read in a batch to which group of near-copies each belongs."""
    read = [a.reading_row for a in arrivals if a.reading_row and not a.is_silent]
    rows = [row for row in read if _may_be_copy(row.sketch, row.intent)]
    if not rows:
        return
    from allears.pipeline.understanding.copies import bands_of_many

    _bring_newer()
    sketches = [bytes.fromhex(row.sketch) for row in rows]
    fresh = Shelf()
    for row, sketch, keys in zip(rows, sketches, bands_of_many(sketches), strict=True):
        found = fresh.like(row.workspace_id, sketch, keys) or _shelf.like(row.workspace_id, sketch, keys)
        if found:
            row.copies = found.group
        else:
            fresh.put(Kept(row.message_id, row.workspace_id, sketch, row.message_id, keys))


def name_first_copies(arrivals: "Sequence[Arrival]") -> None:
    """Let the first message of each group that a batch found copies of belong to it, and its conversation too."""
    groups = sorted({a.reading_row.copies for a in arrivals if a.reading_row and a.reading_row.copies})
    change_rows(_OF_FIRST, among=groups)
    change_rows(_OF_CONVERSATION, among=groups)


def forget_gone_copies(workspace_id: int) -> None:
    """Let rows whose group's first message is gone belong to no group."""
    _forget_gone(MessageReading.objects.filter(workspace=workspace_id))
    _forget_gone(Conversation.objects.filter(workspace=workspace_id))


def _forget_gone(rows: "QuerySet[MessageReading] | QuerySet[Conversation]") -> None:
    grouped = set(rows.filter(copies__gt=0).values_list("copies", flat=True))
    gone = grouped - set(Message.objects.filter(id__in=grouped).values_list("id", flat=True))
    rows.filter(copies__in=gone).update(copies=0)


def _may_be_copy(sketch: str, intent: str) -> bool:
    """Say whether it matters that others say the same: short thanks are alike by chance."""
    return len(sketch) >= _FEWEST_WORDS * 4 and intent not in _TELL_NOTHING


def _bring_newer() -> None:
    """Bring what was stored since the last batch, by us or by others; what was rolled back never comes."""
    from allears.pipeline.understanding.copies import bands_of_many

    since = _shelf.last_id - (_OVERLAP if connection.vendor == "postgresql" else 0)
    with connection.cursor() as cursor:
        cursor.execute(_NEWER, [since, MOST_KEPT])
        lines = cursor.fetchall()[::-1]
    new = [
        (id_, workspace_id, bytes.fromhex(sketch), copies or id_)
        for id_, workspace_id, sketch, copies, intent in lines
        if _may_be_copy(sketch, intent) and copies in {0, id_}
    ]
    for (id_, workspace_id, sketch, group), keys in zip(
        new, bands_of_many([one[2] for one in new]), strict=True
    ):
        _shelf.put(Kept(id_, workspace_id, sketch, group, keys))
    _shelf.last_id = max([_shelf.last_id, *(line[0] for line in lines)])
