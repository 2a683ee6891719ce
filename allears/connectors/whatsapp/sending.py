"""Say and do things on WhatsApp, once.

Files are brought to WhatsApp before anything is said, so that one it does not take stops the reply while nothing
is out. Our key goes with the last message of a reply: a receipt that brings it back proves that all went out.
"""

from collections.abc import Iterator
from typing import Any

from allears.connectors.errors import ConnectorError, Refused, Unknown, Unreachable
from allears.connectors.interface import Account, Author, Deed, DeedKind, File, Outgoing, Sent
from allears.connectors.measuring import length_of
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.values import Json, id_in, objects_in
from allears.connectors.whatsapp.judging import FILES, LONGEST, LONGEST_CAPTION, NO_DELETING, NO_HIDING
from allears.connectors.whatsapp.people import GROUP, is_business_scoped, person_of
from allears.connectors.whatsapp.receipts import MEANINGS
from allears.connectors.whatsapp.templates import fill, find_listed
from allears.connectors.words import mark

HALF_SENT = mark("A part of it went out, the rest perhaps not. Look in WhatsApp before you send it again.")
TOO_LONG = mark("WhatsApp takes at most %(most)s characters.")
TOO_MANY = mark("WhatsApp takes at most %(most)s files at once.")
FILE_TOO_LARGE = mark("WhatsApp takes files of at most 100 MB.")
NOTHING_TO_SAY = mark("There is nothing to send.")
NO_RECIPIENT = mark("It is not known to which number to write.")
NO_NUMBER = mark("The channel does not say from which number to write. Enter its id in the settings.")

MEGABYTE = 1024 * 1024
# What WhatsApp shows as what it is, and how large it may be; everything else is a document.
_KINDS = (
    ("image", ("image/jpeg", "image/png"), 5 * MEGABYTE),
    ("video", ("video/mp4", "video/3gpp"), 16 * MEGABYTE),
    ("audio", ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MEGABYTE),
)
_CAPTIONED = frozenset({"image", "video", "document"})


def graph_of(account: Account) -> Graph:
    """Return this channel's way to the Graph API."""
    return Graph(
        account,
        account.secrets.get("token", "").strip(),
        account.secrets.get("app_secret", ""),
        meanings=MEANINGS,
    )


def number_id(account: Account) -> str:
    """Return WhatsApp's id of our number. Raise Refused without one."""
    found = account.settings.get("phone_number_id", "").strip()
    if not found.isdigit():
        raise Refused(NO_NUMBER)
    return found


def send_reply(outgoing: Outgoing, account: Account) -> Sent:
    """Send a reply, once. Raise as the contract of `send` says."""
    _expect_sendable(outgoing)
    graph, number = graph_of(account), number_id(account)
    frame = {**_recipient(outgoing), **_context(outgoing)}
    parts = list(_parts(outgoing, graph, number, account))
    answers: list[Json] = []
    for place, part in enumerate(parts):
        key = {"biz_opaque_callback_data": outgoing.key} if place == len(parts) - 1 else {}
        try:
            answers.append(graph.post(f"{number}/messages", {**frame, **part, **key}))
        except ConnectorError as error:
            if not answers:
                raise
            raise Unknown(HALF_SENT, raw=error.raw or type(error).__name__) from error
        frame.pop("context", None)
    return _sent(answers)


def _expect_sendable(outgoing: Outgoing) -> None:
    if outgoing.template:
        return
    if not outgoing.text.strip() and not outgoing.files:
        raise Refused(NOTHING_TO_SAY)
    if length_of(outgoing.text, LONGEST.unit) > LONGEST.most:
        raise Refused(TOO_LONG, most=str(LONGEST.most))
    if len(outgoing.files) > FILES.most:
        raise Refused(TOO_MANY, most=str(FILES.most))
    if any(len(file.data) > FILES.largest for file in outgoing.files):
        raise Refused(FILE_TOO_LARGE)


def _recipient(outgoing: Outgoing) -> Json:
    """Name whom to write to: by phone number where it is known, else by the id that only we know them by."""
    facts = outgoing.item.facts if outgoing.item else {}
    return _whom(outgoing.thread, outgoing.to, facts.get("phone", ""))


def _whom(thread: str, person: Author, phone: str) -> Json:
    is_group = thread.endswith(GROUP)
    whom = {"to": thread} if is_group else name_recipient(person, phone)
    kind = "group" if is_group else "individual"
    return {"messaging_product": "whatsapp", "recipient_type": kind, **whom}


def name_recipient(person: Author, phone: str = "") -> Json:
    """Name somebody as the Cloud API wants it."""
    known = [person.id, *person.also, phone]
    number = next((one.lstrip("+") for one in known if one.lstrip("+").isdigit()), "")
    if number:
        return {"to": number}
    if is_business_scoped(person.id):
        return {"recipient": person.id}
    raise Refused(NO_RECIPIENT)


def _context(outgoing: Outgoing) -> Json:
    """Show what is answered; a template stands by itself."""
    is_known = outgoing.in_reply_to and not outgoing.template
    return {"context": {"message_id": outgoing.in_reply_to}} if is_known else {}


def _parts(outgoing: Outgoing, graph: Graph, number: str, account: Account) -> Iterator[Json]:
    """Say in which messages a reply goes out."""
    if outgoing.template:
        yield _template(outgoing, graph, account)
        return
    text = outgoing.text.strip()
    media = [_upload(file, graph, number) for file in outgoing.files]
    if media and media[0]["type"] in _CAPTIONED and length_of(text, LONGEST.unit) <= LONGEST_CAPTION:
        kind = media[0]["type"]
        media[0] = {"type": kind, kind: {**media[0][kind], **({"caption": text} if text else {})}}
    elif text:
        yield {"type": "text", "text": {"body": text, "preview_url": True}}
    yield from media


def _template(outgoing: Outgoing, graph: Graph, account: Account) -> Json:
    """Fill a template as it is listed this moment, so that one that was changed or paused is not sent."""
    assert outgoing.template
    waba = account.settings.get("waba_id", "")
    page = graph.get(f"{waba}/message_templates", name=outgoing.template.name, limit="100")
    return {"type": "template", "template": fill(find_listed(page, outgoing.template), outgoing.template)}


def _upload(file: File, graph: Graph, number: str) -> Json:
    """Bring a file to WhatsApp. Whatever becomes of it, nobody has seen anything yet."""
    kind = kind_of(file)
    fields = {"messaging_product": "whatsapp", "type": _plain_type(file)}
    try:
        answer = graph.upload(f"{number}/media", fields, "file", file)
    except Unknown as error:
        raise Unreachable(raw=error.raw) from error
    found = id_in(answer, "id")
    if not found:
        raise Unreachable(raw="no id of the file")
    name = {"filename": file.name} if kind == "document" and file.name else {}
    return {"type": kind, kind: {"id": found, **name}}


def _plain_type(file: File) -> str:
    return file.content_type.partition(";")[0].strip().lower() or "application/octet-stream"


def kind_of(file: File) -> str:
    """Say what WhatsApp shows a file as."""
    plain, size = _plain_type(file), len(file.data)
    return next((kind for kind, types, most in _KINDS if plain in types and size <= most), "document")


def _sent(answers: list[Json]) -> Sent:
    ids = [id_in(message, "id") for answer in answers for message in objects_in(answer, "messages")]
    if len(ids) < len(answers) or not all(ids):
        raise Unknown(raw="no id of the message")
    contact = next(objects_in(answers[-1], "contacts"), {})
    phone, user = id_in(contact, "wa_id"), id_in(contact, "user_id")
    return Sent(
        external_id=ids[-1],
        also=tuple(ids[:-1]),
        facts={"phone": phone} if phone else {},
        recipient=person_of(phone, user) if user and phone else None,
    )


def do_deed(deed: Deed, account: Account) -> None:
    """React to a message, or show that it was read; again is no harm."""
    if deed.kind in {DeedKind.HIDE, DeedKind.UNHIDE}:
        raise Refused(NO_HIDING)
    if deed.kind is DeedKind.DELETE:
        raise Refused(NO_DELETING)
    graph, number, target = graph_of(account), number_id(account), deed.item.external_id
    if deed.kind is DeedKind.SEEN:
        seen = {"messaging_product": "whatsapp", "status": "read", "message_id": target}
        graph.post(f"{number}/messages", seen)
        return
    whom = _whom(deed.item.thread, deed.item.author, deed.item.facts.get("phone", ""))
    emoji = (deed.emoji or "👍") if deed.kind is DeedKind.LIKE else ""
    reaction: dict[str, Any] = {"message_id": target, "emoji": emoji}
    graph.post(f"{number}/messages", {**whom, "type": "reaction", "reaction": reaction})
