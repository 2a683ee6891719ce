"""Find or make the people behind messages, set-based."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from allears.connectors.interface import Author
from allears.foundation.rows import insert_rows, new_row, select_rows
from allears.pipeline.people.models import Customer, Identity
from allears.pipeline.people.search_index import index_people

_IDENTITIES = """
SELECT i.id, i.customer_id, i.external_id, i.name, i.handle, i.address, i.language, i.time_zone, c.name
FROM people_identity i JOIN people_customer c ON c.id = i.customer_id
WHERE i.workspace_id = %s AND i.network = %s AND i.realm = %s AND i.external_id {among}
"""


_PEOPLE_LOCK = 0x7E0B1E  # of two numbers, the other is the workspace


@dataclass(frozen=True, slots=True)
class Place:
    """Where an author is known: a workspace's network, or one channel of it (`realm`)."""

    workspace_id: int
    network: str
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An identity and its customer, as ids, and the name to show."""

    identity_id: int
    customer_id: int
    name: str


def know_people(seen: Iterable[tuple[Place, Author, datetime]]) -> dict[tuple[Place, str], Known]:
    """Find or make an identity and a customer for every author, seen then; returned by place and network id."""
    seen = list(seen)
    hold_people({place.workspace_id for place, _, _ in seen})
    wanted: dict[tuple[Place, str], Author] = {}
    first_seen: dict[tuple[Place, str], datetime] = {}
    for place, author, at in seen:
        key = (place, author.id)
        wanted[key] = author
        first_seen[key] = min(at, first_seen.get(key, at))
    known: dict[tuple[Place, str], Known] = {}
    for place in {place for place, _ in wanted}:
        mine = {id_: author for (other, id_), author in wanted.items() if other == place}
        known.update(_find(place, mine))
    unknown = [(key[0], author, first_seen[key]) for key, author in wanted.items() if key not in known]
    if unknown:  # in one order everywhere, so that two workers never wait for each other
        known.update(_make(sorted(unknown, key=lambda one: one[1].id)))
    return known


def hold_people(workspace_ids: Iterable[int], *, alone: bool = False) -> None:
    """Keep who is who from changing until the transaction ends; `alone` keeps everyone else from reading it, too.

    Filing may go on side by side, and waits only while two customers are made one or apart. SQLite has one
    writer anyway.
    """
    if connection.vendor == "postgresql":
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            for id_ in sorted(set(workspace_ids)):
                cursor.execute(f"SELECT {lock}(%s, %s)", [_PEOPLE_LOCK, id_ % 2**31])


def _find(place: Place, authors: dict[str, Author]) -> dict[tuple[Place, str], Known]:
    rows = select_rows(_IDENTITIES, place.workspace_id, place.network, place.realm, among=authors)
    found = {}
    changed: dict[int, str] = {}
    for id_, customer_id, external_id, *known, shown in rows:
        found[place, external_id] = Known(id_, customer_id, shown)
        if news := _news_of(authors[external_id], known):
            Identity.objects.filter(id=id_).update(**news)
            changed[id_] = shown
    if changed:
        index_people((one, changed[one.id]) for one in Identity.objects.filter(id__in=changed))
    return found


def _news_of(author: Author, known: list[str]) -> dict[str, str]:
    """Say what of an identity is to be written anew; what is not told now stays as it was."""
    told = _told_by(author)
    pairs = zip(told.items(), known, strict=True)
    return {name: value for (name, value), before in pairs if value and value != before}


def _told_by(author: Author) -> dict[str, str]:
    return {
        "name": author.name[:200],
        "handle": author.handle[:200],
        "address": author.address[:320],
        "language": author.language[:16],
        "time_zone": author.time_zone[:64],
    }


def _make(unknown: list[tuple[Place, Author, datetime]]) -> dict[tuple[Place, str], Known]:
    customers = [
        new_row(Customer, workspace_id=place.workspace_id, name=name_of(author), first_seen_at=at)
        for place, author, at in unknown
    ]
    insert_rows(customers)
    identities = [
        new_row(
            Identity,
            workspace_id=place.workspace_id,
            customer_id=customer.id,
            network=place.network,
            realm=place.realm,
            external_id=author.id[:320],
            first_seen_at=at,
            **_told_by(author),
        )
        for (place, author, at), customer in zip(unknown, customers, strict=True)
    ]
    insert_rows(identities, "ON CONFLICT DO NOTHING")
    index_people((one, customer.name) for one, customer in zip(identities, customers, strict=True))
    made = {
        (place, author.id): Known(identity.id, identity.customer_id, name_of(author))
        for (place, author, _), identity in zip(unknown, identities, strict=True)
    }
    return made if connection.vendor == "sqlite" else _without_doubles(made, unknown)


def _without_doubles(
    made: dict[tuple[Place, str], Known], unknown: list[tuple[Place, Author, datetime]]
) -> dict[tuple[Place, str], Known]:
    """Take the identities that another worker made first, and let go of the customers made for them here."""
    found: dict[tuple[Place, str], Known] = {}
    for place in {place for place, _, _ in unknown}:
        found.update(_find(place, {author.id: author for other, author, _ in unknown if other == place}))
    lost = [one.customer_id for key, one in made.items() if found[key].customer_id != one.customer_id]
    Customer.objects.filter(id__in=lost).delete()
    return found


def name_of(author: Author) -> str:
    """Say what to call an author: their name, else handle, address or id."""
    return (author.name or author.handle or author.address or author.id)[:200]
