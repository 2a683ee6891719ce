"""Read what WhatsApp delivers: cut it into single happenings, and translate each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Author,
    Deletion,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Piece,
    Post,
    Reaction,
    Record,
    Renaming,
    Who,
)
from allears.connectors.meta.values import (
    Json,
    id_in,
    list_in,
    moment_of,
    object_in,
    objects_in,
    parse_object,
    text_in,
    write_json,
)
from allears.connectors.whatsapp.contents import content_of
from allears.connectors.whatsapp.notices import read_notice
from allears.connectors.whatsapp.people import GROUP, person_of, recipient_of, writer_of
from allears.connectors.whatsapp.receipts import meaning_of_error, read_status
from allears.connectors.words import mark

NO_ENTRIES = mark("This holds no entries, as a delivery of WhatsApp has.")
NO_ID = mark("The message has no id, or does not say who wrote it.")
NOT_FOR_DESK = mark("WhatsApp tells of something that no care desk answers.")
OPENED = mark("Somebody opened the chat and has not written yet.")
SYSTEM = mark("WhatsApp tells what happened in the chat; nobody said anything.")
NO_TARGET = mark("It does not say which message it is about.")
ERRED = mark("WhatsApp reports trouble with this number: %(reason)s")

LISTS = ("messages", "statuses", "message_echoes")
Records = list[Record] | Nothing
_CHANGED = re.compile(r"from (\S+) to (\S+)")


def cut_delivery(body: bytes) -> list[Piece]:
    """Cut a delivery into one piece for each message, receipt and notice; a single one stays as it came."""
    delivery = parse_object(body)
    if not list_in(delivery, "entry"):
        raise Unreadable(NO_ENTRIES)
    parts = [part for entry in objects_in(delivery, "entry") for part in _parts(entry)]
    if not parts:
        return [Piece(body=body)]
    return [_piece(delivery, entry, change, body if len(parts) == 1 else b"") for entry, change in parts]


def _parts(entry: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each change of an entry, with one thing in each."""
    for change in objects_in(entry, "changes"):
        value = object_in(change, "value")
        rest = {name: told for name, told in value.items() if name not in LISTS}
        found = [(name, one) for name in LISTS for one in objects_in(value, name)]
        for name, one in found:
            yield entry, {**change, "value": {**rest, name: [one]}}
        if not found:
            yield entry, change


def _piece(delivery: Json, entry: Json, change: Json, whole: bytes) -> Piece:
    value = object_in(change, "value")
    kind, one = next(((name, one) for name in LISTS for one in objects_in(value, name)), ("", {}))
    key = ":".join(filter(None, [kind, id_in(one, "id"), text_in(one, "status"), id_in(one, "timestamp")]))
    lean = {name: told for name, told in entry.items() if name != "changes"}
    return Piece(
        body=whole or write_json({**delivery, "entry": [{**lean, "changes": [change]}]}),
        key=key if kind and id_in(one, "id") else "",
        order_key=_other_side(kind, one, value),
        account=id_in(value, "metadata", "phone_number_id"),
    )


def _other_side(kind: str, one: Json, value: Json) -> str:
    """Name the customer: what is said with them stays in order."""
    if kind == "statuses":
        return id_in(one, "recipient_user_id") or id_in(one, "recipient_id")
    if not kind:
        return ""
    return (recipient_of(one, value) if kind == "message_echoes" else writer_of(one, value)).id


def read_delivery(body: bytes, received_at: datetime) -> Records:
    """Translate a piece. Raise Unreadable if it is no delivery of WhatsApp."""
    delivery = parse_object(body)
    if not list_in(delivery, "entry"):
        raise Unreadable(NO_ENTRIES)
    records: list[Record] = []
    nothing = Nothing(NOT_FOR_DESK)
    for entry in objects_in(delivery, "entry"):
        at = moment_of(entry.get("time"), received_at)
        for change in objects_in(entry, "changes"):
            for found in _read_change(change, at):
                if isinstance(found, Nothing):
                    nothing = found
                else:
                    records += found
    return records or nothing


def _read_change(change: Json, at: datetime) -> Iterator[Records]:
    field, value = text_in(change, "field"), object_in(change, "value")
    for message in objects_in(value, "messages"):
        yield _read_message(message, value, at)
    for status in objects_in(value, "statuses"):
        yield read_status(status, at)
    for echo in objects_in(value, "message_echoes"):
        yield _read_echo(echo, value, at)
    if not any(list_in(value, name) for name in LISTS):
        yield _read_errors(value, at) or read_notice(field, value, at)


def _read_errors(value: Json, at: datetime) -> Records | None:
    errors = [meaning_of_error(error) for error in objects_in(value, "errors")]
    return [Notice(message=sentence, at=at, facts=facts) for sentence, facts in errors] or None


def _read_message(message: Json, value: Json, at: datetime) -> Records:
    read = _READERS.get(text_in(message, "type"))
    author = writer_of(message, value)
    if read:
        return read(message, author, moment_of(message.get("timestamp"), at))
    if not id_in(message, "id") or not author.id:
        raise Unreadable(NO_ID)
    return [incoming_of(message, author, at)]


def incoming_of(message: Json, author: Author, at: datetime) -> Incoming:
    """Translate a message that says something."""
    content = content_of(message)
    group = id_in(message, "group_id")
    return Incoming(
        external_id=id_in(message, "id"),
        author=author,
        text=content.text,
        sent_at=moment_of(message.get("timestamp"), at),
        item=ItemKind.DIRECT,
        thread=group or author.id,
        in_reply_to=id_in(message, "context", "id"),
        files=content.files,
        warnings=content.warnings,
        post=_advertisement(message),
        facts=_facts(message, author),
    )


def _facts(message: Json, author: Author) -> dict[str, str]:
    product = id_in(message, "context", "referred_product", "product_retailer_id")
    found = {
        "phone": author.also[0] if author.also else "",
        "type": text_in(message, "type"),
        "product": product,
    }
    return {name: value for name, value in found.items() if value}


def _advertisement(message: Json) -> Post | None:
    """Return the ad or post whose button led to the chat."""
    told = object_in(message, "referral")
    source = id_in(told, "source_id") or text_in(told, "source_url")[:250]
    if not source:
        return None
    return Post(
        id=source,
        text="\n".join(filter(None, [text_in(told, "headline"), text_in(told, "body")])),
        url=_web_address(text_in(told, "source_url")),
        picture_url=_web_address(text_in(told, "image_url") or text_in(told, "thumbnail_url")),
        is_ours=True,
        kind=text_in(told, "source_type")[:40],
    )


def _web_address(url: str) -> str:
    return url if url.startswith("https://") else ""


def _read_reaction(message: Json, author: Author, at: datetime) -> Records:
    target, emoji = id_in(message, "reaction", "message_id"), text_in(message, "reaction", "emoji")[:32]
    if not target or not author.id:
        return Nothing(NO_TARGET)
    return [Reaction(external_id=target, author=author, emoji=emoji, at=at, is_removed=not emoji)]


def _read_edit(message: Json, author: Author, at: datetime) -> Records:
    target = id_in(message, "edit", "original_message_id")
    now = object_in(message, "edit", "message")
    if not target or not author.id:
        return Nothing(NO_TARGET)
    whole = incoming_of({**now, "id": target, "timestamp": message.get("timestamp")}, author, at)
    return [Edit(external_id=target, text=whole.text, edited_at=at, whole=whole)]


def _read_revoke(message: Json, _author: Author, at: datetime) -> Records:
    target = id_in(message, "revoke", "original_message_id") or id_in(message, "revoke", "message_id")
    return [Deletion(external_id=target, at=at)] if target else Nothing(NO_TARGET)


def _read_system(message: Json, author: Author, at: datetime) -> Records:
    """Somebody has a new phone number, or a new id by which we know them."""
    told = object_in(message, "system")
    if text_in(told, "type") not in {
        "user_changed_number",
        "customer_changed_number",
        "user_changed_user_id",
    }:
        return Nothing(SYSTEM)
    said = _CHANGED.search(text_in(told, "body"))
    is_user = text_in(told, "type") == "user_changed_user_id"
    new_user = id_in(told, "user_id")
    new_phone = id_in(told, "wa_id") or id_in(told, "new_wa_id")
    old = id_in(message, "from_user_id" if is_user else "from") or (said.group(1) if said else "")
    person = person_of(new_phone, new_user or ("" if is_user else id_in(message, "from_user_id")))
    new = new_user if is_user else new_phone
    if not old or not new or old == new:
        return Nothing(SYSTEM)
    renamed: list[Record] = [Renaming(old_id=old, author=person, at=at)]
    if person.id != old and author.id in {old, ""}:
        renamed.append(Renaming(old_thread=old, thread=person.id, at=at))
    return renamed


def _read_welcome(_message: Json, _author: Author, _at: datetime) -> Records:
    return Nothing(OPENED)


_READERS: dict[str, Callable[[Json, Author, datetime], Records]] = {
    "reaction": _read_reaction,
    "edit": _read_edit,
    "revoke": _read_revoke,
    "system": _read_system,
    "request_welcome": _read_welcome,
}


def _read_echo(echo: Json, value: Json, at: datetime) -> Records:
    """Read words of ours that somebody wrote in the WhatsApp Business app."""
    us = Author(id=id_in(value, "metadata", "phone_number_id") or "us")
    if read := _READERS.get(text_in(echo, "type")):
        found = read(echo, us, moment_of(echo.get("timestamp"), at))
        return found if isinstance(found, Nothing) else [_ours(one) for one in found]
    customer = recipient_of(echo, value)
    if not id_in(echo, "id") or not customer.id:
        raise Unreadable(NO_ID)
    heard = incoming_of(echo, us, at)
    thread = heard.thread if heard.thread.endswith(GROUP) else customer.id
    return [replace(heard, thread=thread, is_ours=True, recipient=customer, facts={})]


def _ours(record: Record) -> Record:
    """Say of a change that we made it."""
    if isinstance(record, Reaction):
        return replace(record, is_ours=True)
    if isinstance(record, Deletion):
        return replace(record, by=Who.US)
    return replace(record, whole=None) if isinstance(record, Edit) else record
