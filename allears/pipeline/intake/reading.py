"""Read envelopes: the connector's translation, and nothing that it raises gets past here."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from allears.connectors.errors import ConnectorError, Unreadable
from allears.connectors.interface import (
    Account,
    Author,
    Deletion,
    Delivery,
    Edit,
    Hiding,
    Incoming,
    Nothing,
    Notice,
    Reaction,
    Receipt,
    Record,
    Renaming,
)
from allears.foundation.text import fit_name, shorten
from allears.pipeline.channels.queries import OpenChannel
from allears.pipeline.intake.endings import NO_CHANNEL, NO_MESSAGE, NOT_CONNECTED_HERE, STUMBLED
from allears.pipeline.intake.models import EndedAs, Envelope

LONGEST_NAME = 300
LONGEST_PERSON = 320
Change = Edit | Deletion | Reaction | Receipt | Hiding | Renaming | Notice
Reader = Callable[[Delivery, Account], Sequence[Record] | Nothing]
log = structlog.get_logger("allears.intake")

ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an envelope says, or why it says nothing. A change is told apart from messages; both stand in order."""

    envelope: Envelope
    incoming: list[Incoming]
    ended_as: EndedAs = EndedAs.MESSAGES
    reason: str = ""
    reason_facts: Mapping[str, str] = field(default_factory=dict)
    technical: str = ""
    changes: list[Change] = field(default_factory=list)


def read_envelope(envelope: Envelope, channel: OpenChannel | None, readers: Mapping[str, Reader]) -> Reading:
    """Translate one envelope. `readers` are those that envelopes name; the channel's connector reads the rest."""
    if channel is None:
        return Reading(envelope, [], EndedAs.DEAD, NO_CHANNEL)
    read = readers[envelope.reader] if envelope.reader else channel.connector.read
    try:
        found = read(delivery_in(envelope), channel.account)
    except (Unreadable, ConnectorError) as error:
        facts = {name: shorten(value, 80) for name, value in error.facts.items()}
        return Reading(envelope, [], EndedAs.DEAD, error.detail, facts, shorten(error.raw, 300))
    except Exception as error:
        log.exception("reading_failed", envelope=envelope.id, channel=envelope.channel_id)
        return Reading(envelope, [], EndedAs.DEAD, STUMBLED, technical=type(error).__name__)
    if isinstance(found, Nothing):
        return Reading(envelope, [], EndedAs.NOTHING, found.reason)
    if not found:
        return Reading(envelope, [], EndedAs.NOTHING, NO_MESSAGE)
    return Reading(
        envelope,
        [fit_names(one) for one in found if isinstance(one, Incoming)],
        changes=[_fit_change(one) for one in found if not isinstance(one, Incoming)],
    )


def read_for_nobody(_delivery: Delivery, _account: Account) -> Nothing:
    """Read what came to a channel's door for an account of the network that no channel here stands for."""
    return Nothing(NOT_CONNECTED_HERE)


def fit_names(one: Incoming) -> Incoming:
    """Keep every name that a network gave within its column; hardly ever is there one too long."""
    names = (one.external_id, one.thread, one.in_reply_to, one.bounced_id, *one.references)
    people = (one.author, one.recipient) if one.recipient else (one.author,)
    if one.post and len(one.post.id) > LONGEST_NAME:
        one = replace(one, post=replace(one.post, id=fit_name(one.post.id, LONGEST_NAME)))
    if max(map(len, names)) <= LONGEST_NAME and all(len(who.id) <= LONGEST_PERSON for who in people):
        return one
    return replace(
        one,
        external_id=fit_name(one.external_id, LONGEST_NAME),
        thread=fit_name(one.thread, LONGEST_NAME),
        in_reply_to=fit_name(one.in_reply_to, LONGEST_NAME),
        bounced_id=fit_name(one.bounced_id, LONGEST_NAME),
        references=tuple(fit_name(id_, LONGEST_NAME) for id_ in one.references),
        author=_fit_person(one.author),
        recipient=_fit_person(one.recipient) if one.recipient else None,
    )


def _fit_change(one: Change) -> Change:
    """Keep the names in a change within their columns, in the same way."""
    if isinstance(one, Notice):
        return one
    if isinstance(one, Renaming):
        return replace(
            one,
            old_id=fit_name(one.old_id, LONGEST_PERSON),
            author=_fit_person(one.author) if one.author else None,
            old_thread=fit_name(one.old_thread, LONGEST_NAME),
            thread=fit_name(one.thread, LONGEST_NAME),
        )
    one = replace(one, external_id=fit_name(one.external_id, LONGEST_NAME))
    if isinstance(one, Edit) and one.whole:
        return replace(one, whole=fit_names(one.whole))
    if isinstance(one, Reaction):
        return replace(one, author=_fit_person(one.author))
    if isinstance(one, Receipt):
        return replace(one, thread=fit_name(one.thread, LONGEST_NAME))
    return one


def _fit_person(author: Author) -> Author:
    return replace(author, id=fit_name(author.id, LONGEST_PERSON))


def delivery_in(envelope: Envelope) -> Delivery:
    """Return an envelope's content as it was delivered."""
    return Delivery(
        body=bytes(envelope.body),
        headers=json.loads(envelope.headers) if envelope.headers else {},
        received_at=envelope.received_at,
        is_silent=envelope.is_silent,
    )
