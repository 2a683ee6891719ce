"""Ids that mean the same person in one place: several at once, or a new one in place of an old one.

Never is anybody made twice because of them, and never are two customers made one: that is only noted, for a
person to decide.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from allears.connectors.interface import Author, Renaming
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.rows import insert_rows, new_row
from allears.pipeline.people.models import Identity, IdentityName, SamePersonHint
from allears.pipeline.people.places import Known, Place
from allears.pipeline.people.search_index import index_people

TWO_IDS = mark("The network says that both ids are the same person.")
RENAMED = mark("The network says that this person has a new id there.")


def same_people(seen: Iterable[tuple[Place, Author, datetime]]) -> dict[tuple[Place, str], str]:
    """Say for each author of a batch by which id they are made: those who share an id are one."""
    first: dict[tuple[Place, str], str] = {}
    same: dict[tuple[Place, str], str] = {}
    for place, author, _ in sorted(seen, key=lambda one: (-len(one[1].also), one[1].id)):
        names = (author.id, *author.also)
        id_ = next((first[place, name] for name in names if (place, name) in first), author.id)
        first.update({(place, name): id_ for name in names})
        same[place, author.id] = id_
    return same


def name_identities(known: Mapping[tuple[Place, str], tuple[Author, Known]]) -> None:
    """Remember the other ids of people who were found or made, so that each leads to them from now on."""
    if not known:
        return
    wanted = {
        (place, name[:320]): one.identity_id
        for (place, _), (author, one) in known.items()
        for name in (author.id, *author.also)
        if name
    }
    rows = [
        new_row(
            IdentityName,
            workspace_id=place.workspace_id,
            network=place.network,
            realm=place.realm,
            external_id=name,
            identity_id=identity_id,
        )
        for (place, name), identity_id in sorted(wanted.items(), key=lambda one: one[0][1])
    ]
    insert_rows(rows, "ON CONFLICT (workspace_id, network, realm, external_id) DO NOTHING")


def rename_person(place: Place, renaming: Renaming) -> bool | None:
    """Know somebody by a new id from now on; say whether that is news, None if nobody here has either id."""
    if not renaming.author or not renaming.author.id or not renaming.old_id:
        return None
    new_id = renaming.author.id[:320]
    old, new = _identity(place, renaming.old_id), _identity(place, new_id)
    if old is None or (new and new.id == old.id and new.external_id == new_id):
        return False if new else None
    if new and new.id != old.id:
        if new.customer_id != old.customer_id:
            return note_same_person(place.workspace_id, old.id, new.id, RENAMED)
        return False
    keep = {"workspace_id": place.workspace_id, "network": place.network, "realm": place.realm}
    for name in (old.external_id, new_id):
        IdentityName.objects.get_or_create(**keep, external_id=name, defaults={"identity": old})
    told = {"external_id": new_id, "address": renaming.author.address, "handle": renaming.author.handle}
    Identity.objects.filter(id=old.id).update(**{name: value for name, value in told.items() if value})
    index_people([(Identity.objects.get(id=old.id), old.customer.name)])
    record_event(
        "identity.renamed", place.workspace_id, subject=f"customer:{old.customer_id}", identity=old.id
    )
    return True


def note_same_person(workspace: int, one: int, other: int, reason: str, **facts: str) -> bool:
    """Note a strong sign that two identities of different customers are one person; say whether it is new."""
    first, second = sorted((one, other))
    _hint, is_new = SamePersonHint.objects.get_or_create(
        one_id=first,
        other_id=second,
        defaults={
            "workspace_id": workspace,
            "reason": reason,
            "reason_facts": facts,
            "noted_at": now(),
        },
    )
    if is_new:
        customers = dict(Identity.objects.filter(id__in=(first, second)).values_list("id", "customer_id"))
        record_event(
            "customer.hinted",
            workspace,
            subject=f"customer:{customers[first]}",
            customer=customers[second],
        )
    return is_new


def _identity(place: Place, external_id: str) -> Identity | None:
    """Find an identity by any of its ids."""
    mine = Identity.objects.select_related("customer").filter(
        workspace=place.workspace_id, network=place.network, realm=place.realm
    )
    return (
        mine.filter(external_id=external_id).first()
        or mine.filter(names__external_id=external_id, names__realm=place.realm).first()
    )
