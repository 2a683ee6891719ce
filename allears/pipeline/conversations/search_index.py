"""The search index: FTS5 without content on SQLite, a stored tsvector on PostgreSQL.

Both hold words that `foundation.text` made, and the place as words of its own ("w1", "c3"), so that
a small workspace never reads past everybody else's matches.
"""

from collections.abc import Sequence

from django.db import connection

from allears.foundation.text import index_text


def index_messages(rows: Sequence[tuple[int, int, int, str]]) -> None:
    """Index messages, given as (id, workspace id, channel id, text to find them by)."""
    _put("message_search", [(id_, index_text(text), f"w{workspace} c{c}") for id_, workspace, c, text in rows])


def index_note(note_id: int, workspace_id: int, text: str) -> None:
    """Index a note."""
    _put("note_search", [(note_id, index_text(text), f"w{workspace_id}")])


def forget_message(message_id: int) -> None:
    """Take a message out of the index."""
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM message_search WHERE {key} = %s", [message_id])


def find_messages(words: str, workspace_id: int, limit: int) -> list[int]:
    """List the newest messages that hold all words (as `query_words` made them), newest first."""
    return _find("message_search", words, workspace_id, limit)


def find_notes(words: str, workspace_id: int, limit: int) -> list[int]:
    """List the newest notes that hold all words, newest first."""
    return _find("note_search", words, workspace_id, limit)


def _put(table: str, rows: list[tuple[int, str, str]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f"INSERT INTO {table} (id, words) VALUES (%s, to_tsvector('simple', %s))"
                " ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                [(id_, f"{words} {_as_postgres_place(place)}"[:900_000]) for id_, words, place in rows],
            )
        else:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {table} (rowid, text, place) VALUES (%s, %s, %s)", rows
            )


def _find(table: str, words: str, workspace_id: int, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT id FROM {table} WHERE words @@ to_tsquery('simple', %s) ORDER BY id DESC LIMIT %s",
                [_as_tsquery(words, workspace_id), limit],
            )
        else:
            cursor.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s",
                [f"place:w{workspace_id} AND {_as_match(words)}", limit],
            )
        return [row[0] for row in cursor.fetchall()]


def _as_match(words: str) -> str:
    parts = [f'"{word.rstrip("*")}"{"*" if word.endswith("*") else ""}' for word in words.split()]
    return f"text:({' AND '.join(parts)})"


def _as_tsquery(words: str, workspace_id: int) -> str:
    parts = [f"{word.rstrip('*')}{':*' if word.endswith('*') else ''}" for word in words.split()]
    return " & ".join([f"workspace{workspace_id}", *parts])


def _as_postgres_place(place: str) -> str:
    """Write the place so that no word of a customer looks like it: stems never end in a digit run so."""
    return " ".join(f"{'workspace' if part[0] == 'w' else 'channel'}{part[1:]}" for part in place.split())
