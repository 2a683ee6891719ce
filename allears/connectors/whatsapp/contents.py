"""What a message of WhatsApp holds: its words, its files, and in words of ours what can't be shown."""

import json
import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allears.connectors.interface import File
from allears.connectors.meta.values import Json, clean_text, count_in, id_in, object_in, objects_in, text_in
from allears.connectors.telling import tell_contact, tell_place
from allears.connectors.words import mark

FORWARDED = mark("Forwarded: somebody else wrote these words.")
UNSUPPORTED = mark(
    "WhatsApp does not hand this kind of message to businesses. Ask the customer to send it another way."
)
UNKNOWN = mark("Something was sent that All Ears can't show. Look in WhatsApp.")
ONE_VIEW = mark("It was sent for one view only; WhatsApp does not hand it to businesses.")

MEDIA = ("image", "video", "audio", "voice", "document", "sticker")
LONGEST_FORM = 2000


@dataclass(frozen=True, slots=True)
class Content:
    """What was said, and with what."""

    text: str = ""
    files: tuple[File, ...] = ()
    warnings: tuple[str, ...] = ()


def content_of(message: Json) -> Content:
    """Read what a message holds, by its type."""
    kind = text_in(message, "type")
    part = object_in(message, kind) if kind else {}
    files = tuple(_files(kind, part)) if kind in MEDIA else ()
    tell = _TELLERS.get(kind)
    text = tell(part) if tell else text_in(part, "caption")
    if kind == "contacts":
        text = "\n\n".join(_tell_person(person) for person in objects_in(message, "contacts"))
    warnings = [] if text or files else [_why_empty(kind)]
    if any(object_in(message, "context").get(name) is True for name in ("forwarded", "frequently_forwarded")):
        warnings.append(FORWARDED)
    return Content(text, files, tuple(warnings))


def _why_empty(kind: str) -> str:
    if kind in {"unsupported", "unknown", "interactive", ""}:
        return UNSUPPORTED
    return ONE_VIEW if kind in MEDIA else UNKNOWN


def _files(kind: str, part: Json) -> Iterator[File]:
    remote = id_in(part, "id")
    if not remote:
        return
    content_type = text_in(part, "mime_type").replace("\\/", "/")[:127] or "application/octet-stream"
    plain = content_type.partition(";")[0].strip()
    name = text_in(part, "filename") or f"{kind}{mimetypes.guess_extension(plain) or ''}"
    yield File(name=name[:255], content_type=plain, size=count_in(part, "file_size") or 0, remote=remote)


def _tell_location(place: Json) -> str:
    names = [text_in(place, "name"), text_in(place, "address")]
    return tell_place(place.get("latitude"), place.get("longitude"), *dict.fromkeys(filter(None, names)))


def _tell_person(person: Json) -> str:
    phones = [text_in(phone, "phone") or text_in(phone, "wa_id") for phone in objects_in(person, "phones")]
    mails = [text_in(mail, "email") for mail in objects_in(person, "emails")]
    name = text_in(person, "name", "formatted_name") or text_in(person, "name", "first_name")
    return tell_contact(name, [*phones, *mails])


def _tell_interactive(part: Json) -> str:
    """Say what was chosen, or what was entered into a form."""
    for name in ("button_reply", "list_reply"):
        if chosen := object_in(part, name):
            return "\n".join(filter(None, [text_in(chosen, "title"), text_in(chosen, "description")]))
    form = object_in(part, "nfm_reply")
    return _tell_form(form) if form else text_in(part, "call_permission_reply", "response")


def _tell_form(form: Json) -> str:
    try:
        entered = json.loads(text_in(form, "response_json"))
    except (ValueError, RecursionError):
        entered = {}
    entered = entered if isinstance(entered, dict) else {}
    lines = [f"{name}: {_plain(value)}" for name, value in entered.items() if name != "flow_token"]
    return clean_text("\n".join([text_in(form, "body"), *lines]).strip())[:LONGEST_FORM]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tell_order(order: Json) -> str:
    items = [
        f"{number_in(item, 'quantity')} × {id_in(item, 'product_retailer_id')}, "
        f"{number_in(item, 'item_price')} {text_in(item, 'currency')}"
        for item in objects_in(order, "product_items")
    ]
    return "\n".join(filter(None, [text_in(order, "text"), *items]))


def number_in(value: Json, name: str) -> str:
    """Return a number as it was written, or a question mark."""
    found = value.get(name)
    return str(found)[:20] if isinstance(found, int | float | str) and not isinstance(found, bool) else "?"


_TELLERS: dict[str, Callable[[Json], str]] = {
    "text": lambda part: text_in(part, "body"),
    "button": lambda part: text_in(part, "text") or text_in(part, "payload"),
    "interactive": _tell_interactive,
    "location": _tell_location,
    "order": _tell_order,
}
