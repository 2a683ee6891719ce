"""Customers by what they wrote: who was in contact last, who waits, what a merge would move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Message, Order
from allears.pipeline.conversations.queries.orders import after_recency
from allears.pipeline.conversations.queries.queue import (
    QueueRow,
    page_of,
    visible_conversations,
)
from allears.pipeline.people.models import Customer, CustomerNote, Identity
from allears.pipeline.people.queries import identities_of, visible_customers


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a list shows them; counts are of conversations the member may see."""

    PERSONAL_NAMES = ("name",)

    id: int
    name: str
    identities: list[Identity]
    conversation_count: int
    waiting_count: int
    last_contact_at: datetime | None

    @property
    def networks(self) -> list[str]:
        return list(dict.fromkeys(identity.network for identity in self.identities))


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers, and the cursor of the page after them ("" at the end)."""

    rows: list[CustomerRow]
    next_cursor: str


def customers_by_contact(member: Member, after: str = "", size: int = 50) -> CustomerPage:
    """Return one page of customers, whose conversation was the newest first.

    Conversations are read by recency, each customer's newest only, so that a page costs what it shows.
    """
    visible = visible_conversations(member)
    same = visible.filter(customer=OuterRef("customer"))
    newer = same.filter(last_message_at__gt=OuterRef("last_message_at")) | same.filter(
        last_message_at=OuterRef("last_message_at"), id__gt=OuterRef("id")
    )
    newest = after_recency(visible, after).filter(~Exists(newer)).order_by("-last_message_at", "-id")
    found = list(newest.values_list("customer_id", "last_message_at", "id")[: size + 1])
    rows = customer_rows(member, [customer for customer, _, _ in found[:size]])
    _, at, id_ = found[size - 1] if len(found) > size else (0, None, 0)
    return CustomerPage(rows, f"{at.isoformat()}.{id_}".replace("+00:00", "Z") if at else "")


def customer_rows(member: Member, ids: Sequence[int]) -> list[CustomerRow]:
    """Read customers as rows, in the order of their ids given, in three statements."""
    names = dict(visible_customers(member).filter(id__in=ids).values_list("id", "name"))
    identities = visible_identities(member, list(names))
    theirs = visible_conversations(member).filter(customer__in=ids).order_by().values_list("customer")
    waiting = Count("id", filter=Q(waiting_since__isnull=False))
    counts = theirs.annotate(count=Count("id"), waiting=waiting, newest=Max("last_message_at"))
    counted = {customer: rest for customer, *rest in counts}
    return [
        CustomerRow(id_, names[id_], identities.get(id_, []), *counted.get(id_, (0, 0, None)))
        for id_ in ids
        if id_ in names
    ]


def visible_identities(member: Member, customer_ids: Sequence[int]) -> dict[int, list[Identity]]:
    """List customers' identities; not those that wrote only where the member may not look."""
    found = identities_of(customer_ids)
    everything = Conversation.objects.filter(customer__in=customer_ids)
    hidden = everything.exclude(id__in=visible_conversations(member).values("id"))
    ids = list(hidden.values_list("id", flat=True)) if not member.may_administer else []
    if not ids:
        return found
    written = Message.objects.filter(conversation__customer__in=customer_ids, identity__isnull=False)
    secret = set(written.filter(conversation__in=ids).values_list("identity_id", flat=True))
    secret -= set(written.exclude(conversation__in=ids).values_list("identity_id", flat=True))
    return {id_: [one for one in rows if one.id not in secret] for id_, rows in found.items()}


@dataclass(frozen=True, slots=True)
class Belongings:
    """How much of a customer a merge would move, as far as the member may see it."""

    customer: Customer
    identities: list[Identity]
    conversations: int
    notes: int


def belongings_of(member: Member, customer: Customer) -> Belongings:
    """Count what hangs on a customer."""
    return Belongings(
        customer=customer,
        identities=visible_identities(member, [customer.id]).get(customer.id, []),
        conversations=conversations_with(member, customer).count(),
        notes=CustomerNote.objects.filter(customer=customer).count(),
    )


def conversations_with(member: Member, customer: Customer) -> QuerySet[Conversation]:
    """Return the conversations with a customer that the member may see."""
    return visible_conversations(member).filter(customer=customer)


def conversation_rows_with(
    member: Member, customer: Customer, after: str = "", size: int = 30
) -> tuple[list[QueueRow], str]:
    """Return one page of a customer's conversations, newest first, and the cursor of the next."""
    page = page_of(conversations_with(member, customer), Order.NEWEST, after, size)
    return page.rows, page.next_cursor
