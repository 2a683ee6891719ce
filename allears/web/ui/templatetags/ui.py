import re
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from allears.foundation.clock import now
from allears.web.ui.times import describe_age, describe_date, describe_day

register = template.Library()
MARKED = frozenset(
    {"api", "bluesky", "chat", "email", "facebook", "instagram", "mastodon", "telegram", "whatsapp", "x"}
)


@register.simple_tag
def icon(name: str, size: int = 16, label: str | Promise = "") -> SafeString:
    """Draw an icon by its component, once for each that there is."""
    return _drawn_icon(name, size, str(label))


@cache
def _drawn_icon(name: str, size: int, label: str) -> SafeString:
    drawn = render_to_string("ui/icon.html", {"name": name, "size": size, "label": label})
    return mark_safe(drawn.strip())  # noqa: S308 - a template drew it


@register.simple_tag
def avatar(name: str, size: int | str = "") -> SafeString:
    """Draw a person's mark by its component, once for each name."""
    return _drawn("ui/avatar.html", "", (("name", str(name)), ("size", size)))


@register.simple_tag
def network_mark(network: str, label: str = "") -> SafeString:
    """Draw a network's mark by its component, with a label beside it."""
    return _drawn("ui/network_mark.html", "", (("network", network), ("label", str(label))))


@register.simple_tag
def when(at: datetime | None) -> SafeString:
    """Draw a moment by its component, again only once its words change."""
    if at is None:
        return SafeString()
    place = f"{get_language()} {timezone.get_current_timezone_name()} {ago(at)}"
    return _drawn("ui/when.html", place, (("at", at),))


@lru_cache(maxsize=8192)
def _drawn(component: str, _place: str, values: tuple[tuple[str, Any], ...]) -> SafeString:
    """Draw a component whose look depends on these values and this place alone."""
    return mark_safe(render_to_string(component, dict(values)).strip())  # noqa: S308 - a template drew it


@register.filter
def initials(name: str) -> str:
    """Return the one or two letters that stand for a name."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or "?"


@register.filter
def tone(name: str) -> int:
    """Return the colour, 1 to 8, that a name always has."""
    return crc32(name.encode()) % 8 + 1


@register.filter
def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


@register.filter
def moment(at: datetime) -> str:
    """Return the full moment, for people, in the time zone at hand."""
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


@register.filter
def day(at: datetime) -> str:
    return describe_day(at, now())


@register.filter
def date_brief(on: date) -> str:
    return describe_date(on, timezone.localdate())


@register.filter
def ago(at: datetime) -> str:
    return describe_age(at, now())


@register.filter
def network_symbol(network: str) -> str:
    """Return the name of a network's mark in the sprite."""
    return f"network-{network}" if network in MARKED else "network"


MAY_HOLD_LINKS = re.compile(r"://|www\.|\w@\w|\w\.(?:com|org|net|edu|gov|mil|int)\b", re.IGNORECASE)


@register.filter
def linked(text: str) -> SafeString:
    """Escape a text and link its addresses; most texts hold none, and looking for them takes long."""
    if MAY_HOLD_LINKS.search(text):
        return mark_safe(urlize(text, nofollow=True, autoescape=True))  # noqa: S308 - urlize escaped it
    return escape(text)
