"""The search index: FTS5 without content on SQLite, a stored tsvector on PostgreSQL.

Both hold words that `foundation.text` made, and the place as words of its own, so that a small
workspace never reads past everybody else's matches. A Term is one word, or the words of a phrase.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from allears.foundation.text import index_text

# A vector may hold 1 MB, and the shortest words take twice their own length in it.
_LONGEST_VECTOR = 400_000


@dataclass(frozen=True, slots=True)
class Term:
    """Normalised words that follow one another; the last may be only a beginning."""

    words: tuple[str, ...]
    is_prefix: bool = False


def index_messages(rows: Sequence[tuple[int, int, int, str]]) -> None:
    """Index messages, given as (id, workspace id, channel id, text to find them by)."""
    _put("message_search", [(id_, index_text(text), (workspace, c)) for id_, workspace, c, text in rows])


def index_note(note_id: int, workspace_id: int, text: str) -> None:
    """Index a note."""
    _put("note_search", [(note_id, index_text(text), (workspace_id, 0))])


def forget_message(message_id: int) -> None:
    """Take a message out of the index."""
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM message_search WHERE {key} = %s", [message_id])  # noqa: S608


def find_messages(terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    """List the newest messages that hold all terms, newest first."""
    return _find("message_search", terms, workspace_id, limit)


def find_notes(terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    """List the newest notes that hold all terms, newest first."""
    return _find("note_search", terms, workspace_id, limit)


def _put(table: str, rows: list[tuple[int, str, tuple[int, int]]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f"INSERT INTO {table} (id, words) VALUES (%s, to_tsvector('simple', %s))"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                [(id_, f"{_place_word(place[0])} {_cut(words)}") for id_, words, place in rows],
            )
        else:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {table} (rowid, text, place) VALUES (%s, %s, %s)",  # noqa: S608
                [(id_, words, f"w{place[0]} c{place[1]}") for id_, words, place in rows],
            )


def matching_messages(terms: Sequence[Term], workspace_id: int, limit: int) -> RawSQL:
    """Say "the ids of the newest messages that hold all terms" within a statement."""
    return RawSQL(*_question("message_search", terms, workspace_id, limit))  # noqa: S611 - values apart


def matching_notes(terms: Sequence[Term], workspace_id: int, limit: int) -> RawSQL:
    """Say "the ids of the newest notes that hold all terms" within a statement."""
    return RawSQL(*_question("note_search", terms, workspace_id, limit))  # noqa: S611 - values apart


def _find(table: str, terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(*_question(table, terms, workspace_id, limit))
        return [row[0] for row in cursor.fetchall()]


def _question(
    table: str, terms: Sequence[Term], workspace_id: int, limit: int
) -> tuple[str, list[str | int]]:
    """Write the statement that finds the newest ids, and its values."""
    if connection.vendor == "postgresql":
        query = " & ".join([_place_word(workspace_id), *(_as_tsquery(term) for term in terms)])
        statement = (
            f"SELECT id FROM {table} WHERE words @@ to_tsquery('simple', %s)"  # noqa: S608
            " ORDER BY id DESC LIMIT %s"
        )
        return statement, [query, limit]
    wanted = " AND ".join(_as_match(term) for term in terms)
    statement = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    return statement, [f"text:({wanted}) AND place:w{workspace_id}", limit]


def _as_match(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}'


def _as_tsquery(term: Term) -> str:
    return " <-> ".join(term.words) + (":*" if term.is_prefix else "")


def _cut(words: str) -> str:
    if len(words) * 4 <= _LONGEST_VECTOR:
        return words
    return words.encode()[:_LONGEST_VECTOR].decode("utf-8", "ignore")


def _place_word(workspace_id: int) -> str:
    """Name a workspace by one word for PostgreSQL's parser; a customer who writes it is found, and sorted out later."""
    return f"inworkspace{workspace_id}x"
