"""Ask who a visitor is, and which threads and conversations are theirs."""

from dataclasses import dataclass

from django.db.models import Q

from allears.foundation.rows import find_rows, hang_on
from allears.foundation.workspaces.tokens import hash_of
from allears.pipeline.conversations.models import Conversation, Leg, Thread
from allears.pipeline.people.models import Identity
from allears.public.chat.errors import UnknownVisitor
from allears.public.chat.models import Visitor as Visitor  # noqa: PLC0414 - doors name it

KIND = "chat"
# Compiled once: every line a visitor writes asks this.
_WHO_BEARS = "channel_id = %s AND id IN (SELECT visitor_id FROM chat_visitortoken WHERE hash {among})"


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to a visitor: the names and ids of their threads, and the conversations these are legs of."""

    names: list[str]
    threads: list[int]
    conversations: list[int]


def visitor_with(channel_id: int, token: str) -> Visitor:
    """Return the visitor whom a token lets into a channel. Raise UnknownVisitor."""
    found = find_rows(Visitor, _WHO_BEARS, channel_id, among=[hash_of(token)]) if token else []
    if not found:
        raise UnknownVisitor
    hang_on(found, "workspace")
    return found[0]


def names_of_threads(visitor: Visitor) -> list[str]:
    """List the names of a visitor's threads: their own, and those of whoever was joined to them."""
    joined = Visitor.objects.filter(joined_to=visitor.id).values_list("public_id", flat=True)
    return list(dict.fromkeys([visitor.public_id, visitor.thread, *joined]))


def own_things(visitor: Visitor) -> Own:
    """Find everything that is a visitor's, in a fixed number of statements."""
    names = names_of_threads(visitor)
    # As the index of named threads says it.
    named = Thread.objects.filter(channel=visitor.channel_id, external_id__in=names).exclude(external_id="")
    threads = list(named.values_list("id", flat=True))
    if not threads:
        return Own(names, [], [])
    mine = Identity.objects.filter(
        workspace=visitor.workspace_id,
        network=KIND,
        realm=f"channel:{visitor.channel_id}",
        external_id__in=names,
    )
    earlier = Conversation.objects.filter(customer__in=mine.values("customer")).values_list("id", flat=True)
    present = Leg.objects.filter(thread__in=threads).values_list("conversation_id", flat=True)
    return Own(names, threads, sorted({*earlier, *present}))


def present_conversation(own: Own) -> Conversation | None:
    """Return the conversation that a visitor's next line would go to, or else the one they had last."""
    legs = Leg.objects.filter(thread__in=own.threads).values("conversation")
    return Conversation.objects.filter(id__in=legs).order_by("-last_message_at").first()


def visitors_in(conversation_ids: list[int]) -> dict[int, Visitor]:
    """Say who chats in each of several conversations, in one statement for threads and one for visitors."""
    legs = Leg.objects.filter(conversation__in=conversation_ids, thread__channel__kind=KIND)
    names = dict(legs.order_by("id").values_list("thread__external_id", "conversation_id"))
    found = Visitor.objects.filter(Q(thread__in=names) | Q(public_id__in=names)).select_related(
        "joined_to__channel", "channel", "workspace"
    )
    visitors: dict[int, Visitor] = {}
    for visitor in found.order_by("id"):
        for name in (visitor.public_id, visitor.thread):
            if name in names:
                visitors[names[name]] = visitor.joined_to or visitor
    return visitors
