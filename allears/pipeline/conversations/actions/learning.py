"""Learn from corrections: what reads nearly the same as corrected words is answered as a person answered those.

Bounded by its nature: a correction reaches near-copies of its own words in its own workspace, and nothing else.
Each workspace's newest lessons are kept in memory, and learned anew when a correction is made or taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from allears.foundation.rows import select_rows
from allears.pipeline.conversations.corrected import answer_in, correct_reading
from allears.pipeline.conversations.models import MessageReading

if TYPE_CHECKING:
    from allears.pipeline.understanding.shelf import Shelf

LEARNED = "learned"
_MOST = 1000
_STAMPS = (
    "SELECT workspace_id, MAX(id), COUNT(*) FROM conversations_correction"
    " WHERE undone_at IS NULL AND workspace_id {among} GROUP BY workspace_id"
)
_LESSONS = (
    "SELECT c.message_id, c.question, c.after, r.sketch FROM conversations_correction c"
    " JOIN conversations_messagereading r ON r.message_id = c.message_id"
    " WHERE c.undone_at IS NULL AND c.after <> c.before AND r.sketch <> '' AND c.workspace_id {among}"
    " ORDER BY c.id DESC LIMIT 1000"
)


@dataclass(slots=True)
class Lessons:
    """What one workspace taught: its corrected texts, and the answers to each by its message."""

    stamp: tuple[int, int]
    shelf: "Shelf"
    answers: dict[int, dict[str, str]] = field(default_factory=dict)


_known: dict[int, Lessons] = {}


def apply_lessons(rows: Sequence[MessageReading]) -> None:
    """Answer as people taught, where words are nearly those that somebody corrected."""
    lessons = _lessons_of({row.workspace_id for row in rows})
    taught = [row for row in rows if row.workspace_id in lessons and row.sketch]
    if not taught:
        return
    from allears.pipeline.understanding.shelf import Shelved, keys_of_texts

    sketches = [bytes.fromhex(row.sketch) for row in taught]
    texts = [Shelved(0, 0, row.workspace_id, one, 0) for row, one in zip(taught, sketches, strict=True)]
    for row, text, keys in zip(taught, texts, keys_of_texts(texts), strict=True):
        mine = lessons[row.workspace_id]
        [found] = mine.shelf.like([text], keys[None], 0)
        for question, answer in mine.answers[found.id].items() if found else ():
            if answer_in(row, question) != answer:
                correct_reading(row, question, answer)
                row.reasons = [*row.reasons, [f"{LEARNED}:{question}", "", 100]]


def _lessons_of(workspace_ids: Iterable[int]) -> dict[int, Lessons]:
    """Return the lessons of workspaces that have any, learned anew where they changed."""
    found: dict[int, Lessons] = {}
    for workspace_id, newest, count in select_rows(_STAMPS, among=sorted(workspace_ids)):
        known = _known.get(workspace_id)
        if known is None or known.stamp != (newest, count):
            known = _known[workspace_id] = _learn(workspace_id, (newest, count))
        found[workspace_id] = known
    return found


def _learn(workspace_id: int, stamp: tuple[int, int]) -> Lessons:
    from allears.pipeline.understanding.shelf import Shelf, Shelved, keys_of_texts

    lessons = Lessons(stamp, Shelf(_MOST))
    texts = []
    for message_id, question, answer, sketch in reversed(select_rows(_LESSONS, among=[workspace_id])):
        lessons.answers.setdefault(message_id, {})[question] = answer
        texts.append(Shelved(message_id, message_id, workspace_id, bytes.fromhex(sketch), 0))
    lessons.shelf.put(texts, keys_of_texts(texts))
    return lessons


def forget_lessons() -> None:
    """Have everything learned anew."""
    _known.clear()
