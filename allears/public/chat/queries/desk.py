"""What a member is told of the visitor they chat with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from allears.connectors.interface import Ability
from allears.connectors.registry import all_connectors
from allears.foundation.clock import now
from allears.foundation.letters import can_send_letters
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.conversations.models import Conversation
from allears.public.chat.actions.naming import name_of_visitor
from allears.public.chat.models import Visitor
from allears.public.chat.queries.visitors import visitors_in


class IfUnseen(StrEnum):
    """What becomes of an answer that a visitor does not see on the site."""

    MAILED = "mailed"
    SENT_AS_LETTER = "letter"
    NO_ADDRESS = "no_address"
    NO_MAILBOX = "no_mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorCard:
    """A visitor as they stand beside their conversation. `page_url` is one of the web, or empty."""

    PERSONAL_TEXTS = ("page_title",)
    PERSONAL_NAMES = ("name", "user_id", "email", "page_url")

    name: str
    user_id: str
    email: str
    language: str
    time_zone: str
    page_url: str
    page_title: str
    is_here: bool
    last_seen_at: datetime
    has_seen_all: bool
    is_blocked: bool
    if_unseen: IfUnseen


def visitor_of(conversation: Conversation) -> VisitorCard | None:
    """Return the visitor of a conversation that is a chat; None for any other."""
    if not is_chat(conversation.channel):
        return None
    visitor = visitors_in([conversation.id]).get(conversation.id)
    if visitor is None:
        return None
    return VisitorCard(
        name=name_of_visitor(visitor),
        user_id=visitor.user_id,
        email=visitor.email,
        language=visitor.language,
        time_zone=visitor.time_zone,
        page_url=visitor.page_url if urlsplit(visitor.page_url).scheme in {"http", "https"} else "",
        page_title=visitor.page_title or visitor.page_url,
        is_here=is_here(visitor),
        last_seen_at=visitor.last_seen_at,
        has_seen_all=0 < conversation.last_outbound_id <= visitor.seen_message_id,
        is_blocked=visitor.blocked_at is not None,
        if_unseen=_if_unseen(visitor),
    )


def is_chat(channel: Channel) -> bool:
    """Say whether a channel is a chat."""
    connector = all_connectors().get(channel.kind)
    return connector is not None and Ability.CHAT in connector.can


def is_here(visitor: Visitor) -> bool:
    """Say whether a visitor has a page with the chat open."""
    return visitor.here_until is not None and visitor.here_until > now()


def mailbox_for(channel: Channel) -> Channel | None:
    """Return the mailbox by which answers to a chat go out: one of the same brand if there is one."""
    kinds = [kind for kind, connector in all_connectors().items() if Ability.SUBJECT in connector.can]
    found = Channel.objects.filter(
        workspace=channel.workspace_id, kind__in=kinds, state=ChannelState.ON, is_sample=False
    )
    mailboxes = sorted(found, key=lambda one: (one.brand_id != channel.brand_id, one.id))
    return next(iter(mailboxes), None)


def _if_unseen(visitor: Visitor) -> IfUnseen:
    if not visitor.email:
        return IfUnseen.NO_ADDRESS
    if mailbox_for(visitor.channel):
        return IfUnseen.MAILED
    return IfUnseen.SENT_AS_LETTER if can_send_letters(visitor.workspace_id) else IfUnseen.NO_MAILBOX
