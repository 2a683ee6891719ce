"""Say and do things on Telegram, once.

One call is one message, or one album. What needs two (files with a text too long for a caption) sends the files
first; if the text then fails, nobody knows for certain what the customer sees, and a person decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from allears.connectors.errors import ConnectorError, Refused, Unknown
from allears.connectors.interface import Account, Deed, DeedKind, File, Outgoing, Sent, Unit, Visibility
from allears.connectors.measuring import length_of
from allears.connectors.meta.values import Json, id_in, object_in
from allears.connectors.telegram.calling import Moved, call, call_with_files
from allears.connectors.telegram.judging import FILES, LONGEST, LONGEST_CAPTION
from allears.connectors.telegram.places import GROUP, Place, number_of, place_named, url_of
from allears.connectors.telegram.troubles import NO_MESSAGE
from allears.connectors.words import mark

HALF_SENT = mark("The files went out, the text perhaps not. Look in Telegram before you send it again.")
TOO_LONG = mark("Telegram takes at most %(most)s characters.")
TOO_MANY = mark("Telegram takes at most %(most)s files at once.")
FILE_TOO_LARGE = mark("Telegram takes files of at most 50 MB from a bot.")
NOTHING_TO_SAY = mark("There is nothing to send.")
NO_PLACE = mark("It is not known in which chat to answer.")
NOT_A_MESSAGE = mark("A pressed button is no message.")

LARGEST_PHOTO = 10 * 1024 * 1024
_METHODS = (
    ("photo", ("image/jpeg", "image/png", "image/webp")),
    ("animation", ("image/gif",)),
    ("video", ("video/mp4",)),
    ("audio", ("audio/mpeg", "audio/mp4", "audio/x-m4a")),
    ("voice", ("audio/ogg",)),
)
_IN_ALBUMS = frozenset({"photo", "video"})


@dataclass(frozen=True, slots=True)
class Step:
    """One call: a method, its own fields, and its files."""

    method: str
    fields: Mapping[str, Any]
    files: Mapping[str, File]


def send_reply(outgoing: Outgoing, account: Account) -> Sent:
    """Send a reply. Raise as the contract of `send` says."""
    _expect_sendable(outgoing)
    place = _place_for(outgoing)
    steps = plan_steps(outgoing)
    frame = _frame(place, _answered(outgoing, place))
    taken = _take(steps[0], frame, account)
    for step in steps[1:]:
        # Telegram shows only the first as an answer; the rest stands under it.
        try:
            taken += _take(step, _frame(place, None), account)
        except ConnectorError as error:
            raise Unknown(HALF_SENT, raw=error.raw or type(error).__name__) from error
    return _sent(outgoing, place, taken)


def _sent(outgoing: Outgoing, place: Place, taken: list[Json]) -> Sent:
    """Say what it became. A group that has moved meanwhile has another number from now on."""
    last = object_in(taken[-1], "chat")
    place = replace(place, chat=id_in(last, "id") or place.chat)
    found = [place.id_of(id_in(message, "message_id")) for message in taken]
    return Sent(
        external_id=found[-1],
        also=tuple(found[:-1]),
        url=url_of(last, id_in(taken[-1], "message_id")),
        thread=place.thread if _is_taken_to_private(outgoing) else "",
        recipient=outgoing.to if _is_taken_to_private(outgoing) else None,
        facts={"chat": place.chat, **({"business": place.business} if place.business else {})},
    )


def _expect_sendable(outgoing: Outgoing) -> None:
    if not outgoing.text.strip() and not outgoing.files:
        raise Refused(NOTHING_TO_SAY)
    if length_of(outgoing.text, LONGEST.unit) > LONGEST.most:
        raise Refused(TOO_LONG, most=str(LONGEST.most))
    if len(outgoing.files) > FILES.most:
        raise Refused(TOO_MANY, most=str(FILES.most))
    if any(len(file.data) > FILES.largest for file in outgoing.files):
        raise Refused(FILE_TOO_LARGE)


def _is_taken_to_private(outgoing: Outgoing) -> bool:
    return (
        outgoing.item is not None
        and outgoing.item.visibility is Visibility.PUBLIC
        and outgoing.visibility is Visibility.PRIVATE
    )


def _place_for(outgoing: Outgoing) -> Place:
    """Find the chat: the exchange's own, or the customer's private one."""
    if _is_taken_to_private(outgoing) or not outgoing.thread:
        place = Place(chat=outgoing.to.id)
    else:
        place = place_named(outgoing.thread)
    if not place.chat.lstrip("-").isdigit():
        raise Refused(NO_PLACE)
    return place


def _answered(outgoing: Outgoing, place: Place) -> int | None:
    """Return the number of the message that is answered, if it stands in this very chat."""
    answered = outgoing.in_reply_to or (outgoing.item.external_id if outgoing.item else "")
    number = number_of(answered)
    return number if number is not None and answered == place.id_of(str(number)) else None


def _frame(place: Place, answered: int | None) -> dict[str, Any]:
    """Say where it goes. In a chat between two nobody needs to be shown what is answered."""
    frame: dict[str, Any] = {"chat_id": int(place.chat)}
    if place.topic.isdigit():
        frame["message_thread_id"] = int(place.topic)
    if place.direct.isdigit():
        frame["direct_messages_topic_id"] = int(place.direct)
    if place.business:
        frame["business_connection_id"] = place.business
    if answered is not None and place.chat.startswith(GROUP):
        frame["reply_parameters"] = {"message_id": answered, "allow_sending_without_reply": True}
    return frame


def plan_steps(outgoing: Outgoing) -> list[Step]:
    """Say in which calls a reply goes out."""
    text = outgoing.text.strip()
    words = Step("sendMessage", {"text": text}, {})
    if not outgoing.files:
        return [words]
    fits = length_of(text, Unit.UTF16) <= LONGEST_CAPTION
    caption = text if fits else ""
    files = (
        _album(outgoing.files, caption) if len(outgoing.files) > 1 else _single(outgoing.files[0], caption)
    )
    return [files] if fits else [files, words]


def _single(file: File, caption: str) -> Step:
    kind = _kind_of(file)
    fields = {kind: "attach://file", **({"caption": caption} if caption else {})}
    return Step(f"send{kind.capitalize()}", fields, {"file": file})


def _album(files: tuple[File, ...], caption: str) -> Step:
    """Put files into one album: pictures and films together, sounds together, else all as documents."""
    kinds = [_kind_of(file) for file in files]
    if not (set(kinds) <= _IN_ALBUMS or set(kinds) == {"audio"}):
        kinds = ["document"] * len(files)
    media: list[dict[str, str]] = [
        {"type": kind, "media": f"attach://file{number}"} for number, kind in enumerate(kinds)
    ]
    if caption:
        media[0 if kinds[0] in _IN_ALBUMS else -1]["caption"] = caption
    return Step(
        "sendMediaGroup", {"media": media}, {f"file{number}": file for number, file in enumerate(files)}
    )


def _kind_of(file: File) -> str:
    content_type = file.content_type.partition(";")[0].strip().lower()
    kind = next((kind for kind, types in _METHODS if content_type in types), "document")
    return "document" if kind == "photo" and len(file.data) > LARGEST_PHOTO else kind


def _take(step: Step, frame: dict[str, Any], account: Account) -> list[Json]:
    """Make one call; return the messages it became. A group that moved is followed, once."""
    found = _following(frame, lambda fields: _call(step, fields, account))
    messages = [object_in(message) for message in (found if isinstance(found, list) else [found])]
    if not messages or not all(id_in(message, "message_id") for message in messages):
        raise Unknown
    return messages


def _call(step: Step, frame: dict[str, Any], account: Account) -> Any:
    fields = {**frame, **step.fields}
    if step.files:
        return call_with_files(account, step.method, fields, step.files)
    return call(account, step.method, fields)


def _following(frame: dict[str, Any], ask: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        return ask(frame)
    except Moved as moved:
        # The numbers of messages began anew there, so nothing can be pointed at.
        rest = {name: value for name, value in frame.items() if name != "reply_parameters"}
        return ask({**rest, "chat_id": int(moved.chat)})


def do_deed(deed: Deed, account: Account) -> None:
    """React to a message, or delete it; again is no harm."""
    place, number = place_named(deed.item.thread), number_of(deed.item.external_id)
    if number is None:
        if deed.kind is DeedKind.SEEN:
            return
        raise Refused(NOT_A_MESSAGE)
    try:
        _DEEDS[deed.kind](place, number, deed, account)
    except Moved as moved:
        raise Refused(NO_MESSAGE, raw=f"moved to {moved.chat}") from moved


def _react(place: Place, number: int, deed: Deed, account: Account) -> None:
    reaction = [{"type": "emoji", "emoji": deed.emoji or "👍"}] if deed.kind is DeedKind.LIKE else []
    call(
        account,
        "setMessageReaction",
        {"chat_id": int(place.chat), "message_id": number, "reaction": reaction},
    )


def _delete(place: Place, number: int, _deed: Deed, account: Account) -> None:
    if place.business:
        fields: dict[str, Any] = {"business_connection_id": place.business, "message_ids": [number]}
        call(account, "deleteBusinessMessages", fields)
        return
    try:
        call(account, "deleteMessage", {"chat_id": int(place.chat), "message_id": number})
    except Refused as error:
        if "not found" not in error.raw.lower():
            raise


def _see(place: Place, number: int, _deed: Deed, account: Account) -> None:
    """Only in the chats of a business account can somebody be shown that we have read."""
    if place.business:
        fields = {"business_connection_id": place.business, "chat_id": int(place.chat), "message_id": number}
        call(account, "readBusinessMessage", fields)


def _cannot(_place: Place, _number: int, _deed: Deed, _account: Account) -> None:
    raise Refused(mark("Telegram can delete, but not hide."))


_DEEDS: dict[DeedKind, Callable[[Place, int, Deed, Account], None]] = {
    DeedKind.LIKE: _react,
    DeedKind.UNLIKE: _react,
    DeedKind.DELETE: _delete,
    DeedKind.SEEN: _see,
    DeedKind.HIDE: _cannot,
    DeedKind.UNHIDE: _cannot,
}
