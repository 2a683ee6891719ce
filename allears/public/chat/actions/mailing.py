"""What a visitor did not see on the site goes out by mail, once, and their answer comes back to the same place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from allears.connectors.email.tokens import make_token
from allears.connectors.errors import Refused, Unknown
from allears.connectors.interface import Author, File, Outgoing, Visibility
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.files import read_file
from allears.foundation.letters import can_send_letters, queue_letter
from allears.foundation.work.actions import put_job
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import (
    account_of,
    brand_of_channel,
    get_connector,
    reply_key_of,
    signature_of,
)
from allears.pipeline.conversations.actions.opening import open_leg, remember_in_thread
from allears.pipeline.conversations.models import Conversation, Direction, Message, Thread
from allears.pipeline.replies.models import Dispatch, DispatchState
from allears.public.chat.models import MailedAnswer, MailState, Visitor
from allears.public.chat.queries.desk import is_here, mailbox_for
from allears.public.chat.queries.places import chat_page
from allears.public.chat.queries.visitors import visitors_in

log = structlog.get_logger("allears.chat")
LOOK_AGAIN_AFTER = timedelta(minutes=5)
MOST_LOOKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Answers that a visitor did not see, oldest first, and what they wrote last before them."""

    visitor: Visitor
    conversation: Conversation
    answers: list[Message]
    question: Message | None


def mail_unseen(dispatch: int, tries: int = 0) -> None:
    """Send an answer by mail unless it was seen, or went out already; look again later while they are here.

    Raise what the connector raises while nothing was sent: the job is tried again.
    """
    found = Dispatch.objects.filter(id=dispatch, state=DispatchState.SENT, message__isnull=False)
    sent = found.select_related("message", "conversation__channel").first()
    if sent is None or sent.message is None:
        return
    visitor = visitors_in([sent.conversation_id]).get(sent.conversation_id)
    if visitor is None or not visitor.email or visitor.blocked_at or _is_done(visitor, sent.message.id):
        return
    if is_here(visitor) and tries < MOST_LOOKS:
        at, key = now() + LOOK_AGAIN_AFTER, f"unseen:{dispatch}:{tries + 1}"
        put_job("mail_unseen_answer", key, at, dispatch=dispatch, tries=tries + 1)
        return
    unseen = _unseen(visitor, sent.conversation)
    mailbox = mailbox_for(visitor.channel)
    if mailbox:
        _send_by(mailbox, unseen)
    elif can_send_letters(visitor.workspace_id):
        _queue_letter(unseen)


def _is_done(visitor: Visitor, message_id: int) -> bool:
    return max(visitor.seen_message_id, visitor.mailed_message_id) >= message_id


def _unseen(visitor: Visitor, conversation: Conversation) -> Unseen:
    since = max(visitor.seen_message_id, visitor.mailed_message_id)
    mine = Message.objects.filter(conversation=conversation, channel=visitor.channel_id)
    answers = mine.filter(direction=Direction.OUT, dispatch__state=DispatchState.SENT, id__gt=since)
    found = list(answers.select_related("member").prefetch_related("attachments").order_by("sent_at", "id"))
    asked = mine.filter(direction=Direction.IN, sent_at__lte=found[-1].sent_at)
    question = asked.select_related("identity").order_by("-sent_at", "-id").first()
    return Unseen(visitor=visitor, conversation=conversation, answers=found, question=question)


def _send_by(mailbox: Channel, unseen: Unseen) -> None:
    """Send answers through a mailbox: marked first, durably, so that no second try sends them again."""
    mail, thread = _begin(mailbox, unseen)
    if thread is None:
        log.warning("answer_perhaps_mailed", mailed=mail.id)
        return
    mine = MailedAnswer.objects.filter(id=mail.id)
    try:
        get_connector(mailbox.kind).send(_outgoing(mailbox, unseen, mail, thread), account_of(mailbox))
    except Unknown:
        log.warning("answer_perhaps_mailed", mailed=mail.id)
    except Refused as error:
        log.info("answer_not_mailed", mailed=mail.id, raw=error.raw)
        mine.update(state=MailState.REFUSED)
    except Exception:
        mine.delete()
        raise
    else:
        with transaction.atomic():
            mine.update(state=MailState.SENT)
            _note_mailed(unseen, mailbox)


def _begin(mailbox: Channel, unseen: Unseen) -> tuple[MailedAnswer, Thread | None]:
    """Mark answers as being sent; no thread is returned for those that were marked before."""
    visitor = unseen.visitor
    defaults = {
        "address": visitor.email,
        "external_id": f"{uuid4().hex}@{mailbox.address.rpartition('@')[2]}",
        "begun_at": now(),
    }
    with transaction.atomic():
        mail, is_new = MailedAnswer.objects.get_or_create(
            visitor=visitor, up_to_message_id=unseen.answers[-1].id, defaults=defaults
        )
        if not is_new:
            return mail, None
        thread = open_leg(unseen.conversation, mailbox, _subject(visitor))
        remember_in_thread(thread, mail.external_id)
    return mail, thread


def _note_mailed(unseen: Unseen, mailbox: Channel | None) -> None:
    visitor = unseen.visitor
    Visitor.objects.filter(id=visitor.id).update(mailed_message_id=unseen.answers[-1].id)
    channel = mailbox.id if mailbox else visitor.channel_id
    record_event(
        "visitor.answered_by_mail",
        visitor.workspace_id,
        conversation=unseen.conversation.id,
        channel=channel,
        address=visitor.email,
    )


def _outgoing(mailbox: Channel, unseen: Unseen, mail: MailedAnswer, thread: Thread) -> Outgoing:
    visitor, newest, question = unseen.visitor, unseen.answers[-1], unseen.question
    signature = signature_of(mailbox, newest.member) if newest.member else ""
    text = "\n\n".join(part for part in (_words_of(unseen.answers), signature, _way_back(visitor)) if part)
    return Outgoing(
        key=f"unseen-{mail.id}",
        external_id=mail.external_id,
        text=text,
        subject=_subject(visitor),
        visibility=Visibility.PRIVATE,
        to=Author(id=visitor.email, name=visitor.name, address=visitor.email),
        thread_token=make_token(reply_key_of(mailbox.id), thread.id),
        from_name=newest.member.name if newest.member else "",
        quote=question.text if question else "",
        quote_author=str(question.identity) if question else "",
        quote_sent_at=question.sent_at if question else None,
        files=tuple(
            File(name=file.name, content_type=file.content_type, data=read_file(file.digest))
            for answer in unseen.answers
            for file in answer.attachments.all()
        ),
        sent_at=now(),
    )


def _words_of(answers: Sequence[Message]) -> str:
    return "\n\n".join(answer.text for answer in answers if answer.text)


def _subject(visitor: Visitor) -> str:
    with override(visitor.language or visitor.workspace.language):
        return _("Our answer to your chat with %(brand)s") % {"brand": brand_of_channel(visitor.channel).name}


def _way_back(visitor: Visitor) -> str:
    with override(visitor.language or visitor.workspace.language):
        place = visitor.page_url or chat_page(visitor.channel.key)
        return _("You can simply answer this mail, or go on with the chat: %(place)s") % {"place": place}


def _queue_letter(unseen: Unseen) -> None:
    """Let answers go as a letter of ours, to which nobody can answer by mail."""
    visitor = unseen.visitor
    language = visitor.language or visitor.workspace.language
    context = {
        "brand": brand_of_channel(visitor.channel).name,
        "words": _words_of(unseen.answers),
        "place": visitor.page_url or chat_page(visitor.channel.key),
    }
    with transaction.atomic():
        queue_letter("chat_answer", visitor.workspace_id, visitor.email, language, context)
        _note_mailed(unseen, None)
