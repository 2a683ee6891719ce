"""Make two customers one, and two of them again. Only a person does this, and may choose who stays.

The absorbed customer's row goes, so that nothing can be filed to them by mistake; what moved is kept with the
merge. What arrives afterwards is known by its identity, and goes with that identity when the merge is undone.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Min, OuterRef, Subquery

from allears.foundation.clock import now
from allears.foundation.events.actions import Happening, record_event, record_events
from allears.foundation.rows import change_rows
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.models import Conversation, Direction, Message
from allears.pipeline.people.actions import hold_people
from allears.pipeline.people.actions.belongings import move_back, move_belongings
from allears.pipeline.people.errors import CustomerNameNeeded, MergeUndone, SameCustomer
from allears.pipeline.people.models import Customer, CustomerMerge, Identity
from allears.pipeline.people.queries import get_visible_customer
from allears.pipeline.people.search_index import index_people

_CONVERSATIONS = "conversations_conversation.customer_id"
_NAMED = "named"
_GIVE = "UPDATE conversations_conversation SET customer_id = %s WHERE customer_id = %s AND id {among}"
_RENAME = "UPDATE conversations_conversation SET customer_name = %s WHERE customer_name = %s AND id {among}"


def merge_customers(by: Member, survivor_id: int, absorbed_id: int) -> CustomerMerge:
    """Make one customer of two; everything of the absorbed one goes to the survivor.

    Raise SameCustomer, and NotVisible when either is gone or not to be seen.
    """
    require_answering(by)
    if survivor_id == absorbed_id:
        raise SameCustomer
    with transaction.atomic():
        hold_people([by.workspace_id], alone=True)
        survivor = get_visible_customer(by, survivor_id)
        absorbed = get_visible_customer(by, absorbed_id)
        moved = move_belongings(absorbed.id, survivor.id)
        moved[_NAMED] = _rename(moved[_CONVERSATIONS], absorbed.name, survivor)
        merge = CustomerMerge.objects.create(
            workspace_id=by.workspace_id,
            survivor=survivor,
            absorbed_id=absorbed.id,
            absorbed_name=absorbed.name,
            absorbed_first_seen_at=absorbed.first_seen_at,
            moved=moved,
            last_conversation_id=_newest_conversation(by.workspace_id),
            by=by,
            merged_at=now(),
        )
        Customer.objects.filter(id=absorbed.id).delete()
        _see_first(survivor.id)
        _tell(merge, "customer.merged", moved[_CONVERSATIONS], by)
    return merge


def undo_merge(by: Member, merge: CustomerMerge) -> Customer:
    """Make two of one again: each has what was theirs, and what came since by their identities.

    Raise MergeUndone when somebody was faster.
    """
    require_answering(by)
    with transaction.atomic():
        hold_people([by.workspace_id], alone=True)
        still = CustomerMerge.objects.filter(id=merge.id, undone_at=None)
        if not still.update(undone_at=now()):
            raise MergeUndone
        merge.refresh_from_db()
        back = Customer.objects.create(
            id=merge.absorbed_id,
            workspace_id=merge.workspace_id,
            name=merge.absorbed_name,
            first_seen_at=merge.absorbed_first_seen_at,
        )
        survivor = Customer.objects.get(id=merge.survivor_id)
        move_back(merge.moved, survivor.id, back.id)
        came_since = _conversations_since(merge, back)
        change_rows(_GIVE, back.id, survivor.id, among=came_since)
        theirs = Conversation.objects.filter(customer=back).values_list("id", flat=True)
        change_rows(_RENAME, back.name, survivor.name, among=[*merge.moved[_NAMED], *came_since])
        _see_first(survivor.id)
        _tell(merge, "customer.merge_undone", list(theirs), by)
    return back


def rename_customer(by: Member, customer: Customer, name: str) -> None:
    """Call a customer something else, wherever they are shown. Raise CustomerNameNeeded."""
    require_answering(by)
    wanted = " ".join(name.replace("\x00", "").split())[:200]
    if not wanted:
        raise CustomerNameNeeded
    if wanted == customer.name:
        return
    with transaction.atomic():
        Customer.objects.filter(id=customer.id).update(name=wanted)
        theirs = Conversation.objects.filter(customer=customer, customer_name=customer.name)
        theirs.update(customer_name=wanted)
        index_people((one, wanted) for one in Identity.objects.filter(customer=customer))
        subject = f"customer:{customer.id}"
        record_event("customer.renamed", customer.workspace_id, by, subject, old=customer.name, new=wanted)


def _newest_conversation(workspace_id: int) -> int:
    return Conversation.objects.filter(workspace=workspace_id).aggregate(newest=Max("id"))["newest"] or 0


def _rename(moved: list[int], old: str, survivor: Customer) -> list[int]:
    """Show the survivor's name on those moved conversations that show the old one; return which."""
    shown = Conversation.objects.filter(customer=survivor, customer_name=old).values_list("id", flat=True)
    named = sorted(set(moved) & set(shown))
    change_rows(_RENAME, survivor.name, old, among=named)
    return named


def _conversations_since(merge: CustomerMerge, back: Customer) -> list[int]:
    """List what was opened since the merge by the identities that went back, as filing would have filed it."""
    said = Message.objects.filter(conversation=OuterRef("pk"), direction=Direction.IN).order_by("id")
    newer = Conversation.objects.filter(customer=merge.survivor_id, id__gt=merge.last_conversation_id)
    opened_by = newer.annotate(opened_by=Subquery(said.values("identity")[:1]))
    theirs = Identity.objects.filter(customer=back).values("id")
    return list(opened_by.filter(opened_by__in=theirs).values_list("id", flat=True))


def _see_first(customer_id: int) -> None:
    """Know a customer since the first of their identities was seen."""
    first = Identity.objects.filter(customer=customer_id).aggregate(at=Min("first_seen_at"))["at"]
    if first:
        Customer.objects.filter(id=customer_id).update(first_seen_at=first)


def _tell(merge: CustomerMerge, kind: str, conversation_ids: Iterable[int], by: Member) -> None:
    """Record the merge, and for each conversation, so that open pages show the other name."""
    survivor, absorbed = merge.survivor_id, merge.absorbed_id
    record_event(
        kind,
        merge.workspace_id,
        by,
        f"customer:{survivor}",
        absorbed=absorbed,
        absorbed_name=merge.absorbed_name,
        merge=merge.id,
    )
    now_theirs = survivor if kind == "customer.merged" else absorbed
    record_events(
        Happening(
            kind="conversation.customer_changed",
            workspace_id=merge.workspace_id,
            by=by.id,
            conversation=id_,
            facts={"customer": now_theirs},
        )
        for id_ in conversation_ids
    )
