"""What can be done with an item: a message as its network sees it now.

The composer, the buttons of the desk, the public API and the sender ask only here. One rule: a fixed number of
questions, whatever the number of messages; none where a connector does not judge items.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from django.db.models import Count, Max

from allears.connectors.interface import (
    Abilities,
    Ability,
    Author,
    Connector,
    FileRules,
    Item,
    ItemKind,
    JudgingConnector,
    Offer,
    Visibility,
)
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.rows import hang_on
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, get_connector
from allears.pipeline.conversations.models import Direction, Message, Reaction
from allears.pipeline.people.models import Identity
from allears.pipeline.replies.models import DispatchState

NO_PUBLIC = mark("This network does not take public replies from here.")
NO_PRIVATE = mark("This network does not take private replies from here.")
NOT_SENT = mark("It has not reached the network yet.")
IS_DELETED = mark("It was deleted, so nothing can be done with it any more.")
ANY_FILES = FileRules(most=100)
NEVER = Offer(is_possible=False)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the messages themselves do not say: when customers wrote privately, what went out, what was done."""

    heard: Mapping[tuple[int, int], datetime] = field(default_factory=dict)
    private_replies: Mapping[tuple[int, str], int] = field(default_factory=dict)
    reacted: Mapping[int, str] = field(default_factory=dict)


def item_of(message: Message, but: int = 0) -> Item:
    """Put a message as it stands now into the connectors' words; a private reply `but` is not counted."""
    return items_of([message], but)[message.id]


def abilities_of(message: Message, but: int = 0) -> Abilities:
    """Say what can be done with a message now, and within which limits; else why not, in a marked sentence."""
    return abilities_among([message], but)[message.id]


def items_of(messages: Sequence[Message], but: int = 0) -> dict[int, Item]:
    """Put several messages into the connectors' words, by their ids."""
    _bring(messages, "identity", "channel", "thread", "post")
    judged = [one for one in messages if judges_items(one.channel)]
    seen = _look(judged, but) if judged else _Seen()
    return {message.id: _item(message, seen) for message in messages}


def abilities_among(messages: Sequence[Message], but: int = 0) -> dict[int, Abilities]:
    """Say of several messages what can be done with each, by their ids."""
    items, at = items_of(messages, but), now()
    return {message.id: _judge(message, items[message.id], at) for message in messages}


def judges_items(channel: Channel) -> bool:
    """Say whether what can be done in a channel differs from item to item."""
    return Ability.JUDGE_ITEMS in get_connector(channel.kind).can


def author_of(identity: Identity) -> Author:
    """Put a person into the connectors' words."""
    return Author(
        id=identity.external_id, name=identity.name, handle=identity.handle, address=identity.address
    )


def _bring(messages: Sequence[Message], *names: str) -> None:
    for name in names:
        missing = [one for one in messages if name not in one._state.fields_cache]
        hang_on(missing, name)
        for one in missing:
            if one.__dict__[f"{name}_id"] is None:
                one._state.fields_cache[name] = None


def _look(messages: Sequence[Message], but: int) -> _Seen:
    """Ask for what decides besides the messages, in three questions."""
    channels = {one.channel_id for one in messages}
    ids = [one.id for one in messages]
    return _Seen(
        heard=_heard_privately({one.identity.customer_id for one in messages if one.identity}, channels),
        private_replies=_private_replies(messages, channels, but),
        reacted=_reactions(ids),
    )


def _heard_privately(customers: set[int], channels: set[int]) -> dict[tuple[int, int], datetime]:
    """Find when customers last wrote privately, by channel and customer."""
    written = Message.objects.filter(
        conversation__customer__in=customers,
        channel__in=channels,
        direction=Direction.IN,
        visibility=Visibility.PRIVATE,
        kind="message",
    )
    rows = written.values_list("channel", "conversation__customer").annotate(at=Max("sent_at"))
    return {(channel, customer): at for channel, customer, at in rows.order_by()}


def _private_replies(messages: Sequence[Message], channels: set[int], but: int) -> Counter[tuple[int, str]]:
    """Count the private replies to public items, those on their way included."""
    public = {one.external_id for one in messages if one.visibility == Visibility.PUBLIC and one.is_inbound}
    if not public:
        return Counter()
    went = Message.objects.filter(
        conversation__in={one.conversation_id for one in messages},
        channel__in=channels,
        in_reply_to__in=public,
        direction=Direction.OUT,
        visibility=Visibility.PRIVATE,
    )
    went = went.exclude(id=but).exclude(dispatch__state=DispatchState.REFUSED)
    rows = went.order_by().values_list("channel", "in_reply_to").annotate(count=Count("id"))
    return Counter({(channel, item): count for channel, item, count in rows})


def _reactions(message_ids: Iterable[int]) -> dict[int, str]:
    """Find what we reacted with."""
    ours = Reaction.objects.filter(message__in=message_ids, is_ours=True).order_by("id")
    return dict(ours.values_list("message", "emoji"))


def _item(message: Message, seen: _Seen) -> Item:
    identity = message.identity
    place = (message.channel_id, identity.customer_id if identity else 0)
    return Item(
        external_id=message.external_id,
        author=author_of(identity) if identity else Author(id=""),
        sent_at=message.sent_at,
        visibility=Visibility(message.visibility),
        kind=ItemKind(message.item),
        text=message.text,
        thread=message.thread.external_id,
        in_reply_to=message.in_reply_to,
        post_id=message.post.external_id if message.post else "",
        url=message.url,
        is_ours=not message.is_inbound,
        is_hidden=message.hidden_at is not None,
        is_deleted=message.deleted_at is not None,
        reacted=seen.reacted.get(message.id, ""),
        heard_privately_at=seen.heard.get(place),
        private_replies=seen.private_replies.get((message.channel_id, message.external_id), 0),
        facts=message.facts,
    )


def _judge(message: Message, item: Item, at: datetime) -> Abilities:
    connector = get_connector(message.channel.kind)
    if Ability.JUDGE_ITEMS not in connector.can:
        return _plain(connector, message)
    if item.is_ours and _is_unsent(message):
        return _none(NOT_SENT)
    account = account_of(message.channel, may_be_locked=True)
    judged = cast("JudgingConnector", connector).abilities(item, account, at)
    return _without_gone(judged) if item.is_deleted else judged


def _none(reason: str) -> Abilities:
    no = _no(reason)
    return Abilities(publicly=no, privately=no)


def _without_gone(judged: Abilities) -> Abilities:
    """Leave of what can be done with a deleted item only what needs it no more: writing to its author."""
    return Abilities(publicly=_no(IS_DELETED), privately=judged.privately)


def _is_unsent(message: Message) -> bool:
    dispatch = getattr(message, "dispatch", None)
    return dispatch is not None and dispatch.state != DispatchState.SENT


def _plain(connector: Connector, message: Message) -> Abilities:
    """Say what a connector that judges no items can do: answer in place, if it can at all."""
    objection = connector.objection(message.channel.settings)
    files = ANY_FILES if Ability.ATTACH in connector.can else None
    yes = Offer(is_possible=not objection, reason=objection, files=files)
    is_public = message.visibility == Visibility.PUBLIC
    if is_public:
        fits = Ability.REPLY_PUBLICLY in connector.can
        return Abilities(publicly=yes if fits else _no(NO_PUBLIC), privately=NEVER)
    fits = Ability.REPLY_PRIVATELY in connector.can
    return Abilities(publicly=NEVER, privately=yes if fits else _no(NO_PRIVATE))


def _no(reason: str) -> Offer:
    return Offer(is_possible=False, reason=reason)
