"""The search index of messages and notes."""

from collections.abc import Sequence

from django.db.models.expressions import RawSQL

from allears.foundation.word_index import Term as Term  # noqa: PLC0414 - those who ask name it
from allears.foundation.word_index import ask_words, find_words, forget_words, put_words

_MESSAGES = "message_search"
_NOTES = "note_search"


def index_messages(rows: Sequence[tuple[int, int, int, str]]) -> None:
    """Index messages, given as (id, workspace id, channel id, text to find them by)."""
    put_words(_MESSAGES, [(id_, text, (workspace, c)) for id_, workspace, c, text in rows])


def index_note(note_id: int, workspace_id: int, text: str) -> None:
    """Index a note."""
    put_words(_NOTES, [(note_id, text, (workspace_id, 0))])


def forget_message(message_id: int) -> None:
    """Take a message out of the index."""
    forget_words(_MESSAGES, message_id)


def find_messages(terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    """List the newest messages that hold all terms, newest first."""
    return find_words(_MESSAGES, terms, workspace_id, limit)


def find_notes(terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    """List the newest notes that hold all terms, newest first."""
    return find_words(_NOTES, terms, workspace_id, limit)


def matching_messages(terms: Sequence[Term], workspace_id: int, limit: int) -> RawSQL:
    """Say "the ids of the newest messages that hold all terms" within a statement."""
    return RawSQL(*ask_words(_MESSAGES, terms, workspace_id, limit))  # noqa: S611 - values apart


def matching_notes(terms: Sequence[Term], workspace_id: int, limit: int) -> RawSQL:
    """Say "the ids of the newest notes that hold all terms" within a statement."""
    return RawSQL(*ask_words(_NOTES, terms, workspace_id, limit))  # noqa: S611 - values apart
