"""Who may be the same person as a customer, as far as a member may know; and all that a customer said."""

from dataclasses import dataclass

from django.db.models import Q

from allears.foundation.rows import hang_on
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Message
from allears.pipeline.conversations.queries.changes import posts_of
from allears.pipeline.conversations.queries.cursors import moment_and_id
from allears.pipeline.conversations.queries.customers import visible_identities
from allears.pipeline.conversations.queries.queue import visible_conversations
from allears.pipeline.people.models import Customer, Identity, SamePersonHint
from allears.pipeline.people.queries import visible_customers


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another customer who may be the same person, what they are known as, and why we think so."""

    customer: Customer
    identities: list[Identity]
    hints: list[SamePersonHint]


def same_people(member: Member, customer: Customer) -> list[Likeness]:
    """List who may be the same person, those known longest first; one statement where there is nobody."""
    theirs = Q(one__customer=customer) | Q(other__customer=customer)
    hints = SamePersonHint.objects.filter(theirs, workspace=member.workspace_id, refused_at=None)
    by_other: dict[int, list[SamePersonHint]] = {}
    for hint in hints.select_related("one", "other").order_by("id"):
        other = hint.other if hint.one.customer_id == customer.id else hint.one
        mine = hint.one if other is hint.other else hint.other
        if other.customer_id != mine.customer_id:
            by_other.setdefault(other.customer_id, []).append(hint)
    if not by_other:
        return []
    found = {one.id: one for one in visible_customers(member).filter(id__in=by_other)}
    known = visible_identities(member, [customer.id, *found])
    seen = {identity.id for identities in known.values() for identity in identities}
    likenesses = []
    for id_, others in by_other.items():
        told = [hint for hint in others if {hint.one_id, hint.other_id} <= seen]
        if id_ in found and told:
            likenesses.append(Likeness(found[id_], known.get(id_, []), told))
    return likenesses


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer said, the newest first, with the posts it stands under by id; the cursor of the next page."""

    messages: list[Message]
    next_cursor: str


def said_by(member: Member, customer: Customer, after: str = "", size: int = 40) -> Said:
    """Return one page of all that was said with a customer, on every network, public posts included."""
    theirs = visible_conversations(member).filter(customer=customer).order_by().values("id")
    found = Message.objects.filter(conversation__in=theirs)
    if place := moment_and_id(after):
        found = found.filter(Q(sent_at__lt=place[0]) | Q(sent_at=place[0], id__lt=place[1]))
    messages = list(found.order_by("-sent_at", "-id")[: size + 1])
    shown = messages[:size]
    hang_on(shown, "member", "identity", "channel")
    posts = posts_of(shown)
    for message in shown:
        message._state.fields_cache["post"] = posts.get(message.post_id) if message.post_id else None
    last = shown[-1] if len(messages) > size else None
    return Said(shown, f"{last.sent_at.isoformat()}|{last.id}" if last else "")
