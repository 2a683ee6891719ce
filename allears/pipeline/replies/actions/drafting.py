"""Keep what members are writing."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.events.passing import tell_passing
from allears.foundation.files import store_file
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.errors import FileTooLarge
from allears.pipeline.replies.models import Draft, DraftFile, DraftKind

LARGEST_FILE = 25 * 1024 * 1024


def save_draft(
    member: Member, conversation: Conversation, kind: str, text: str, saved_replies: Sequence[int] = ()
) -> Draft | None:
    """Keep what a member has written so far; an empty text without files lets the draft go.

    `saved_replies` are the ids of those in the text.
    """
    require_answering(member)
    kind = kind if kind in DraftKind.values else DraftKind.REPLY
    text = text.replace("\x00", "")
    mine = Draft.objects.filter(conversation=conversation, member=member, kind=kind)
    if not text.strip() and not DraftFile.objects.filter(draft__in=mine).exists():
        _drop(mine, conversation, member)
        return None
    with transaction.atomic():
        draft, is_new = Draft.objects.update_or_create(
            conversation=conversation,
            member=member,
            kind=kind,
            defaults={"text": text, "saved_replies": list(saved_replies), "saved_at": now()},
        )
        if is_new:
            _tell("draft.begun", conversation, member)
    if kind != DraftKind.NOTE:
        writing = {"conversation": conversation.id, "name": member.name}
        tell_passing(conversation.workspace_id, "typing", writing, but=member.id)
    return draft


def _drop(drafts: QuerySet[Draft], conversation: Conversation, member: Member) -> None:
    with transaction.atomic():
        if drafts.delete()[0]:
            _tell("draft.dropped", conversation, member)


def add_draft_file(
    member: Member, conversation: Conversation, kind: str, name: str, content_type: str, data: bytes
) -> DraftFile:
    """Put a file into a member's draft, beginning one if there is none."""
    require_answering(member)
    file = keep_file(name, content_type, data)
    with transaction.atomic():
        file.draft, _ = Draft.objects.get_or_create(
            conversation=conversation, member=member, kind=kind, defaults={"text": "", "saved_at": now()}
        )
        file.save()
    return file


def keep_file(name: str, content_type: str, data: bytes) -> DraftFile:
    """Keep the bytes of a file that is to go with a reply, in no draft yet. Raise FileTooLarge."""
    if len(data) > LARGEST_FILE:
        raise FileTooLarge
    return DraftFile(
        name=name[-255:] or "file",
        content_type=content_type[:127] or "application/octet-stream",
        size=len(data),
        digest=store_file(data),
    )


def drop_draft_file(member: Member, conversation: Conversation, file_id: int) -> None:
    """Take a file out of a member's own draft."""
    DraftFile.objects.filter(id=file_id, draft__member=member, draft__conversation=conversation).delete()


def put_back_draft(
    member_id: int,
    conversation: Conversation,
    text: str,
    files: Sequence[DraftFile],
    kind: str = DraftKind.REPLY,
) -> Draft:
    """Give a member's words back to them as a draft, before anything they began since."""
    draft, is_new = Draft.objects.get_or_create(
        conversation=conversation,
        member_id=member_id,
        kind=kind,
        defaults={"text": text, "saved_at": now()},
    )
    if not is_new and draft.text.strip() != text.strip():
        draft.text = f"{text}\n\n{draft.text}".strip()
        draft.save(update_fields=["text"])
    for file in files:
        file.draft = draft
    DraftFile.objects.bulk_create(files)
    return draft


def _tell(kind: str, conversation: Conversation, member: Member) -> None:
    record_event(kind, conversation.workspace_id, member, conversation=conversation.id)
