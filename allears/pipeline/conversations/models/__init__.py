"""The tables of conversations, by subject; imported from here."""

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

__all__ = [
    "Attachment",
    "CallIn",
    "Conversation",
    "ConversationTag",
    "Direction",
    "Kind",
    "Leg",
    "Message",
    "MessageBody",
    "Note",
    "Outcome",
    "Presence",
    "PresentAs",
    "Priority",
    "Status",
    "Tag",
    "Thread",
    "ThreadKey",
    "Tone",
    "Visibility",
]
