"""Who the customers are, as far as a member may know of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.text import index_words
from allears.foundation.word_index import Term
from allears.foundation.workspaces.models import Member
from allears.foundation.workspaces.queries import hidden_team_ids, teams_of
from allears.pipeline.people.models import Customer as Customer  # noqa: PLC0414 - pages name it
from allears.pipeline.people.models import Identity as Identity  # noqa: PLC0414 - pages name it
from allears.pipeline.people.search_index import find_people

MOST_FOUND = 2000


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


@dataclass(frozen=True, slots=True)
class FoundCustomers:
    """Customers that a search found, the newest identity first, and whether there are more."""

    ids: list[int]
    has_more: bool


def search_customers(member: Member, text: str, size: int = 50) -> FoundCustomers:
    """Find visible customers by words of their name, handles and addresses, or by how those begin."""
    words = list(index_words(text))
    if not words:
        return FoundCustomers([], False)
    terms = [Term((word,), is_prefix=True) for word in words]
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
