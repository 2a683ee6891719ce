"""Who the customers are, as far as a member may know of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.word_index import terms_in
from allears.foundation.workspaces.models import Member
from allears.foundation.workspaces.queries import hidden_team_ids, teams_of
from allears.pipeline.people.models import Customer as Customer  # noqa: PLC0414 - pages name it
from allears.pipeline.people.models import CustomerMerge as CustomerMerge  # noqa: PLC0414 - pages name it
from allears.pipeline.people.models import CustomerNote as CustomerNote  # noqa: PLC0414 - pages name it
from allears.pipeline.people.models import Identity as Identity  # noqa: PLC0414 - pages name it
from allears.pipeline.people.models import IdentityName
from allears.pipeline.people.places import Place
from allears.pipeline.people.search_index import find_people

MOST_FOUND = 2000


def identities_among(place: Place, external_ids: Iterable[str]) -> dict[str, int]:
    """Map those of a network's ids that are known in a place to their identities."""
    mine = {"workspace": place.workspace_id, "network": place.network, "realm": place.realm}
    ids = list(external_ids)
    other = IdentityName.objects.filter(**mine, external_id__in=ids).values_list("external_id", "identity")
    first = Identity.objects.filter(**mine, external_id__in=ids).values_list("external_id", "id")
    return {**dict(other), **dict(first)}


def visible_customers(member: Member) -> QuerySet[Customer]:
    """Return the customers a member may know of: not those who wrote only to private teams of others."""
    found = Customer.objects.filter(workspace=member.workspace_id)
    hidden = hidden_team_ids(member)
    if not hidden:
        return found
    # Conversations are a later stage, so they are named by the relation only.
    same = Customer.objects.filter(pk=OuterRef("pk"))
    in_sight = Q(conversations__isnull=False, conversations__team__isnull=True)
    seen = same.filter(in_sight | Q(conversations__team__in=teams_of(member).order_by().values("id")))
    return found.filter(Exists(seen) | ~Exists(same.filter(conversations__team__in=hidden)))


def get_visible_customer(member: Member, customer_id: int) -> Customer:
    """Return a customer the member may know of. Raise NotVisible for any other."""
    customer = visible_customers(member).filter(id=customer_id).first()
    if customer is None:
        raise NotVisible
    return customer


def identities_of(customer_ids: Iterable[int]) -> dict[int, list[Identity]]:
    """List the identities of customers, the oldest first, in one statement."""
    found: dict[int, list[Identity]] = {}
    for identity in Identity.objects.filter(customer__in=list(customer_ids)).order_by("id"):
        found.setdefault(identity.customer_id, []).append(identity)
    return found


def notes_on(customer: Customer) -> QuerySet[CustomerNote]:
    """Return the notes about a customer whom the member may see, the newest first."""
    return CustomerNote.objects.filter(customer=customer).select_related("member").order_by("-id")


def get_visible_customer_note(member: Member, note_id: int) -> CustomerNote:
    """Return a note about a customer the member may know of. Raise NotVisible for any other."""
    note = CustomerNote.objects.filter(id=note_id).select_related("customer").first()
    if note is None or not visible_customers(member).filter(id=note.customer_id).exists():
        raise NotVisible
    return note


def merges_into(customer: Customer) -> QuerySet[CustomerMerge]:
    """Return the merges that made a customer what they are and can be undone, the newest first."""
    return (
        CustomerMerge.objects.filter(survivor=customer, undone_at=None).select_related("by").order_by("-id")
    )


def get_visible_merge(member: Member, merge_id: int) -> CustomerMerge:
    """Return a merge into a customer the member may know of. Raise NotVisible for any other."""
    merge = CustomerMerge.objects.filter(id=merge_id).first()
    if merge is None or not visible_customers(member).filter(id=merge.survivor_id).exists():
        raise NotVisible
    return merge


def survivor_of(member: Member, customer_id: int) -> int | None:
    """Say into whom a customer was merged, if the member may know of that one."""
    merges = CustomerMerge.objects.filter(
        workspace=member.workspace_id, absorbed_id=customer_id, undone_at=None
    )
    survivor = merges.order_by("-id").values_list("survivor_id", flat=True).first()
    return survivor if survivor and visible_customers(member).filter(id=survivor).exists() else None


@dataclass(frozen=True, slots=True)
class FoundCustomers:
    """Customers that a search found, the newest identity first, and whether there are more."""

    ids: list[int]
    has_more: bool


def search_customers(member: Member, text: str, size: int = 50) -> FoundCustomers:
    """Find visible customers by words of their name, handles and addresses, or by how those begin."""
    terms = terms_in(text, is_prefix=True)
    if not terms:
        return FoundCustomers([], False)
    identities = find_people(terms, member.workspace_id, MOST_FOUND)
    customers = Identity.objects.filter(id__in=identities, workspace=member.workspace_id).order_by("-id")
    ids = list(dict.fromkeys(customers.values_list("customer_id", flat=True)))
    visible = set(visible_customers(member).filter(id__in=ids).values_list("id", flat=True))
    kept = [id_ for id_ in ids if id_ in visible]
    return FoundCustomers(kept[:size], len(kept) > size)


def listed_customers(member: Member, after: int, size: int) -> tuple[list[Customer], bool]:
    """Return one page of visible customers by id, after an id; and whether there are more."""
    found = list(visible_customers(member).filter(id__gt=after).order_by("id")[: size + 1])
    return found[:size], len(found) > size


def customers_by_id(ids: Sequence[int]) -> list[Customer]:
    """Read customers that were found to be visible before, in the order given."""
    known = Customer.objects.in_bulk(ids)
    return [known[id_] for id_ in ids if id_ in known]


def listed_customer_notes(
    customer: Customer, before: int | None, size: int
) -> tuple[list[CustomerNote], bool]:
    """Return one page of the notes about a customer, the newest first, before an id; and whether there are more."""
    found = notes_on(customer)
    notes = list((found if before is None else found.filter(id__lt=before))[: size + 1])
    return notes[:size], len(notes) > size
