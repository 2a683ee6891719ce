"""What a visitor may read: the lines of their own threads, ours only once they were sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from allears.connectors.chat.reading import id_in_name
from allears.pipeline.conversations.models import Attachment, Direction, Message
from allears.pipeline.replies.models import DispatchState
from allears.public.chat.models import Visitor, VisitorFile
from allears.public.chat.queries.visitors import Own, own_things

LINES_AT_ONCE = 30
_READABLE = Q(direction=Direction.IN) | Q(direction=Direction.OUT, dispatch__state=DispatchState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file of a line; `id` is what the visitor asks for it by."""

    id: str
    name: str
    content_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One line as a visitor reads it. `client_id` is the id their own widget gave it, `thread` its thread's name."""

    id: int
    client_id: str
    is_ours: bool
    author: str
    text: str
    at: datetime
    thread: str
    files: list[ShownFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines, oldest first; `earlier` is the cursor of those before them ("" if none)."""

    lines: list[ShownLine]
    earlier: str


def lines_for(own: Own, before: str = "", size: int = LINES_AT_ONCE) -> Lines:
    """Return a visitor's newest lines, or those before a cursor."""
    if not own.threads:
        return Lines([], "")
    found = _readable(own)
    at, id_ = _moment_in(before)
    if at is not None:
        found = found.filter(sent_at__lte=at).exclude(sent_at=at, id__gte=id_)
    messages = list(found.order_by("-sent_at", "-id")[: size + 1])[::-1]
    has_earlier = len(messages) > size
    messages = messages[-size:]
    earlier = f"{messages[0].sent_at.isoformat()}|{messages[0].id}" if has_earlier else ""
    return Lines(show_lines(messages), earlier)


def count_unread(own: Own, seen_message_id: int) -> int:
    """Count the answers a visitor has not seen."""
    if not own.threads:
        return 0
    return _readable(own).filter(direction=Direction.OUT, id__gt=seen_message_id).count()


def lines_by_id(message_ids: Iterable[int], dispatch_ids: Iterable[int]) -> list[ShownLine]:
    """Return lines by the ids of messages and dispatches, whoever's they are."""
    wanted = Q(id__in=list(message_ids)) | Q(dispatch__id__in=list(dispatch_ids))
    found = Message.objects.filter(wanted & _READABLE).select_related("thread", "member", "identity")
    return show_lines(list(found.order_by("id")))


def show_lines(messages: Sequence[Message]) -> list[ShownLine]:
    """Turn messages into what a visitor reads, in one statement for all their files."""
    files: dict[int, list[ShownFile]] = {}
    ids = [message.id for message in messages if message.has_more]
    for file in Attachment.objects.filter(message__in=ids).order_by("id") if ids else ():
        files.setdefault(file.message_id, []).append(_shown_file(file))
    return [_shown_line(message, files.get(message.id, [])) for message in messages]


def file_for(visitor: Visitor, file_id: str) -> ShownFile | None:
    """Return a file that a visitor may read: of a line of theirs, or one they have just sent."""
    kind, _, number = file_id.partition("-")
    if kind == "m" and number.isdecimal():
        own = own_things(visitor)
        file = Attachment.objects.filter(id=int(number), message__in=_readable(own)).first()
        return _shown_file(file) if file else None
    sent = VisitorFile.objects.filter(public_id=file_id, visitor=visitor.id).first()
    return shown_upload(sent) if sent else None


def shown_upload(file: VisitorFile) -> ShownFile:
    """Tell of a file that no line names yet."""
    return ShownFile(
        id=file.public_id,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        digest=file.digest,
    )


def _readable(own: Own) -> QuerySet[Message]:
    mine = Message.objects.filter(conversation__in=own.conversations, thread__in=own.threads)
    return mine.filter(_READABLE).select_related("thread", "member", "identity")


def _shown_line(message: Message, files: list[ShownFile]) -> ShownLine:
    is_ours = not message.is_inbound
    return ShownLine(
        id=message.id,
        client_id="" if is_ours else id_in_name(message.external_id),
        is_ours=is_ours,
        author=(message.member.name if message.member else "") if is_ours else str(message.identity or ""),
        text=message.text,
        at=message.sent_at,
        thread=message.thread.external_id,
        files=files,
    )


def _shown_file(file: Attachment) -> ShownFile:
    return ShownFile(
        id=f"m-{file.id}",
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        digest=file.digest,
    )


def _moment_in(cursor: str) -> tuple[datetime | None, int]:
    moment, _, id_ = cursor.rpartition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None, 0
    return (at, int(id_)) if id_.isdecimal() and at.tzinfo else (None, 0)
