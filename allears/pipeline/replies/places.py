"""Where replies to a conversation can go: in place, and on networks with both, in public or in private.

A matter has at most one public and one private place at a time. The private one is where its customer last
wrote privately; until they did, it is opened from the public item.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from allears.connectors.interface import Abilities, Ability, Offer, Visibility
from allears.connectors.words import mark
from allears.foundation.rows import find_rows, hang_on
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.channels.queries import get_connector, signature_of
from allears.pipeline.conversations.models import Conversation, Message, MessageBody, Thread
from allears.pipeline.people.models import Identity
from allears.pipeline.replies.items import (
    NEVER,
    NO_PRIVATE,
    NO_PUBLIC,
    abilities_among,
    judges_items,
)
from allears.pipeline.replies.models import DraftKind
from allears.pipeline.replies.saying import in_words

NOBODY = mark("It is not known whom to answer: nothing was received from a customer here.")
_LAST = "conversation_id {among} ORDER BY sent_at DESC, id DESC LIMIT 1"
_RECEIVED = f"direction = 'in' AND kind IN ('message', 'invite') AND {_LAST}"
_RECEIVED_SO = f"direction = 'in' AND kind IN ('message', 'invite') AND visibility = %s AND {_LAST}"
_PRIVATE_THREAD = """visibility = 'private' AND channel_id = %s AND id IN
(SELECT thread_id FROM conversations_leg WHERE conversation_id {among}) ORDER BY id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPlace:
    """Where a reply would go: who, in which thread, to which message; what the network offers there.

    `thread` is None for a private one that the first message opens. `is_in_place` marks where the customer
    wrote last; `opens_private` a private reply to something public. What is written beside a public place, in
    private, is a draft of its own, so that it never ends up in public.
    """

    visibility: Visibility = Visibility.PRIVATE
    offer: Offer = NEVER
    channel: Channel | None = None
    thread: Thread | None = None
    identity: Identity | None = None
    last_message: Message | None = None
    references: list[str] = field(default_factory=list)
    is_in_place: bool = True
    draft_kind: str = DraftKind.REPLY

    @property
    def can_reply(self) -> bool:
        return self.offer.is_possible

    @property
    def why_not(self) -> str:
        """Why nothing can be said there, in the reader's language; "" if something can."""
        return "" if self.can_reply else in_words(self.offer.reason, self.offer.facts)

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def can_attach(self) -> bool:
        return self.offer.files is not None

    @property
    def is_paused(self) -> bool:
        return self.channel is not None and self.channel.state != ChannelState.ON

    @property
    def opens_private(self) -> bool:
        return self.last_message is not None and self.visibility != self.last_message.visibility


def reply_place(conversation: Conversation, visibility: str = "") -> ReplyPlace:
    """Find where a reply to a conversation goes: publicly, privately, or ("") where its customer wrote last."""
    places = reply_places(conversation)
    for place in places:
        if place.visibility == visibility or (not visibility and place.is_in_place):
            return place
    reason = NO_PUBLIC if visibility == Visibility.PUBLIC else NO_PRIVATE
    return ReplyPlace(offer=Offer(is_possible=False, reason=reason), is_in_place=False)


def reply_places(conversation: Conversation) -> list[ReplyPlace]:
    """List where a conversation can be answered, in place first; each with what is possible, or why not."""
    last = _last_received(conversation)
    if last is None:
        return [ReplyPlace(offer=Offer(is_possible=False, reason=NOBODY))]
    other = _other_place(conversation, last)
    hang_on([one for one in (last, other) if one], "thread", "identity", "channel")
    abilities = abilities_among([last, other] if other else [last])
    here = _place(conversation, last, abilities[last.id], Visibility(last.visibility))
    if not judges_items(last.channel):
        return [here]
    places = [here, *_elsewhere(conversation, last, other, abilities)]
    if not any(place.is_public for place in places):
        return places
    return [place if place.is_public else replace(place, draft_kind=DraftKind.PRIVATE) for place in places]


def _elsewhere(
    conversation: Conversation, last: Message, other: Message | None, abilities: dict[int, Abilities]
) -> list[ReplyPlace]:
    """Find the place beside the one in place: where the customer wrote otherwise, or a private reply opens one."""
    found = []
    if other:
        there = Visibility(other.visibility)
        found.append(_place(conversation, other, abilities[other.id], there, is_in_place=False))
    public = next((one for one in (last, other) if one and one.visibility == Visibility.PUBLIC), None)
    if public and last is public:
        private = Visibility.PRIVATE
        found.append(_place(conversation, public, abilities[public.id], private, is_in_place=False))
    found = [one for one in found if one.can_reply or one.offer.reason]
    return sorted(found, key=lambda one: not one.can_reply)[:1]


def _place(
    conversation: Conversation,
    message: Message,
    abilities: Abilities,
    visibility: Visibility,
    *,
    is_in_place: bool = True,
) -> ReplyPlace:
    identity = message.identity or Identity.objects.filter(customer=conversation.customer_id).first()
    offer = Offer(is_possible=False, reason=NOBODY)
    if identity:
        offer = _offer_at(abilities, visibility, is_in_place=is_in_place)
    opens = visibility != message.visibility
    body = MessageBody.objects.filter(message=message).first() if message.has_more else None
    return ReplyPlace(
        visibility=visibility,
        offer=offer,
        channel=message.channel,
        thread=_private_thread(conversation, message) if opens else message.thread,
        identity=identity,
        last_message=message,
        references=[*(body.references if body else []), message.external_id][-20:],
        is_in_place=is_in_place,
    )


def _offer_at(abilities: Abilities, visibility: Visibility, *, is_in_place: bool) -> Offer:
    """Say what is possible there; in place there is always a reason why not."""
    is_public = visibility == Visibility.PUBLIC
    offer = abilities.publicly if is_public else abilities.privately
    if not offer.is_possible and not offer.reason and is_in_place:
        return Offer(is_possible=False, reason=NO_PUBLIC if is_public else NO_PRIVATE)
    return offer


def _private_thread(conversation: Conversation, message: Message) -> Thread | None:
    """Find the private thread that an earlier message of ours opened."""
    found = find_rows(Thread, _PRIVATE_THREAD, message.channel_id, among=[conversation.id])
    return found[0] if found else None


def _last_received(conversation: Conversation) -> Message | None:
    """Read the newest message that a reply could be meant for, else the newest of any kind."""
    among = [conversation.id]
    found = find_rows(Message, _RECEIVED, among=among) or find_rows(Message, _LAST, among=among)
    return found[0] if found else None


def _other_place(conversation: Conversation, last: Message) -> Message | None:
    """Read the newest message received the other way, where a network may have both."""
    hang_on([last], "channel")
    can = get_connector(last.channel.kind).can
    if not {Ability.JUDGE_ITEMS, Ability.REPLY_PUBLICLY, Ability.REPLY_PRIVATELY} <= can:
        return None
    is_public = last.visibility == Visibility.PUBLIC
    wanted = Visibility.PRIVATE if is_public else Visibility.PUBLIC
    found: Sequence[Message] = find_rows(Message, _RECEIVED_SO, wanted.value, among=[conversation.id])
    return found[0] if found else None


def signature_at(place: ReplyPlace, member: Member) -> str:
    """Return what stands under a member's answer there."""
    return signature_of(place.channel, member) if place.channel else ""


def template_place(conversation: Conversation) -> ReplyPlace:
    """Find where an approved template would go: the private place."""
    return reply_place(conversation, Visibility.PRIVATE)


def takes_templates(place: ReplyPlace) -> bool:
    """Say whether approved templates can be sent there."""
    if place.channel is None or place.is_public or not place.can_reply:
        return False
    return Ability.TEMPLATES in get_connector(place.channel.kind).can
