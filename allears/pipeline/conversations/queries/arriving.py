"""Ask what filing needs to know of what is here already."""

from collections.abc import Iterable

from django.db.models import BigIntegerField, Value

from allears.connectors.interface import Author
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Attachment, FileState, Leg, Message
from allears.pipeline.people.models import Identity

_Name = tuple[int, str]


def recipients_of(messages: set[_Name], threads: set[_Name]) -> dict[_Name, Author]:
    """Say to whom words of ours are that answer these messages, or stand in these private threads; by (channel, id).

    Whoever wrote the message; under words of our own, whose conversation it is.
    """
    rows = Message.objects.filter(
        channel__in={channel for channel, _ in messages}, external_id__in={name for _, name in messages}
    ).values_list("channel", "external_id", "identity", "conversation__customer")
    legs = Leg.objects.filter(
        party=0,
        thread__channel__in={channel for channel, _ in threads},
        thread__external_id__in={name for _, name in threads},
    ).values_list(
        "thread__channel", "thread__external_id", Value(None, BigIntegerField()), "conversation__customer"
    )
    found = [*rows, *legs]
    people = Identity.objects.filter(customer__in={customer for *_, customer in found}).order_by("-id")
    by_id = {one.id: one for one in people}
    kinds = dict(Channel.objects.filter(id__in={channel for channel, *_ in found}).values_list("id", "kind"))
    return {
        (channel, name): Author(id=who.external_id)
        for channel, name, identity, customer in reversed(found)
        if (who := by_id.get(identity) or _known_in(channel, kinds[channel], customer, by_id.values()))
    }


def _known_in(channel_id: int, kind: str, customer_id: int, people: Iterable[Identity]) -> Identity | None:
    """Find the identity by which a customer is known in a channel."""
    realms = {"", f"channel:{channel_id}"}
    mine = (one for one in people if one.customer_id == customer_id and one.network == kind)
    return next((one for one in mine if one.realm in realms), None)


def files_to_fetch(message_ids: Iterable[int]) -> list[int]:
    """List the files of messages that still lie on the network."""
    ids = list(message_ids)
    waiting = Attachment.objects.filter(message__in=ids, state=FileState.WAITING)
    return list(waiting.values_list("id", flat=True)) if ids else []
