"""An anonymous visitor turns out to be one who is known."""

from typing import Any

from django.db import transaction

from allears.foundation.events.actions import record_event
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.people.actions.belongings import move_belongings
from allears.pipeline.people.models import Customer, Identity
from allears.pipeline.people.search_index import index_people
from allears.public.chat.models import Visitor, VisitorFile, VisitorToken
from allears.public.chat.queries.visitors import KIND, own_things, present_conversation


def join_visitor(anonymous: Visitor, known: Visitor) -> None:
    """Make one visitor of two: the known one reads what both wrote, and goes on where they wrote last."""
    with transaction.atomic():
        thread = _thread_to_go_on_with(anonymous, known)
        Visitor.objects.filter(id=anonymous.id).update(joined_to=known.id)
        Visitor.objects.filter(joined_to=anonymous.id).update(joined_to=known.id)
        Visitor.objects.filter(id=known.id).update(
            thread=thread,
            name=known.name or anonymous.name,
            email=known.email or anonymous.email,
            blocked_at=known.blocked_at or anonymous.blocked_at,
        )
        VisitorToken.objects.filter(visitor=anonymous).update(visitor=known)
        VisitorFile.objects.filter(visitor=anonymous).update(visitor=known)
        _join_customers(anonymous, known)
    known.refresh_from_db()


def _thread_to_go_on_with(anonymous: Visitor, known: Visitor) -> str:
    mine, theirs = (present_conversation(own_things(one)) for one in (anonymous, known))
    if mine is None or (theirs is not None and theirs.last_message_at > mine.last_message_at):
        return known.thread
    return anonymous.thread


def _join_customers(anonymous: Visitor, known: Visitor) -> None:
    """Make one customer of two; an anonymous one who is known elsewhere, too, is left to a person to join."""
    places = Identity.objects.filter(
        workspace=known.workspace_id, network=KIND, realm=f"channel:{known.channel_id}"
    ).select_related("customer")
    mine = places.filter(external_id=anonymous.public_id).first()
    theirs = places.filter(external_id=known.public_id).first()
    if mine is None or (theirs is not None and theirs.customer_id == mine.customer_id):
        return
    if theirs is None:
        _give_identity(known, mine)
    elif Identity.objects.filter(customer=mine.customer_id).count() == 1:
        _move_customer(mine, theirs.customer)


def _give_identity(known: Visitor, mine: Identity) -> None:
    """Let the first line of a visitor who never wrote here find the customer they already are."""
    made = Identity.objects.create(
        workspace_id=known.workspace_id,
        customer_id=mine.customer_id,
        network=KIND,
        realm=mine.realm,
        external_id=known.public_id,
        name=mine.name,
        address=mine.address,
        first_seen_at=known.first_seen_at,
    )
    index_people([(made, mine.customer.name)])


def _move_customer(mine: Identity, kept: Customer) -> None:
    """Give everything of an anonymous customer to the known one."""
    gone = mine.customer_id
    Identity.objects.filter(id=mine.id).update(customer=kept)
    index_people([(mine, kept.name)])
    moved = Conversation.objects.filter(customer=gone)
    places = list(moved.values_list("id", "channel_id"))
    moved.update(customer=kept, customer_name=kept.name[:200])
    move_belongings(gone, kept.id)
    Customer.objects.filter(id=gone).delete()
    for conversation, channel in places:
        facts: dict[str, Any] = {"conversation": conversation, "channel": channel, "customer": kept.id}
        record_event("visitor.identified", mine.workspace_id, **facts)
