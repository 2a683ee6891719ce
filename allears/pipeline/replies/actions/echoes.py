"""Recognise our own words when the network shows them to us before it has answered, or after a crash.

While a reply is being sent, or its fate is unknown, words of ours in the same place with the same text are that
reply: it was sent. The same holds of one whose sending failed a short while ago. Nothing is ever sent because of this.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q

from allears.connectors.interface import Sent
from allears.foundation.clock import now
from allears.pipeline.conversations.actions.filing import Arrival
from allears.pipeline.conversations.models import Message, MessageName
from allears.pipeline.replies.actions.ending import ON_ITS_WAY, end_as_sent
from allears.pipeline.replies.actions.receipts import take_early_receipts
from allears.pipeline.replies.models import Dispatch, DispatchState

FAILED_LATELY = timedelta(hours=1)
SHORTEST_PART = 20
MAY_HAVE_GONE_OUT = [*ON_ITS_WAY, DispatchState.WAITING, DispatchState.REFUSED]
_LINK = re.compile(r"https?://\S+|www\.\S+")
_MENTIONS = re.compile(r"^(?:@[\w.@-]+\s+)+")


def recognise_echoes(arrivals: Sequence[Arrival]) -> set[int]:
    """Link our own words to the dispatches they are, which end as sent; return the `id()` of those arrivals."""
    ours = _not_here_yet([arrival for arrival in arrivals if arrival.incoming.is_ours])
    if not ours:
        return set()
    dispatches = _candidates(ours)
    recognised: set[int] = set()
    for arrival in ours:
        found = next((one for one in dispatches if _is_there(arrival, one) and _says(arrival, one)), None)
        if found is None:
            part = next(
                (one for one in dispatches if _is_there(arrival, one) and _says_part(arrival, one)), None
            )
            if part and part.message and part.state in ON_ITS_WAY:
                _name_part(part.message, arrival)
                recognised.add(id(arrival))
            continue
        dispatches.remove(found)
        incoming = arrival.incoming
        sent = Sent(external_id=incoming.external_id, url=incoming.url, facts=incoming.facts)
        end_as_sent(found, sent, among=MAY_HAVE_GONE_OUT)
        take_early_receipts(found, [incoming.external_id])
        recognised.add(id(arrival))
    return recognised


def _not_here_yet(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Leave out what is known by its name."""
    by_channel: dict[int, list[str]] = {}
    for arrival in arrivals:
        by_channel.setdefault(arrival.channel_id, []).append(arrival.incoming.external_id)
    known: set[tuple[int, str]] = set()
    for channel_id, ids in by_channel.items():
        for model in (Message, MessageName):
            rows = model._default_manager.filter(channel=channel_id, external_id__in=ids)
            known.update((channel_id, name) for name in rows.values_list("external_id", flat=True))
    return [one for one in arrivals if (one.channel_id, one.incoming.external_id) not in known]


def _candidates(arrivals: Iterable[Arrival]) -> list[Dispatch]:
    """Find the replies in these channels that may have gone out without our knowing, oldest first."""
    failed = Q(state=DispatchState.REFUSED, ended_at__gt=now() - FAILED_LATELY)
    failed |= Q(state=DispatchState.WAITING, attempts__gt=0)
    rows = Dispatch.objects.filter(
        failed | Q(state__in=ON_ITS_WAY),
        workspace__in={one.workspace_id for one in arrivals},
        channel__in={one.channel_id for one in arrivals},
        message__isnull=False,
        attempts__gt=0,
    )
    return list(
        rows.select_related(
            "channel", "message__thread", "message__identity", "message__body", "message__channel", "member"
        ).order_by("id")
    )


def _is_there(arrival: Arrival, dispatch: Dispatch) -> bool:
    """Say whether words stand where a reply was to stand: in its thread, under its item, to its person."""
    message, incoming = dispatch.message, arrival.incoming
    if not message or message.channel_id != arrival.channel_id or message.visibility != incoming.visibility:
        return False
    if incoming.in_reply_to and incoming.in_reply_to == message.in_reply_to:
        return True
    if incoming.thread and incoming.thread == message.thread.external_id:
        return True
    who = incoming.recipient
    is_private = message.visibility == "private" and message.identity is not None
    return bool(who and is_private and message.identity_id == arrival.known.identity_id)


def _says(arrival: Arrival, dispatch: Dispatch) -> bool:
    """Compare what is seen with what was to be sent; without words, by there being files."""
    seen, meant = normalised(arrival.incoming.text), normalised(_text_of(dispatch))
    if seen or meant:
        return seen == meant
    return bool(arrival.incoming.files)


def _says_part(arrival: Arrival, dispatch: Dispatch) -> bool:
    seen = normalised(arrival.incoming.text)
    return len(seen) >= SHORTEST_PART and seen in normalised(_text_of(dispatch))


def _name_part(message: Message, arrival: Arrival) -> None:
    """Remember the id of a part of a long reply that was split; whether all of it went out is not known by that."""
    MessageName.objects.get_or_create(
        channel_id=arrival.channel_id,
        external_id=arrival.incoming.external_id,
        defaults={"message": message},
    )


def _text_of(dispatch: Dispatch) -> str:
    message = dispatch.message
    assert message
    signature = message.body.signature if message.has_more and hasattr(message, "body") else ""
    return f"{message.text}\n\n{signature}" if signature else message.text


def normalised(text: str) -> str:
    """Write a text as networks may change it on the way: whom it opens with, links, spaces, forms of letters."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    plain = _LINK.sub("∎", _MENTIONS.sub("", plain.strip()))
    return " ".join(plain.split()).casefold()
