"""The tables of conversations, by subject; imported from here."""

from allears.pipeline.conversations.models.bulk import BulkChange, BulkItem, BulkState, ItemState
from allears.pipeline.conversations.models.colleagues import CallIn, Note, Presence, PresentAs
from allears.pipeline.conversations.models.conversations import (
    Attachment,
    Conversation,
    Direction,
    Kind,
    Leg,
    Message,
    MessageBody,
    Outcome,
    Priority,
    Status,
    Thread,
    ThreadKey,
    Visibility,
)
from allears.pipeline.conversations.models.tags import ConversationTag, Tag, Tone
from allears.pipeline.conversations.models.views import Audience, Order, SavedView

__all__ = [
    "Attachment",
    "Audience",
    "BulkChange",
    "BulkItem",
    "BulkState",
    "CallIn",
    "Conversation",
    "ConversationTag",
    "Direction",
    "ItemState",
    "Kind",
    "Leg",
    "Message",
    "MessageBody",
    "Note",
    "Order",
    "Outcome",
    "Presence",
    "PresentAs",
    "Priority",
    "SavedView",
    "Status",
    "Tag",
    "Thread",
    "ThreadKey",
    "Tone",
    "Visibility",
]
