"""What pages call by name, so that they need not touch a table."""

from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    FileState,
    Message,
    MessageBody,
    MessageVersion,
    Note,
    Outcome,
    Post,
    Presence,
    PresentAs,
    Priority,
    Reaction,
    Status,
    Visibility,
)

__all__ = [
    "Attachment",
    "Conversation",
    "FileState",
    "Message",
    "MessageBody",
    "MessageVersion",
    "Note",
    "Outcome",
    "Post",
    "Presence",
    "PresentAs",
    "Priority",
    "Reaction",
    "Status",
    "Visibility",
]
