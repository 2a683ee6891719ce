"""What pages call by name, so that they need not touch a table."""

from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Message,
    MessageBody,
    Note,
    Outcome,
    Presence,
    PresentAs,
    Priority,
    Status,
    Visibility,
)

__all__ = [
    "Attachment",
    "Conversation",
    "Message",
    "MessageBody",
    "Note",
    "Outcome",
    "Presence",
    "PresentAs",
    "Priority",
    "Status",
    "Visibility",
]
