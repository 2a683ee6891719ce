"""What people send beside words in Messenger and Instagram: files that lie with Meta, and things shared.

A file that can be fetched becomes a File with its address as `remote`; a card, a link or a place becomes lines
of text; what Meta does not hand over becomes a warning that says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from allears.connectors.interface import File, ItemKind
from allears.connectors.meta.values import Json, id_in, object_in, objects_in, text_in
from allears.connectors.words import mark

UNSUPPORTED = mark("Meta does not hand over this kind of message. Look at it in its own app.")
GONE_STORY = mark("A story can be seen for 24 hours; after that only this copy is left.")

FILES = {
    "image": ("picture.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("voice.mp4", "audio/mp4"),
    "file": ("file", "application/octet-stream"),
    "story_mention": ("story.jpg", "image/jpeg"),
    "ig_reel": ("reel.mp4", "video/mp4"),
    "reel": ("reel.mp4", "video/mp4"),
    "animated_image_share": ("picture.gif", "image/gif"),
    "ig_story": ("story.jpg", "image/jpeg"),
}
TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "pdf": "application/pdf",
    "txt": "text/plain",
}
LIKE_STICKERS = frozenset({"369239263222822", "369239343222814", "369239383222810"})
LONGEST_ADDRESS = 4000


@dataclass(slots=True)
class Enclosed:
    """All that came beside the words of one message."""

    files: list[File] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    item: ItemKind = ItemKind.NONE


def enclosed_in(message: Json) -> Enclosed:
    """Read the attachments of a message as webhooks tell it."""
    found = Enclosed()
    if id_in(message, "sticker_id") in LIKE_STICKERS:
        found.lines.append("👍")
        return found
    for attachment in objects_in(message, "attachments"):
        _add(attachment, found)
    return found


def _add(attachment: Json, found: Enclosed) -> None:
    kind, payload = text_in(attachment, "type"), object_in(attachment, "payload")
    url = address_in(payload, "url") or address_in(attachment, "url")
    if id_in(payload, "sticker_id") in LIKE_STICKERS:
        found.lines.append("👍")
    elif kind in FILES and url:
        found.lines += [line for line in (text_in(payload, "title"),) if line and kind != "file"]
        found.files.append(remote_file(url, *FILES[kind], name=text_in(payload, "name")))
    elif lines := [*_card(attachment, payload), *_place(payload)]:
        found.lines += lines
    elif url and kind != "unsupported_type":
        found.lines.append(url)
    elif url:
        found.files.append(remote_file(url, *FILES["file"]))
        found.warnings.append(UNSUPPORTED)
    else:
        found.warnings.append(UNSUPPORTED)
    if kind == "story_mention":
        found.item = ItemKind.STORY_MENTION
        found.warnings.append(GONE_STORY)


def _card(attachment: Json, payload: Json) -> Iterator[str]:
    """Yield the words of a card, a shared link or products, with where they lead."""
    elements = [*objects_in(payload, "elements"), *objects_in(payload, "product", "elements")]
    elements += list(objects_in(payload, "generic", "elements"))
    for one in (attachment, payload, *elements):
        yield from (text_in(one, name) for name in ("title", "text", "subtitle") if text_in(one, name))
        link = object_in(one, "default_action").get("url") or one.get("url")
        if isinstance(link, str) and (text_in(one, "title") or one is attachment):
            yield link[:LONGEST_ADDRESS]
        yield from (f"[{text_in(button, 'title')}]" for button in objects_in(one, "buttons"))


def _place(payload: Json) -> Iterator[str]:
    point = object_in(payload, "coordinates")
    latitude, longitude = point.get("lat"), point.get("long")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        at = f"mlat={latitude:.6f}&mlon={longitude:.6f}"
        yield f"https://www.openstreetmap.org/?{at}"


def address_in(value: Json, *path: str) -> str:
    """Follow a path to a web address; "" if there is none."""
    found = text_in(value, *path)
    return found if found.startswith(("https://", "http://")) and len(found) <= LONGEST_ADDRESS else ""


def remote_file(url: str, usual_name: str, usual_type: str, *, name: str = "") -> File:
    """Name a file that lies with Meta: as it is called there, or by what its address tells."""
    last = urlsplit(url).path.rpartition("/")[2]
    ending = last.rpartition(".")[2].lower() if "." in last else ""
    known = TYPES.get(ending, "")
    fits = known.partition("/")[0] == usual_type.partition("/")[0] or usual_type == "application/octet-stream"
    kind = known if known and fits else usual_type
    return File(
        name=(name or (last if known and fits and len(last) <= 60 else usual_name))[:255],
        content_type=kind,
        remote=url,
    )


def enclosed_in_polled(message: Mapping[str, object]) -> Enclosed:
    """Read the attachments of a message as the Graph API lists it."""
    found = Enclosed()
    for one in objects_in(message, "attachments", "data"):
        _add_polled(one, found)
    for share in objects_in(message, "shares", "data"):
        found.lines += [text for text in (text_in(share, "name"), address_in(share, "link")) if text]
        products = objects_in(share, "template", "payload", "product", "elements", "data")
        found.lines += [text_in(product, "name") for product in products if text_in(product, "name")]
    if sticker := address_in(dict(message), "sticker"):
        found.files.append(remote_file(sticker, "sticker.png", "image/png"))
    story = object_in(message, "story")
    if link := address_in(story, "mention", "link"):
        found.files.append(remote_file(link, *FILES["story_mention"]))
        found.warnings.append(GONE_STORY)
        found.item = ItemKind.STORY_MENTION
    elif object_in(story, "reply_to"):
        found.item = ItemKind.STORY_REPLY
    return found


def _add_polled(one: Json, found: Enclosed) -> None:
    name, told = text_in(one, "name"), text_in(one, "mime_type")
    for place, usual in (("image_data", "image"), ("video_data", "video")):
        if url := address_in(one, place, "url"):
            found.files.append(remote_file(url, FILES[usual][0], told or FILES[usual][1], name=name))
            return
    if url := address_in(one, "file_url"):
        kind = "audio" if told.startswith("audio/") else "file"
        found.files.append(remote_file(url, FILES[kind][0], told or FILES[kind][1], name=name))
        return
    card = object_in(one, "generic_template")
    words = [text_in(card, "title"), text_in(card, "subtitle"), text_in(card, "cta", "url")]
    found.lines += [text for text in words if text]
    if not any(words):
        found.warnings.append(UNSUPPORTED)
