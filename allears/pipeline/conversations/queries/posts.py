"""Public posts and what customers wrote under them, as far as a member may see it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import Conversation, Direction, Message, Outcome, Post
from allears.pipeline.conversations.queries.cursors import moment_and_id
from allears.pipeline.conversations.queries.queue import visible_conversations

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody wrote under a post, and what became of it."""

    PERSONAL_TEXTS = ("text",)
    PERSONAL_NAMES = ("author",)

    message_id: int
    conversation_id: int
    author: str
    followers: int | None
    is_verified: bool
    text: str
    sent_at: datetime
    outcome: str
    is_deleted: bool
    is_hidden: bool

    @property
    def is_answered(self) -> bool:
        return self.outcome == Outcome.ANSWERED

    @property
    def is_waiting(self) -> bool:
        return self.outcome == Outcome.NONE


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Comments, the newest first; the cursor of the next page ("" at the end); how many there are in all."""

    rows: list[Comment]
    next_cursor: str
    count: int

    @property
    def is_count_cut(self) -> bool:
        return self.count >= MOST_COUNTED


def post_of(conversation: Conversation) -> Post | None:
    """Return the public post that a conversation stands under: the one it last spoke of."""
    under = Message.objects.filter(conversation=conversation.id, post__isnull=False)
    newest = under.order_by("-sent_at", "-id").values("post")[:1]
    return Post.objects.filter(id__in=newest).first()


def get_visible_post(member: Member, post_id: int) -> Post:
    """Return a post under which there is a conversation the member may see. Raise NotVisible for any other."""
    post = Post.objects.filter(id=post_id, workspace=member.workspace_id).first()
    if post is None or not _under(member, post).exists():
        raise NotVisible
    return post


def comments_under(
    member: Member, post: Post, but: Conversation | None = None, after: str = "", size: int = 5
) -> CommentPage:
    """Return one page of what customers wrote under a post, in two statements; not of one conversation."""
    found = _under(member, post)
    if but is not None:
        found = found.exclude(conversation=but.id)
    count = len(found.order_by().values_list("id", flat=True)[:MOST_COUNTED])
    if place := moment_and_id(after):
        found = found.filter(Q(sent_at__lt=place[0]) | Q(sent_at=place[0], id__lt=place[1]))
    wanted = found.select_related("identity").order_by("-sent_at", "-id")[: size + 1]
    messages = list(wanted.annotate(who=F("conversation__customer_name"))) if count else []
    last = messages[size - 1] if len(messages) > size else None
    cursor = f"{last.sent_at.isoformat()}|{last.id}" if last else ""
    return CommentPage([_comment(message) for message in messages[:size]], cursor, count)


def _under(member: Member, post: Post) -> QuerySet[Message]:
    visible = visible_conversations(member).order_by().values("id")
    return Message.objects.filter(post=post, direction=Direction.IN, conversation__in=visible)


def _comment(message: Message) -> Comment:
    identity = message.identity
    return Comment(
        message_id=message.id,
        conversation_id=message.conversation_id,
        author=str(identity) if identity else str(message.__dict__["who"]),
        followers=identity.followers if identity else None,
        is_verified=bool(identity and identity.is_verified),
        text=message.text,
        sent_at=message.sent_at,
        outcome=message.outcome,
        is_deleted=message.deleted_at is not None,
        is_hidden=message.hidden_at is not None,
    )
