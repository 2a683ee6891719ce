"""Put a reply into the outbox, once, and take it back while it is held."""

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from allears.connectors.interface import FilledTemplate
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import get_connector, signature_of
from allears.pipeline.conversations.actions.assigning import put_assignee
from allears.pipeline.conversations.actions.clocks import preview_of, recount_conversation
from allears.pipeline.conversations.actions.holding import held_conversation, require_answering
from allears.pipeline.conversations.actions.statuses import change_status, put_status
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Message,
    MessageBody,
    Status,
    Thread,
    ThreadKey,
)
from allears.pipeline.conversations.search_index import forget_message, index_messages
from allears.pipeline.replies.actions.drafting import put_back_draft
from allears.pipeline.replies.actions.moving import open_private_thread
from allears.pipeline.replies.checking import Said, check_said
from allears.pipeline.replies.errors import HasGaps, ReplyIsEmpty, SomeoneAnswered, TooLateToUndo
from allears.pipeline.replies.filling import gaps_in, is_as_saved
from allears.pipeline.replies.models import Dispatch, DispatchState, Draft, DraftFile, DraftKind, SavedReply
from allears.pipeline.replies.places import ReplyPlace, reply_place

UNDO_FOR = timedelta(seconds=10)
AFTERWARDS = {"solve": Status.SOLVED, "wait": Status.PENDING, "hold": Status.ON_HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a member wants to say. `seen_message_id` is the newest message their page showed;
    `then` is "solve", "wait", "hold" or "". What was written elsewhere than in their draft leaves that alone.
    `saved_replies` are the ids of those in it, to be counted when it was sent. `visibility` is "public",
    "private", or "" for where the customer wrote last. With a `template` the text is what that says, filled."""

    text: str
    idempotency_key: str
    seen_message_id: int
    then: str = ""
    files: list[DraftFile] = field(default_factory=list)
    is_from_draft: bool = True
    saved_replies: list[int] = field(default_factory=list)
    visibility: str = ""
    is_by_person: bool = True
    template: FilledTemplate | None = None


def queue_reply(member: Member, conversation: Conversation, reply: Reply) -> Dispatch:
    """Queue a reply in place; the same idempotency key again returns the first one.

    Raise SomeoneAnswered when a colleague did since the page was opened, CannotReply when the
    network has no way back, HasGaps when a variable of a saved reply was not filled.
    """
    require_answering(member)
    with held_conversation(conversation.id) as held:
        found = _queued_before(member, reply)
        if found:
            return found
        is_by_person = reply.is_by_person and not _is_saved_only(member, reply)
        place = _checked_place(held, reply, member, is_by_person=is_by_person)
        before: dict[str, Any] = {"status": held.status, "assignee": held.assignee_id}
        before |= {"seen": reply.seen_message_id, "draft": place.draft_kind}
        if reply.saved_replies:
            before["saved_replies"] = reply.saved_replies
        message = _write(held, place, reply, member)
        dispatch = _put(held, message, member, replace(reply, is_by_person=is_by_person), before)
        _settle_conversation(held, message, member, reply.then)
        if reply.is_from_draft:
            Draft.objects.filter(conversation=held, member=member, kind=place.draft_kind).delete()
        facts: dict[str, Any] = {
            "channel": message.channel_id,
            "message": message.id,
            "dispatch": dispatch.id,
        }
        record_event("reply.queued", held.workspace_id, member, conversation=held.id, **facts)
    return dispatch


def _checked_place(
    conversation: Conversation, reply: Reply, member: Member, *, is_by_person: bool
) -> ReplyPlace:
    """Return where the reply goes, after everything that may stand in its way."""
    if not reply.text.replace("\x00", "").strip() and not reply.files:
        raise ReplyIsEmpty
    if reply.template is None and (gaps := gaps_in(reply.text)):
        raise HasGaps(gettext("Still to be filled in: %(gaps)s") % {"gaps": ", ".join(gaps)})
    if conversation.last_outbound_id > reply.seen_message_id:
        raise SomeoneAnswered
    place = reply_place(conversation, reply.visibility)
    said = Said(
        text=reply.text,
        signature=signature_of(place.channel, member) if place.channel else "",
        files=reply.files,
        is_by_person=is_by_person,
        is_template=reply.template is not None,
    )
    check_said(place.offer, said)
    return place


def _is_saved_only(member: Member, reply: Reply) -> bool:
    used = SavedReply.objects.filter(workspace=member.workspace_id, id__in=reply.saved_replies)
    return bool(reply.saved_replies) and is_as_saved(reply.text, used.values_list("text", flat=True))


def _queued_before(member: Member, reply: Reply) -> Dispatch | None:
    return Dispatch.objects.filter(
        workspace=member.workspace_id, idempotency_key=reply.idempotency_key
    ).first()


def _write(conversation: Conversation, place: ReplyPlace, reply: Reply, member: Member) -> Message:
    assert place.channel and place.last_message
    at = now()
    thread = place.thread or open_private_thread(conversation, place.channel, member)
    signature = signature_of(place.channel, member)
    message = Message.objects.create(
        workspace_id=conversation.workspace_id,
        channel=place.channel,
        thread=thread,
        conversation=conversation,
        identity=place.identity,
        member=member,
        direction=Direction.OUT,
        visibility=place.visibility,
        external_id=f"{uuid4().hex}@{_domain_of(place.channel)}",
        in_reply_to=place.last_message.external_id,
        text=reply.text.replace("\x00", "").replace("\r\n", "\n").rstrip(),
        has_more=bool(reply.files or signature),
        sent_at=at,
        received_at=at,
    )
    if message.has_more:
        _write_body(message, signature, place, reply.files)
    _write_rest(message, thread, member)
    return message


def _write_body(message: Message, signature: str, place: ReplyPlace, files: list[DraftFile]) -> None:
    MessageBody.objects.create(message=message, signature=signature, references=place.references)
    Attachment.objects.bulk_create([_attachment(message, file) for file in files])


def _write_rest(message: Message, thread: Thread, member: Member) -> None:
    """Write what finds a reply: the id that answers will name, and the index."""
    if not thread.external_id:
        ThreadKey.objects.create(
            channel_id=message.channel_id, key=message.external_id, thread_id=message.thread_id
        )
    found_by = f"{message.text} {member.name}"
    index_messages([(message.id, message.workspace_id, message.channel_id, found_by)])


def _domain_of(channel: Channel) -> str:
    """Return the part of our message ids after the @: a mailbox's own domain, and nobody's elsewhere."""
    _, is_mailbox, domain = channel.address.rpartition("@")
    return domain if is_mailbox and "/" not in channel.address else "all-ears.invalid"


def _attachment(message: Message, file: DraftFile) -> Attachment:
    return Attachment(
        message=message,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        digest=file.digest,
    )


def _put(
    conversation: Conversation,
    message: Message,
    member: Member,
    reply: Reply,
    before: dict[str, Any],
) -> Dispatch:
    at = now()
    return Dispatch.objects.create(
        workspace_id=conversation.workspace_id,
        channel_id=message.channel_id,
        conversation=conversation,
        message=message,
        member=member,
        idempotency_key=reply.idempotency_key,
        state=DispatchState.HELD,
        due_at=at + _held_for(message.channel),
        before=before,
        queued_at=at,
        is_by_person=reply.is_by_person,
        template=asdict(reply.template) if reply.template else {},
    )


def _held_for(channel: Channel) -> timedelta:
    """Say how long a reply is held for undo: UNDO_FOR, or less where its network is quicker."""
    seconds = getattr(get_connector(channel.kind), "hold_seconds", None)
    return UNDO_FOR if seconds is None else min(UNDO_FOR, timedelta(seconds=seconds))


def _settle_conversation(conversation: Conversation, message: Message, member: Member, then: str) -> None:
    """Show the reply at once; the clock stops only when it was sent."""
    conversation.message_count += 1
    conversation.last_message_at = max(conversation.last_message_at, message.sent_at)
    conversation.last_message_id = conversation.last_outbound_id = message.id
    conversation.preview = preview_of(message.text)
    if conversation.assignee_id is None:
        put_assignee(conversation, member.id, member)
    if then in AFTERWARDS:
        change_status(conversation, AFTERWARDS[then], member)
    elif conversation.status == Status.NEW or conversation.is_finished:
        change_status(conversation, Status.OPEN, member)


def undo_reply(member: Member, dispatch: Dispatch) -> Draft:
    """Take a held reply back; its words and files become a draft again. Raise TooLateToUndo after."""
    require_answering(member)
    with transaction.atomic():
        held = Dispatch.objects.filter(id=dispatch.id, state=DispatchState.HELD, due_at__gt=now())
        if not held.update(state=DispatchState.CANCELLED, message=None, ended_at=now()):
            raise TooLateToUndo
        return take_back(dispatch, member, dispatch.before)


def take_back(dispatch: Dispatch, member: Member, before: dict[str, Any]) -> Draft:
    """Remove a cancelled dispatch's message, restore the conversation, and give the words back."""
    message = dispatch.message
    assert message
    files = [
        DraftFile(name=file.name, content_type=file.content_type, size=file.size, digest=file.digest)
        for file in message.attachments.all()
    ]
    with held_conversation(dispatch.conversation_id) as conversation:
        kind = dispatch.before.get("draft", DraftKind.REPLY)
        text = "" if dispatch.template else message.text
        draft = put_back_draft(member.id, conversation, text, files, kind)
        Draft.objects.filter(id=draft.id).update(saved_replies=dispatch.before.get("saved_replies", []))
        ThreadKey.objects.filter(channel=message.channel_id, key=message.external_id).delete()
        forget_message(message.id)
        message.delete()
        _restore(conversation, before, member)
        record_event(
            "reply.cancelled",
            conversation.workspace_id,
            member,
            conversation=conversation.id,
            dispatch=dispatch.id,
        )
    recount_conversation(dispatch.conversation_id)
    return draft


def _restore(conversation: Conversation, before: dict[str, Any], member: Member) -> None:
    status = before.get("status")
    if status and conversation.status != status:
        put_status(conversation, Status(str(status)), now())
    if before.get("assignee") is None and conversation.assignee_id == member.id and "assignee" in before:
        conversation.assignee_id = None


def release_held(dispatch_id: int) -> None:
    """Send a held reply now instead of waiting for the undo time to pass."""
    Dispatch.objects.filter(id=dispatch_id, state=DispatchState.HELD).update(due_at=F("queued_at"))
