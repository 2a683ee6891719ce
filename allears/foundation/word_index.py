"""An index of words by id: FTS5 without content on SQLite, a stored tsvector on PostgreSQL.

Both hold words that `foundation.text` made, and the place as words of its own, so that a small
workspace never reads past everybody else's matches. A Term is one word, or the words of a phrase.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from allears.foundation.spelling import in_cyrillic, in_latin, plain_spellings
from allears.foundation.text import fold_word, index_line, plain_words

# A vector may hold 1 MB, and the shortest words take twice their own length in it.
_LONGEST_VECTOR = 400_000
# So many letters a stem has that is not the beginning of everything.
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Term:
    """Normalised words that follow one another; the last may be only a beginning. Any of `others` will do, too."""

    words: tuple[str, ...]
    is_prefix: bool = False
    others: tuple["Term", ...] = ()

    def is_among(self, words: Collection[str]) -> bool:
        """Say whether one word is among some, by any of its spellings."""
        (word,) = self.words
        begins = self.is_prefix and any(one.startswith(word) for one in words)
        return begins or word in words or any(other.is_among(words) for other in self.others)


def terms_in(text: str, *, is_prefix: bool = False) -> list[Term]:
    """Make a term of each word that is asked for, in whatever spelling it was written; they may be beginnings."""
    return [_term_of(word, is_prefix=is_prefix) for word in plain_words(text)]


def _term_of(word: str, *, is_prefix: bool) -> Term:
    """Make a term of one word: as it is, plainly, and Russian in the other letters.

    What was stemmed is found in Latin letters by how it begins, for no stemmer knows Russian in them.
    """
    folded = fold_word(word)
    meant = [word, *plain_spellings(word)]
    others = [Term((fold_word(one),), is_prefix) for one in meant]
    for one in meant:
        others += (Term((other if is_prefix else fold_word(other),), is_prefix) for other in in_cyrillic(one))
        begins = in_latin(fold_word(one))
        others += (Term((other,), is_prefix or len(other) >= _TELLING) for other in begins)
    own = Term((folded,), is_prefix)
    return Term((folded,), is_prefix, tuple(one for one in dict.fromkeys(others) if one != own))


def make_index(on: BaseDatabaseWrapper, table: str) -> list[str]:
    """List the statements of a migration that make an index."""
    if on.vendor == "postgresql":
        return [
            f"CREATE TABLE IF NOT EXISTS {table} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
            f"CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (words)",
        ]
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5(text, place, content='', contentless_delete=1)"
    ]


def put_words(table: str, rows: Sequence[tuple[int, str, tuple[int, int]]]) -> None:
    """Index texts, given as (id, text to find it by, (workspace id, channel id or 0)); again replaces."""
    indexed = [(id_, index_line(text), place) for id_, text, place in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f"INSERT INTO {table} (id, words) VALUES (%s, to_tsvector('simple', %s))"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                [(id_, f"{_place_word(place[0])} {_cut(words)}") for id_, words, place in indexed],
            )
        else:
            cursor.executemany(
                f"INSERT OR REPLACE INTO {table} (rowid, text, place) VALUES (%s, %s, %s)",  # noqa: S608
                [(id_, words, f"w{place[0]} c{place[1]}") for id_, words, place in indexed],
            )


def forget_words(table: str, id_: int) -> None:
    """Take one text out of an index."""
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [id_])  # noqa: S608 - no value in it


def forget_many_words(table: str, ids: Collection[int]) -> None:
    """Take texts out of an index."""
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {table} WHERE {key} = %s",  # noqa: S608 - no value in it
            [(id_,) for id_ in ids],
        )


def find_words(table: str, terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    """List the newest ids whose text holds all terms, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(*ask_words(table, terms, workspace_id, limit))
        return [row[0] for row in cursor.fetchall()]


def ask_words(
    table: str, terms: Sequence[Term], workspace_id: int, limit: int
) -> tuple[str, list[str | int]]:
    """Write the statement that finds the newest ids whose text holds all terms, and its values."""
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
    if term.others:
        return f"({' OR '.join(map(_as_match, (replace(term, others=()), *term.others)))})"
    return f'"{" ".join(term.words)}"{"*" if term.is_prefix else ""}'


def _as_tsquery(term: Term) -> str:
    if term.others:
        return f"({' | '.join(map(_as_tsquery, (replace(term, others=()), *term.others)))})"
    return " <-> ".join(term.words) + (":*" if term.is_prefix else "")


def _cut(words: str) -> str:
    if len(words) * 4 <= _LONGEST_VECTOR:
        return words
    return words.encode()[:_LONGEST_VECTOR].decode("utf-8", "ignore")


def _place_word(workspace_id: int) -> str:
    """Name a workspace by one word for PostgreSQL's parser; a customer who writes it is found, and sorted out later."""
    return f"inworkspace{workspace_id}x"
