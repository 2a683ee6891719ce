"""What became of messages after they were written: earlier words, reactions, the posts they stand under."""

from collections.abc import Sequence

from allears.foundation.rows import find_rows
from allears.pipeline.conversations.models import Message, MessageVersion, Post, Reaction


def versions_of(messages: Sequence[Message]) -> dict[int, list[MessageVersion]]:
    """Return the earlier words of messages that were changed, the oldest first, by message."""
    edited = [message.id for message in messages if message.edited_at]
    found: dict[int, list[MessageVersion]] = {}
    for version in find_rows(MessageVersion, "message_id {among} ORDER BY until, id", among=edited):
        found.setdefault(version.message_id, []).append(version)
    return found


def reactions_to(messages: Sequence[Message]) -> dict[int, list[Reaction]]:
    """Return the reactions to messages, the oldest first, by message."""
    found: dict[int, list[Reaction]] = {}
    ids = [message.id for message in messages]
    for reaction in find_rows(Reaction, "message_id {among} ORDER BY at, id", among=ids):
        found.setdefault(reaction.message_id, []).append(reaction)
    return found


def posts_of(messages: Sequence[Message]) -> dict[int, Post]:
    """Return the public posts that messages stand under, by id."""
    ids = {message.post_id for message in messages if message.post_id}
    return {post.id: post for post in find_rows(Post, "id {among}", among=sorted(ids))}
