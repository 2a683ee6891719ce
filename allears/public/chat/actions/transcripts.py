"""What was said in a chat, by mail."""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats
from django.utils.translation import override

from allears.foundation.events.actions import record_event
from allears.foundation.letters import can_send_letters, queue_letter
from allears.pipeline.channels.queries import brand_of_channel
from allears.public.chat.actions.visiting import is_address
from allears.public.chat.errors import NotAnAddress, NothingToSend, NoWayToMail
from allears.public.chat.models import Visitor
from allears.public.chat.queries.lines import ShownLine, lines_for
from allears.public.chat.queries.visitors import own_things, present_conversation

MOST_LINES = 500


def send_transcript(visitor: Visitor, email: str) -> None:
    """Queue a visitor's lines as a letter. Raise NotAnAddress, NothingToSend or NoWayToMail."""
    email = email.strip()[:254] or visitor.email
    if not is_address(email):
        raise NotAnAddress
    if not can_send_letters(visitor.workspace_id):
        raise NoWayToMail
    own = own_things(visitor)
    found = lines_for(own, size=MOST_LINES)
    conversation = present_conversation(own)
    if not found.lines or conversation is None:
        raise NothingToSend
    brand = brand_of_channel(visitor.channel)
    language = visitor.language or brand.language
    with override(language):
        words = "\n\n".join(
            _words(line, brand.name, ZoneInfo(visitor.time_zone or "UTC")) for line in found.lines
        )
    context = {"brand": brand.name, "words": words}
    with transaction.atomic():
        queue_letter("chat_transcript", visitor.workspace_id, email, language, context)
        facts = {"conversation": conversation.id, "channel": visitor.channel_id}
        record_event("visitor.transcript_sent", visitor.workspace_id, None, f"visitor:{visitor.id}", **facts)


def _words(line: ShownLine, us: str, zone: ZoneInfo) -> str:
    at = formats.date_format(line.at.astimezone(zone), "SHORT_DATETIME_FORMAT")
    files = "".join(f"\n[{file.name}]" for file in line.files)
    return f"{line.author or us}, {at}\n{line.text}{files}"
