"""The index by which people are found: one entry for each identity, and its customer's name with it."""

from collections.abc import Iterable, Sequence

from allears.foundation.word_index import Term, find_words, put_words
from allears.pipeline.people.models import Identity

_PEOPLE = "person_search"


def index_people(identities: Iterable[tuple[Identity, str]]) -> None:
    """Index identities, each with the name of its customer."""
    put_words(_PEOPLE, [(one.id, _text_of(one, name), (one.workspace_id, 0)) for one, name in identities])


def find_people(terms: Sequence[Term], workspace_id: int, limit: int) -> list[int]:
    """List the newest identities that hold all terms, newest first."""
    return find_words(_PEOPLE, terms, workspace_id, limit)


def _text_of(identity: Identity, customer_name: str) -> str:
    return f"{customer_name} {identity.name} {identity.handle} {identity.address} {identity.external_id}"
