"""Members keep a visitor out: what they write is still kept, as spam."""

from django.db import transaction

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.actions.outcomes import call_it_spam
from allears.pipeline.conversations.models import Conversation
from allears.public.chat.models import Visitor
from allears.public.chat.queries.visitors import visitors_in


def block_visitor(member: Member, conversation: Conversation) -> None:
    """Block the visitor of a conversation, which is called spam by that. Raise NotVisible without one."""
    visitor = _visitor_of(member, conversation)
    with transaction.atomic():
        if not Visitor.objects.filter(id=visitor.id, blocked_at=None).update(blocked_at=now()):
            return
        call_it_spam(conversation.id, member)
        _record("visitor.blocked", visitor, conversation, member)


def unblock_visitor(member: Member, conversation: Conversation) -> None:
    """Let a blocked visitor in again. Raise NotVisible without one."""
    visitor = _visitor_of(member, conversation)
    with transaction.atomic():
        if Visitor.objects.filter(id=visitor.id, blocked_at__isnull=False).update(blocked_at=None):
            _record("visitor.unblocked", visitor, conversation, member)


def _visitor_of(member: Member, conversation: Conversation) -> Visitor:
    require_answering(member)
    visitor = visitors_in([conversation.id]).get(conversation.id)
    if visitor is None:
        raise NotVisible
    return visitor


def _record(kind: str, visitor: Visitor, conversation: Conversation, member: Member) -> None:
    facts = {"conversation": conversation.id, "channel": visitor.channel_id}
    record_event(kind, visitor.workspace_id, member, f"visitor:{visitor.id}", **facts)
