"""Do something to an item without words: like it, hide it, delete what we said; and take that back.

A deed is asked for in one transaction, marked durably before the network is called, and since doing it twice is
doing it once, it is simply done again whenever it is not known what became of it.
"""

from datetime import timedelta
from typing import cast

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown
from allears.connectors.interface import Abilities, Deed, JudgingConnector, Offer, Who
from allears.connectors.interface import DeedKind as DeedName
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.errors import NotValid
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.actions import note_trouble
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.models import ChannelState
from allears.pipeline.channels.queries import account_of, get_connector
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.models import Message, Reaction
from allears.pipeline.replies.errors import DeedUnderWay, NotPossible, ReasonForDeedNeeded
from allears.pipeline.replies.items import abilities_of, item_of
from allears.pipeline.replies.models import DeedKind, DeedState, ItemDeed
from allears.pipeline.replies.saying import in_words

log = structlog.get_logger("allears.replies")

REASONS = {"spam", "threat", "personal_data", "hate", "legal", "mistake", "other"}
WITH_REASON = {DeedKind.HIDE, DeedKind.DELETE}
OPPOSITE = {
    DeedKind.LIKE: DeedKind.UNLIKE,
    DeedKind.UNLIKE: DeedKind.LIKE,
    DeedKind.HIDE: DeedKind.UNHIDE,
    DeedKind.UNHIDE: DeedKind.HIDE,
}
NOT_OFFERED = mark("This network does not allow this for this message.")
STUMBLED = mark("All Ears stumbled over this. Nothing more is tried.")
GAVE_UP = mark("The network could not be reached for many hours, so this was not done. Try again.")
USUAL = "❤"
LEASE = timedelta(minutes=3)
PAUSES = [5, 30, 120, 600, 1800, 3600, 7200, 14400]


def ask_deed(
    member: Member, message: Message, kind: str, *, emoji: str = "", reason: str = "", words: str = ""
) -> ItemDeed:
    """Ask for a deed; it is done within a second. Raise NotPossible with the reason where the network does not
    allow it, ReasonForDeedNeeded, or DeedUnderWay while another one is on its way to the same item."""
    require_answering(member)
    if kind not in DeedKind.values:
        raise NotValid
    reason, words = _checked_reason(DeedKind(kind), reason, words)
    abilities = _checked_abilities(message, kind)
    deed = ItemDeed(
        workspace_id=message.workspace_id,
        channel_id=message.channel_id,
        message=message,
        member=member,
        kind=kind,
        emoji=_checked_emoji(abilities, emoji) if kind == DeedKind.LIKE else "",
        reason=reason,
        words=words,
        kept_text=message.text if kind in WITH_REASON else "",
        due_at=now(),
        asked_at=now(),
    )
    _put(deed)
    return deed


def _checked_abilities(message: Message, kind: str) -> Abilities:
    abilities = abilities_of(message)
    offer = offer_for(abilities, kind)
    if not offer.is_possible:
        raise NotPossible(in_words(offer.reason or NOT_OFFERED, offer.facts))
    return abilities


def undo_deed(member: Member, deed: ItemDeed) -> ItemDeed:
    """Take a deed back by its opposite. Raise NotPossible for a deletion: there is no way back."""
    opposite = OPPOSITE.get(DeedKind(deed.kind))
    if opposite is None:
        raise NotPossible
    return ask_deed(member, deed.message, opposite, emoji=deed.emoji, reason=deed.reason, words=deed.words)


def offer_for(abilities: Abilities, kind: str) -> Offer:
    """Return what the network says of a kind of deed."""
    if kind in {DeedKind.LIKE, DeedKind.UNLIKE}:
        return abilities.like
    return abilities.delete if kind == DeedKind.DELETE else abilities.hide


def _checked_reason(kind: DeedKind, reason: str, words: str) -> tuple[str, str]:
    words = words.replace("\x00", "").strip()[:500]
    if kind not in WITH_REASON:
        return "", ""
    if reason not in REASONS or (reason == "other" and not words):
        raise ReasonForDeedNeeded
    return reason, words


def _checked_emoji(abilities: Abilities, emoji: str) -> str:
    usual = abilities.emoji[0] if abilities.emoji else ""
    if emoji and emoji not in abilities.emoji:
        raise NotPossible
    return emoji or usual


def _put(deed: ItemDeed) -> None:
    try:
        with transaction.atomic():
            deed.save()
            _record("deed.asked", deed, deed.member)
    except IntegrityError as error:
        raise DeedUnderWay from error


def claim_deeds(limit: int = 20) -> list[ItemDeed]:
    """Lease due deeds, oldest first; those whose worker died are due again, for twice is the same as once."""
    at = now()
    due = ItemDeed.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=at) | Q(leased_until__gt=at + 2 * LEASE),
        state__in=[DeedState.WAITING, DeedState.DOING],
        due_at__lte=at,
        channel__state=ChannelState.ON,
    )
    with transaction.atomic():
        rows = due.order_by("due_at", "id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("id", flat=True)[:limit])
        ItemDeed.objects.filter(id__in=ids).update(leased_until=at + LEASE, state=DeedState.DOING)
    found = ItemDeed.objects.filter(id__in=ids).select_related(
        "channel", "member", "message__thread", "message__identity", "message__channel"
    )
    return list(found.order_by("id"))


def do_due_deeds(limit: int = 20) -> int:
    """Do what is due; return how many deeds were in hand."""
    deeds = claim_deeds(limit)
    for deed in deeds:
        do_deed(deed)
    return len(deeds)


def do_deed(deed: ItemDeed) -> None:
    """Do one claimed deed and write down what came of it."""
    if deed.channel.is_sample:
        _end_as_done(deed)
        return
    connector = cast("JudgingConnector", get_connector(deed.channel.kind))
    asked = Deed(kind=DeedName(deed.kind), item=item_of(deed.message), emoji=deed.emoji)
    try:
        with_fresh_keys(deed.channel, lambda one: connector.act(asked, account_of(one)))
    except ConnectorError as error:
        log.info("deed_not_done", deed=deed.id, error=type(error).__name__, raw=error.raw)
        _write_failure(deed, error)
    except Exception:
        log.exception("deed_failed", deed=deed.id)
        _end_as_refused(deed, Refused(STUMBLED))
    else:
        _end_as_done(deed)


def _write_failure(deed: ItemDeed, error: ConnectorError) -> None:
    deed.attempts += 1
    if isinstance(error, Refused):
        _end_as_refused(deed, error)
    elif deed.attempts > len(PAUSES):
        _end_as_refused(deed, Refused(GAVE_UP))
    else:
        if isinstance(error, Disconnected):
            note_trouble(deed.channel, error)
        pause = now() + timedelta(seconds=PAUSES[deed.attempts - 1])
        due_at = error.until if isinstance(error, SlowDown) else pause
        ItemDeed.objects.filter(id=deed.id).update(
            state=DeedState.WAITING,
            leased_until=None,
            attempts=deed.attempts,
            due_at=due_at,
            trouble=error.detail[:300],
            trouble_facts=error.facts,
        )


def _end_as_done(deed: ItemDeed) -> None:
    with transaction.atomic():
        _end(deed, DeedState.DONE)
        _show(deed)
        _record("deed.done", deed)


def _end_as_refused(deed: ItemDeed, error: ConnectorError) -> None:
    with transaction.atomic():
        _end(deed, DeedState.REFUSED, error)
        _record("deed.refused", deed)


def _end(deed: ItemDeed, state: DeedState, error: ConnectorError | None = None) -> None:
    ItemDeed.objects.filter(id=deed.id).update(
        state=state,
        leased_until=None,
        ended_at=now(),
        trouble=error.detail[:300] if error else "",
        trouble_facts=error.facts if error else {},
    )


def _show(deed: ItemDeed) -> None:
    """Let the message show what was done to it."""
    message = Message.objects.filter(id=deed.message_id)
    ours = Reaction.objects.filter(message=deed.message_id, is_ours=True)
    match deed.kind:
        case DeedKind.HIDE:
            message.update(hidden_at=now())
        case DeedKind.UNHIDE:
            message.update(hidden_at=None)
        case DeedKind.DELETE:
            message.update(deleted_at=now(), deleted_by=Who.US)
        case DeedKind.UNLIKE:
            ours.delete()
        case DeedKind.LIKE:
            ours.delete()
            emoji = deed.emoji or USUAL
            Reaction.objects.create(message_id=deed.message_id, emoji=emoji, is_ours=True, at=now())


def _record(kind: str, deed: ItemDeed, by: Member | None = None) -> None:
    record_event(
        kind,
        deed.workspace_id,
        by,
        conversation=deed.message.conversation_id,
        channel=deed.channel_id,
        message=deed.message_id,
        deed=deed.kind,
        emoji=deed.emoji,
        reason=deed.reason,
        words=deed.words,
    )
