"""The tables of conversations, by subject; imported from here."""

from allears.pipeline.conversations.models.belongings import (
    Attachment,
    FileState,
    MessageBody,
    MessageName,
    MessageVersion,
    Reaction,
)
from allears.pipeline.conversations.models.bulk import BulkChange, BulkItem, BulkState, ItemState
from allears.pipeline.conversations.models.colleagues import CallIn, Note, Presence, PresentAs
from allears.pipeline.conversations.models.conversations import (
    Conversation,
    Direction,
    Kind,
    Leg,
    Message,
    Outcome,
    Priority,
    Status,
    Thread,
    ThreadKey,
    Visibility,
)
from allears.pipeline.conversations.models.posts import Post
from allears.pipeline.conversations.models.readings import (
    Correction,
    MessageReading,
    Question,
    Rereading,
)
from allears.pipeline.conversations.models.tags import ConversationTag, Tag, Tone
from allears.pipeline.conversations.models.topics import LearnedTopics, TagDecision
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
    "Correction",
    "Direction",
    "FileState",
    "ItemState",
    "Kind",
    "LearnedTopics",
    "Leg",
    "Message",
    "MessageBody",
    "MessageName",
    "MessageReading",
    "MessageVersion",
    "Note",
    "Order",
    "Outcome",
    "Post",
    "Presence",
    "PresentAs",
    "Priority",
    "Question",
    "Reaction",
    "Rereading",
    "SavedView",
    "Status",
    "Tag",
    "TagDecision",
    "Thread",
    "ThreadKey",
    "Tone",
    "Visibility",
]
