"""Find or make the people behind messages, set-based."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from allears.connectors.interface import Author
from allears.foundation.rows import insert_rows, new_row, select_rows
from allears.pipeline.people.actions.naming import (
    TWO_IDS,
    name_identities,
    note_same_person,
    same_people,
)
from allears.pipeline.people.models import Customer, Identity
from allears.pipeline.people.places import Known, Place
from allears.pipeline.people.search_index import index_people

_COLUMNS = (
    "i.name, i.handle, i.address, i.language, i.time_zone, i.url, i.picture_url, i.followers, i.is_verified"
)
_IDENTITIES = f"""
SELECT i.id, i.customer_id, i.external_id, {_COLUMNS}, c.name
FROM people_identity i JOIN people_customer c ON c.id = i.customer_id
WHERE i.workspace_id = %s AND i.network = %s AND i.realm = %s AND i.external_id {{among}}
"""  # noqa: S608 - no value in it
_BY_OTHER_NAMES = f"""
SELECT i.id, i.customer_id, n.external_id, {_COLUMNS}, c.name
FROM people_identityname n JOIN people_identity i ON i.id = n.identity_id
JOIN people_customer c ON c.id = i.customer_id
WHERE n.workspace_id = %s AND n.network = %s AND n.realm = %s AND n.external_id {{among}}
"""  # noqa: S608 - no value in it
_UPDATE = """
UPDATE people_identity SET name = %s, handle = %s, address = %s, language = %s, time_zone = %s, url = %s,
  picture_url = %s, followers = %s, is_verified = %s
WHERE id = %s
"""
# The first of what is told finds people, too.
_FOUND_BY = 3


__all__ = ["Known", "Place", "hold_people", "know_people", "name_of", "note_same_person"]

_PEOPLE_LOCK = 0x7E0B1E  # of two numbers, the other is the workspace


def know_people(seen: Iterable[tuple[Place, Author, datetime]]) -> dict[tuple[Place, str], Known]:
    """Find or make an identity and a customer for every author, seen then; returned by place and network id.

    Whoever has several ids in a place is one identity, whichever of them came first.
    """
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
        if len(mine) > sum(1 for other, _ in known if other == place) or any(a.also for a in mine.values()):
            known.update(_find_by_other_names(place, mine, known))
    unknown = [(key[0], author, first_seen[key]) for key, author in wanted.items() if key not in known]
    if unknown:  # in one order everywhere, so that two workers never wait for each other
        same = same_people(unknown)
        first = [one for one in unknown if same[one[0], one[1].id] == one[1].id]
        made = _make(sorted(first, key=lambda one: one[1].id))
        known.update({(place, one.id): made[place, same[place, one.id]] for place, one, _ in unknown})
    name_identities({key: (wanted[key], one) for key, one in known.items() if wanted[key].also})
    return known


def _find_by_other_names(
    place: Place, authors: dict[str, Author], known: Mapping[tuple[Place, str], Known]
) -> dict[tuple[Place, str], Known]:
    """Find authors by ids that they are not known by first; note where two of their ids are two customers."""
    ids = {id_: author for author in authors.values() for id_ in (author.id, *author.also)}
    rows = select_rows(_BY_OTHER_NAMES, place.workspace_id, place.network, place.realm, among=list(ids))
    others = [id_ for id_ in ids if id_ not in authors]
    rows += select_rows(_IDENTITIES, place.workspace_id, place.network, place.realm, among=others)
    by_id = {row[2]: Known(row[0], row[1], row[-1]) for row in rows}
    found = {}
    for id_, author in authors.items():
        one = known.get((place, id_))
        others_found = [by_id[name] for name in (id_, *author.also) if name in by_id]
        if one is None and others_found:
            one = found[place, id_] = others_found[0]
        for other in others_found:
            if one and other.customer_id != one.customer_id:
                note_same_person(place.workspace_id, one.identity_id, other.identity_id, TWO_IDS)
    told = {row[2]: row for row in rows}
    _write_news([(authors[id_], told[name]) for (_, id_), name in _told_names(found, authors, by_id)])
    return found


def _told_names(
    found: Mapping[tuple[Place, str], Known], authors: Mapping[str, Author], by_id: Mapping[str, Known]
) -> Iterator[tuple[tuple[Place, str], str]]:
    """Say by which of their names those were found who were."""
    for key, one in found.items():
        author = authors[key[1]]
        names = [name for name in (author.id, *author.also) if by_id.get(name) == one]
        yield key, names[0]


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
    _write_news([(authors[row[2]], row) for row in rows])
    return {(place, row[2]): Known(row[0], row[1], row[-1]) for row in rows}


def _write_news(pairs: Iterable[tuple[Author, Sequence[Any]]]) -> None:
    """Write what authors tell of themselves that is new, in one statement; what is not told stays as it was."""
    changed: list[list[Any]] = []
    findable: dict[int, str] = {}
    for author, row in pairs:
        known = list(row[3:-1])
        told = [value if value not in {"", None} else known[n] for n, value in enumerate(_told(author))]
        if author.followers is None and known[-1]:  # who tells of followers tells of this as well
            told[-1] = known[-1]
        if told != known:
            changed.append([*told, row[0]])
            if told[:_FOUND_BY] != known[:_FOUND_BY]:
                findable[row[0]] = row[-1]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_UPDATE, changed)
    if findable:
        index_people((one, findable[one.id]) for one in Identity.objects.filter(id__in=findable))


def _told(author: Author) -> list[Any]:
    """List what an author tells of themselves, in the order of the columns."""
    return list(_told_by(author).values())


def _told_by(author: Author) -> dict[str, Any]:
    return {
        "name": author.name[:200],
        "handle": author.handle[:200],
        "address": author.address[:320],
        "language": author.language[:16],
        "time_zone": author.time_zone[:64],
        "url": author.url[:1000],
        "picture_url": author.picture_url[:2000],
        "followers": None if author.followers is None else max(author.followers, 0),
        "is_verified": author.is_verified,
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
