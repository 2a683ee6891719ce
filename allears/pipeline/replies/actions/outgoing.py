"""Put a dispatch into the connector's words, and say what stands in its way just before it leaves."""

from allears.connectors.email.tokens import make_token
from allears.connectors.interface import File, FilledTemplate, Outgoing, Visibility
from allears.connectors.words import mark
from allears.foundation.files import read_file
from allears.pipeline.channels.queries import reply_key_of
from allears.pipeline.conversations.models import Direction, Message
from allears.pipeline.replies.checking import Objection, Said, objection_to
from allears.pipeline.replies.items import abilities_of, author_of, item_of, judges_items
from allears.pipeline.replies.models import Dispatch

OVERTAKEN = mark(
    "Somebody answered this in public, outside All Ears, while yours was waiting. "
    "Read it, and send yours again only if it is still needed."
)


def objection_now(dispatch: Dispatch) -> Objection | None:
    """Say why a dispatch must not leave any more: a window that closed, or an answer that stands there already."""
    message = dispatch.message
    if message is None or not judges_items(dispatch.channel):
        return None
    answered = _answered_message(message)
    if answered is None:
        return None
    if _is_overtaken(dispatch, message):
        return Objection(OVERTAKEN)
    abilities = abilities_of(answered, but=message.id)
    is_public = message.visibility == Visibility.PUBLIC
    body = getattr(message, "body", None) if message.has_more else None
    said = Said(
        text=message.text,
        signature=body.signature if body else "",
        files=list(message.attachments.all()),
        is_by_person=dispatch.is_by_person,
        is_template=bool(dispatch.template),
    )
    return objection_to(abilities.publicly if is_public else abilities.privately, said)


def _is_overtaken(dispatch: Dispatch, message: Message) -> bool:
    """Say whether our own words from elsewhere came to stand under the same public item meanwhile."""
    if message.visibility != Visibility.PUBLIC or dispatch.before.get("again"):
        return False
    elsewhere = Message.objects.filter(
        conversation=message.conversation_id,
        direction=Direction.OUT,
        visibility=Visibility.PUBLIC,
        in_reply_to=message.in_reply_to,
        id__gt=dispatch.before.get("seen") or message.id,
        dispatch__isnull=True,
    )
    return elsewhere.exclude(id=message.id).exists()


def outgoing_of(dispatch: Dispatch) -> Outgoing:
    """Put a dispatch into the connector's words. Raise FileNotFoundError when a file is gone."""
    message = dispatch.message
    assert message and message.identity
    last = _answered_message(message)
    return Outgoing(
        key=f"dispatch-{dispatch.workspace_id}-{dispatch.id}",
        external_id=message.external_id,
        text=_signed_text(message),
        visibility=Visibility(message.visibility),
        to=author_of(message.identity),
        thread=message.thread.external_id,
        thread_token=_token(message),
        in_reply_to=message.in_reply_to,
        references=_references(message, last),
        subject=_subject(message, last),
        from_name=dispatch.member.name if dispatch.member else "",
        quote=last.text if last else "",
        quote_author=last.identity.name if last and last.identity else "",
        quote_sent_at=last.sent_at if last else None,
        files=tuple(_file(a.name, a.content_type, a.digest) for a in message.attachments.order_by("id")),
        sent_at=message.sent_at,
        item=item_of(last, but=message.id) if last else None,
        is_by_person=dispatch.is_by_person,
        template=FilledTemplate(**dispatch.template) if dispatch.template else None,
    )


def _signed_text(message: Message) -> str:
    body = getattr(message, "body", None) if message.has_more else None
    return f"{message.text}\n\n{body.signature}" if body and body.signature else message.text


def _answered_message(message: Message) -> Message | None:
    found = Message.objects.filter(channel=message.channel_id, external_id=message.in_reply_to)
    return (
        found.select_related("identity", "body", "thread", "channel").first() if message.in_reply_to else None
    )


def _references(message: Message, last: Message | None) -> tuple[str, ...]:
    earlier = list(last.body.references) if last and last.has_more and hasattr(last, "body") else []
    own = [message.in_reply_to] if message.in_reply_to else []
    return tuple(dict.fromkeys([*earlier, *own]))


def _subject(message: Message, last: Message | None) -> str:
    if last and last.has_more and hasattr(last, "body") and last.body.subject:
        return str(last.body.subject)
    return message.thread.subject


def _token(message: Message) -> str:
    """Sign the thread for our reply address, where the network does not name threads itself."""
    return (
        "" if message.thread.external_id else make_token(reply_key_of(message.channel_id), message.thread_id)
    )


def _file(name: str, content_type: str, digest: str) -> File:
    return File(name=name, content_type=content_type, data=read_file(digest))
