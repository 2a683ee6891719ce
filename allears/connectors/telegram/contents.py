"""What a message of Telegram holds: its words, its files, and in words of ours what can't be shown.

What is neither text nor file (a place, a contact, a poll) becomes lines that need no translation.
"""

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allears.connectors.interface import File
from allears.connectors.meta.values import Json, clean_text, count_in, id_in, object_in, objects_in, text_in
from allears.connectors.telling import tell_contact, tell_place
from allears.connectors.words import mark

FORWARDED = mark("Forwarded: somebody else wrote these words.")
STORY = mark("A story was shared. Telegram does not show stories to bots.")
PAID = mark("Media for payment were sent. Telegram does not show them to bots.")
UNKNOWN = mark("Something was sent that All Ears can't show. Look in Telegram.")
EXPIRED = mark("It was sent for one view only; Telegram does not show it to bots.")
TOO_LARGE = mark(
    "A file is larger than 20 MB: Telegram does not hand it to bots. Ask for a smaller one or a link."
)

LARGEST = 20 * 1024 * 1024
STILL, ANIMATED = "image/webp", "application/x-tgsticker"

# What a message may have besides what it says.
_FRAME = """message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot
    sender_tag date guest_query_id business_connection_id chat forward_origin is_topic_message is_automatic_forward
    reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot
    guest_bot_caller_user guest_bot_caller_chat edit_date has_protected_content is_from_offline is_paid_post
    media_group_id author_signature paid_star_count entities link_preview_options suggested_post_info effect_id
    caption_entities show_caption_above_media has_media_spoiler reply_markup forward_from forward_from_chat
    forward_from_message_id forward_signature forward_sender_name forward_date"""
FRAME = frozenset(_FRAME.split())
_SERVICE = """new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
    delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed pinned_message users_shared chat_shared gift unique_gift gift_upgrade_sent
    connected_website write_access_allowed passport_data proximity_alert_triggered boost_added chat_background_set
    checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created forum_topic_edited
    forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created
    giveaway giveaway_winners giveaway_completed managed_bot_created paid_message_price_changed poll_option_added
    poll_option_deleted suggested_post_approved suggested_post_approval_failed suggested_post_declined
    suggested_post_paid suggested_post_refunded video_chat_scheduled video_chat_started video_chat_ended
    video_chat_participants_invited invoice successful_payment refunded_payment new_chat_participant
    new_chat_member left_chat_participant voice_chat_started voice_chat_ended voice_chat_scheduled
    voice_chat_participants_invited migrate_to_chat_id migrate_from_chat_id"""
SERVICE = frozenset(_SERVICE.split())


@dataclass(frozen=True, slots=True)
class Content:
    """What was said, and with what."""

    text: str
    files: tuple[File, ...]
    warnings: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.files or self.warnings)


def content_of(message: Json) -> Content:
    """Read what a message holds; empty if that is nothing anybody wrote."""
    found = list(_files(message))
    files = tuple(file for file in found if file.size <= LARGEST)
    warnings = [TOO_LARGE] if len(files) < len(found) else []
    lines = [text_in(message, "text") or text_in(message, "caption"), *_lines(message)]
    warnings += [sentence for name, sentence in _UNSEEN if name in message]
    text = "\n".join(line for line in lines if line)
    if not (text or found or warnings) and _has_more(message):
        warnings.append(UNKNOWN)
    if _is_forwarded(message) and (text or found):
        warnings.append(FORWARDED)
    return Content(text, files, tuple(warnings))


_UNSEEN = (("story", STORY), ("paid_media", PAID), ("has_expired_media", EXPIRED))


def _has_more(message: Json) -> bool:
    return not message.keys() & SERVICE and bool(message.keys() - FRAME)


def _is_forwarded(message: Json) -> bool:
    is_from_channel = message.get("is_automatic_forward") is True
    return not is_from_channel and ("forward_origin" in message or "forward_date" in message)


def _lines(message: Json) -> Iterator[str]:
    """Say in lines what is neither text nor file."""
    for name, tell in _TELLERS.items():
        found = object_in(message, name)
        if found and not (name == "location" and "venue" in message):
            yield tell(found)


def _tell_place(place: Json) -> str:
    return tell_place(place.get("latitude"), place.get("longitude"))


def _tell_venue(venue: Json) -> str:
    place = object_in(venue, "location")
    return tell_place(
        place.get("latitude"), place.get("longitude"), text_in(venue, "title"), text_in(venue, "address")
    )


def _tell_contact(contact: Json) -> str:
    return tell_contact(name_of(contact), [text_in(contact, "phone_number")])


def _tell_dice(dice: Json) -> str:
    value = count_in(dice, "value")
    return f"{text_in(dice, 'emoji') or '🎲'} {value}" if value is not None else ""


def _tell_poll(poll: Json) -> str:
    options = [f"▫ {text_in(option, 'text')}" for option in objects_in(poll, "options")]
    return "\n".join([f"📊 {text_in(poll, 'question')}", *options])


def _tell_checklist(checklist: Json) -> str:
    tasks = [
        f"{'☑' if task.get('completion_date') else '☐'} {text_in(task, 'text')}"
        for task in objects_in(checklist, "tasks")
    ]
    return "\n".join([text_in(checklist, "title"), *tasks])


def _tell_rich(rich: Json) -> str:
    """Take the words out of a formatted message, a line for each block."""
    return "\n".join(
        filter(None, ("".join(_words_in(block)).strip() for block in objects_in(rich, "blocks")))
    )


def _words_in(value: object, depth: int = 0) -> Iterator[str]:
    if depth > 12:
        return
    if isinstance(value, str):
        yield clean_text(value)
    elif isinstance(value, list):
        for part in value:
            yield from _words_in(part, depth + 1)
    elif isinstance(value, dict):
        for name in ("text", "title", "caption", "blocks", "items", "cells", "rows"):
            yield from _words_in(value.get(name), depth + 1)


_TELLERS: dict[str, Callable[[Json], str]] = {
    "venue": _tell_venue,
    "location": _tell_place,
    "contact": _tell_contact,
    "dice": _tell_dice,
    "poll": _tell_poll,
    "checklist": _tell_checklist,
    "rich_message": _tell_rich,
    "sticker": lambda sticker: text_in(sticker, "emoji"),
    "game": lambda game: f"🎮 {text_in(game, 'title')}",
    "web_app_data": lambda data: text_in(data, "data"),
}


def name_of(person: Json) -> str:
    """Return a person's name, or a chat's title."""
    parts = [text_in(person, "first_name"), text_in(person, "last_name")]
    return " ".join(filter(None, parts)) or text_in(person, "title")


# What holds a file, its ending where Telegram tells no name, and its type where it tells none.
_KINDS = (
    ("video", "video", "video/mp4"),
    ("video_note", "video", "video/mp4"),
    ("voice", "voice", "audio/ogg"),
    ("audio", "audio", "audio/mpeg"),
)


def _files(message: Json) -> Iterator[File]:
    """Yield what lies on Telegram's servers: of photos the largest, of an animation only the animation."""
    if photo := _largest(message):
        yield _file(photo, "photo.jpg", "image/jpeg")
    if animation := object_in(message, "animation"):
        yield _file(animation, "", "video/mp4", "animation")
    elif document := object_in(message, "document"):
        yield _file(document, "", "application/octet-stream", "document")
    for name, stem, content_type in _KINDS:
        if (found := object_in(message, name)) and not (name == "video" and "live_photo" in message):
            yield _file(found, "", content_type, stem)
    if sticker := object_in(message, "sticker"):
        yield _file(*_shown_sticker(sticker), "sticker")


def _shown_sticker(sticker: Json) -> tuple[Json, str, str]:
    """Return what of a sticker can be shown: of one that only Telegram can play, its still picture."""
    if sticker.get("is_video") is True:
        return sticker, "", "video/webm"
    if sticker.get("is_animated") is True:
        still = object_in(sticker, "thumbnail")
        return (still, "", STILL) if still else (sticker, "", ANIMATED)
    return sticker, "", STILL


def _largest(message: Json) -> Json:
    sizes = [size for size in objects_in(message, "photo") if id_in(size, "file_id")]
    return max(
        sizes, key=lambda size: (count_in(size, "width") or 0) * (count_in(size, "height") or 0), default={}
    )


def _file(found: Json, name: str, content_type: str, stem: str = "file") -> File:
    kind = text_in(found, "mime_type")[:127] or content_type
    ending = mimetypes.guess_extension(kind) or ""
    return File(
        name=(text_in(found, "file_name") or name or f"{stem}{ending}")[:255],
        content_type=kind,
        size=count_in(found, "file_size") or 0,
        remote=id_in(found, "file_id"),
    )
