"""Thank for praise, put it on the wall, and keep that its writer agreed to be quoted."""

from uuid import uuid4

from django.db import IntegrityError, transaction

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.models import Conversation, Direction, Message, MessageReading
from allears.pipeline.praise.choosing import choose_thanks, saved_reply_in, today_of
from allears.pipeline.praise.errors import HowTheyAgreedNeeded, NoThanksLeft, NotOnTheWall, NotPraise
from allears.pipeline.praise.models import Thanks, WallEntry
from allears.pipeline.praise.thanks import Words
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.errors import SomeoneAnswered
from allears.pipeline.replies.models import Dispatch

TRIES = 4
LONGEST = 300


def thank(member: Member, conversation: Conversation, seen_message_id: int) -> Dispatch:
    """Answer praise with a thank-you that was not said before, and solve it; it is held for undo as any reply is.

    Raise NotPraise, NoThanksLeft, and what stands in the way of a reply (see queue_reply).
    """
    require_answering(member)
    if not conversation.is_praise:
        raise NotPraise
    if not conversation.is_open:
        raise SomeoneAnswered
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return _thank(member, conversation, seen_message_id)
        except IntegrityError:  # a colleague said the same words at the same moment
            continue
    raise NoThanksLeft


def _thank(member: Member, conversation: Conversation, seen_message_id: int) -> Dispatch:
    post_id = _post_of(conversation)
    words = choose_thanks(member, conversation, post_id)
    dispatch = queue_reply(member, conversation, _reply(words, seen_message_id))
    assert dispatch.message_id
    Thanks.objects.create(
        message_id=dispatch.message_id,
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        post_id=post_id,
        day=today_of(member),
        opening=words.opening,
        closing=words.closing,
    )
    return dispatch


def _reply(words: Words, seen_message_id: int) -> Reply:
    return Reply(
        text=words.text,
        idempotency_key=uuid4().hex,
        seen_message_id=seen_message_id,
        then="solve",
        is_from_draft=False,
        saved_replies=saved_reply_in(words),
        is_by_person=False,
    )


def _post_of(conversation: Conversation) -> int | None:
    received = Message.objects.filter(conversation=conversation.id, direction=Direction.IN)
    return received.order_by("-sent_at", "-id").values_list("post", flat=True).first()


def put_on_wall(member: Member, message: Message) -> WallEntry:
    """Put praise up for the team to see; twice is once. Raise NotPraise for anything else."""
    require_answering(member)
    if not MessageReading.objects.filter(message=message, is_praise=True).exists():
        raise NotPraise
    with transaction.atomic():
        entry, is_new = WallEntry.objects.get_or_create(
            message=message,
            defaults={"workspace_id": message.workspace_id, "member": member, "put_up_at": now()},
        )
        if is_new:
            _record("praise.put_on_wall", entry, member)
    return entry


def take_off_wall(member: Member, message: Message) -> None:
    """Take praise off the wall, with what was kept of an agreement; twice is once."""
    require_answering(member)
    with transaction.atomic():
        if entry := WallEntry.objects.filter(message=message).select_related("message").first():
            _record("praise.taken_off_wall", entry, member)
            entry.delete()


def keep_agreement(member: Member, message: Message, agreement: str) -> None:
    """Keep how the writer agreed to be quoted. Raise HowTheyAgreedNeeded without a word of how, NotOnTheWall."""
    require_answering(member)
    words = agreement.replace("\x00", "").strip()[:LONGEST]
    if not words:
        raise HowTheyAgreedNeeded
    _put_agreement(message, words, member)


def take_agreement_back(member: Member, message: Message) -> None:
    """Keep that the writer may not be quoted any more."""
    require_answering(member)
    _put_agreement(message, "", member)


def _put_agreement(message: Message, words: str, member: Member) -> None:
    with transaction.atomic():
        entry = WallEntry.objects.filter(message=message).select_related("message").first()
        if entry is None:
            raise NotOnTheWall
        entry.agreement = words
        entry.agreed_at, entry.agreed_with = (now(), member) if words else (None, None)
        entry.save(update_fields=["agreement", "agreed_at", "agreed_with"])
        _record("praise.may_be_quoted" if words else "praise.not_to_be_quoted", entry, member)


def _record(kind: str, entry: WallEntry, member: Member) -> None:
    message = entry.message
    record_event(kind, entry.workspace_id, member, conversation=message.conversation_id, message=message.id)
