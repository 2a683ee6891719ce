"""Fill the variables of saved replies. No template engine: a variable is a name in a table, or an error.

Every value is put in once and never read again, so that a customer called "{{ agent.name }}" stays one.
A variable for which nothing is known stays as it is: a *gap*, which a person fills before anything is sent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Brand, Member
from allears.pipeline.channels.queries import brand_of_channel
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.people.first_names import first_name_of
from allears.pipeline.people.models import Identity
from allears.pipeline.replies.errors import UnknownVariable
from allears.pipeline.replies.models import SavedReply

VARIABLES: dict[str, str | Promise] = {
    "customer.first_name": _("The customer's first name"),
    "customer.name": _("The customer's whole name"),
    "greeting": _("Good morning, good afternoon or good evening, by the customer's time of day"),
    "agent.first_name": _("Your first name"),
    "agent.name": _("Your whole name"),
    "brand.name": _("The brand's name"),
    "channel.name": _("The channel's name"),
    "conversation.number": _("The conversation's number"),
    "conversation.subject": _("The conversation's subject"),
}
_ANY = re.compile(r"\{\{(.*?)\}\}|\{\{", re.DOTALL)
_GAP = re.compile(r"\{\{\s*(" + "|".join(re.escape(name) for name in VARIABLES) + r")\s*\}\}")
_NOON, _EVENING, _NIGHT = 12, 18, 4


def check_variables(text: str) -> None:
    """Raise UnknownVariable, naming it, if a text holds one that is not in VARIABLES or is not closed."""
    for found in _ANY.finditer(text):
        name = found[1].strip() if found[1] is not None else "{{"
        if name not in VARIABLES:
            raise UnknownVariable(gettext("There is no variable “%(name)s”.") % {"name": name[:60]})


def gaps_in(text: str) -> list[str]:
    """List the variables that still stand in a text, each once, in order."""
    return list(dict.fromkeys(found[1] for found in _GAP.finditer(text)))


def parts_of(text: str) -> list[tuple[str, bool]]:
    """Cut a text at its gaps: parts in order, each with whether it is a gap."""
    parts, at = [], 0
    for found in _GAP.finditer(text):
        parts += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [*parts, (text[at:], False)]


def is_as_saved(text: str, saved: Iterable[str]) -> bool:
    """Say whether a text is nothing but saved replies as they stand, whatever their variables became."""
    rest = " ".join(text.split())
    for one in saved:
        pattern = ".{0,200}?".join(
            re.escape(" ".join(part.split())) for part, is_gap in parts_of(one) if not is_gap
        )
        rest = re.sub(pattern.replace("\\ ", r"\s*"), "", rest) if pattern else rest
    return bool(text.strip()) and not re.search(r"\w", rest)


def fill_saved_reply(saved_reply: SavedReply, member: Member, conversation: Conversation) -> str:
    """Put what is known into a saved reply; gaps stay as they are."""
    return Filler(member, conversation).fill(saved_reply)


@dataclass
class Filler:
    """Fills any number of saved replies for one member and conversation with a fixed number of questions."""

    member: Member
    conversation: Conversation

    def fill(self, saved_reply: SavedReply) -> str:
        """Put what is known into one saved reply."""
        words = {**self._words, "greeting": self._greeting(saved_reply.language or self.brand.language)}
        return _GAP.sub(lambda found: words[found[1]] or found[0], saved_reply.text)

    @cached_property
    def brand(self) -> Brand:
        """The brand whose channel the conversation is on."""
        return brand_of_channel(self.conversation.channel)

    @cached_property
    def _words(self) -> dict[str, str]:
        conversation = self.conversation
        name = conversation.customer_name
        first_name = first_name_of(name)
        words = {
            "customer.name": name if first_name else "",
            "customer.first_name": first_name,
            "agent.name": self.member.name,
            "agent.first_name": first_name_of(self.member.name) or self.member.name,
            "brand.name": self.brand.name,
            "channel.name": conversation.channel.name,
            "conversation.number": f"#{conversation.id}",
            "conversation.subject": conversation.subject,
        }
        return {key: value.replace("{{", "{ {").replace("}}", "} }") for key, value in words.items()}

    @cached_property
    def _hour(self) -> int:
        """The hour where the customer is, or, where that is not known, where the brand is."""
        told = Identity.objects.filter(customer=self.conversation.customer_id).exclude(time_zone="")
        zone = told.order_by("-id").values_list("time_zone", flat=True).first()
        for name in (zone, self.brand.time_zone):
            try:
                return now().astimezone(ZoneInfo(name or "")).hour
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return now().hour

    def _greeting(self, language: str) -> str:
        with override(language):
            if _NIGHT <= self._hour < _NOON:
                return gettext("Good morning")
            return gettext("Good afternoon") if _NOON <= self._hour < _EVENING else gettext("Good evening")
