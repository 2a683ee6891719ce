"""What can be done with a status, and within which limits."""

import re
from collections.abc import Mapping

from allears.connectors.interface import (
    Abilities,
    FileRules,
    Item,
    ItemKind,
    Limit,
    Offer,
    Unit,
    Visibility,
)
from allears.connectors.mastodon.statuses import AUDIENCE, OTHERS, WARNING
from allears.connectors.words import mark

CHARACTERS = 500
FILES = 4
LARGEST_FILE = 16 * 1024 * 1024
PICTURES_AND_SOUND = ("image/", "video/", "audio/")
LIKE = "⭐"

IS_DELETED = mark("Its author has deleted this post.")
ONLY_DIRECT = mark("This was written only to those it mentions. A public answer would show it to others.")
NO_HIDING = mark(
    "Mastodon has no way to hide what others write. Block or report the account on the server instead."
)
NOT_OURS = mark("Only our own posts can be deleted.")
IS_OURS = mark("This is our own post.")
NOT_ENCRYPTED = mark(
    "A direct post is not encrypted: the operators of both servers can read it, and so does everybody whom it mentions."
)
FOLLOWERS_ONLY = mark(
    "This was written to followers only. The answer is seen by those it mentions and by our own followers."
)
NOT_ASKED = mark("The author did not mention us. They will be told of our answer all the same.")
_MENTION = re.compile(r"@[\w.-]+(?:@[\w.-]+)?")


def judge(item: Item, settings: Mapping[str, str]) -> Abilities:
    """Say what can be done with an item."""
    return Abilities(
        publicly=_publicly(item, settings),
        privately=_privately(item, settings),
        like=Offer(is_possible=False, reason=IS_DELETED) if item.is_deleted else _like(item),
        hide=Offer(is_possible=False, reason=NO_HIDING),
        delete=Offer() if item.is_ours and not item.is_deleted else Offer(is_possible=False, reason=NOT_OURS),
        emoji=(LIKE,),
    )


def _like(item: Item) -> Offer:
    return Offer(is_possible=False, reason=IS_OURS) if item.is_ours else Offer()


def _publicly(item: Item, settings: Mapping[str, str]) -> Offer:
    if item.visibility is Visibility.PRIVATE:
        return Offer(is_possible=False, reason=ONLY_DIRECT)
    if item.is_deleted:
        return Offer(is_possible=False, reason=IS_DELETED)
    warning = NOT_ASKED if item.kind is ItemKind.FOUND else ""
    if item.facts.get(AUDIENCE) == "private":
        warning = FOLLOWERS_ONLY
    return Offer(
        limits=limits_of(item.facts, settings),
        files=files_of(settings),
        opening=opening_of(item, Visibility.PUBLIC),
        warning=warning,
    )


def _privately(item: Item, settings: Mapping[str, str]) -> Offer:
    return Offer(
        limits=limits_of(item.facts, settings),
        files=files_of(settings),
        opening=opening_of(item, Visibility.PRIVATE),
        warning=NOT_ENCRYPTED,
    )


def opening_of(item: Item, visibility: Visibility) -> str:
    """Name whom an answer must mention: the author, and in a direct exchange everybody else in it."""
    names = [item.author.handle]
    if visibility is Visibility.PRIVATE and item.visibility is Visibility.PRIVATE:
        names += item.facts.get(OTHERS, "").split()
    known = [name if name.startswith("@") else f"@{name}" for name in names if name.strip("@")]
    return "".join(f"{name} " for name in dict.fromkeys(known))


def with_opening(text: str, opening: str) -> str:
    """Begin a text with the mentions that it does not have yet."""
    said = {found.lower() for found in _MENTION.findall(text)}
    missing = [name for name in opening.split() if name.lower() not in said]
    return f"{' '.join(missing)} {text}" if missing else text


def audience_of(item: Item | None, visibility: Visibility) -> str:
    """Choose who sees an answer: as many as saw the item, or fewer."""
    if visibility is Visibility.PRIVATE or (item and item.visibility is Visibility.PRIVATE):
        return "direct"
    heard = item.facts.get(AUDIENCE, "public") if item else "public"
    return heard if heard in {"public", "unlisted", "private", "direct"} else "private"


def limits_of(facts: Mapping[str, str], settings: Mapping[str, str]) -> tuple[Limit, ...]:
    """Give the instance's limit, less what the kept content warning takes of it."""
    most = _number(settings, "characters", CHARACTERS) - len(facts.get(WARNING, ""))
    return (Limit(most=max(most, 1), unit=Unit.SHORT_LINKS),)


def files_of(settings: Mapping[str, str]) -> FileRules:
    types = tuple(settings.get("file_types", "").split())
    return FileRules(
        most=_number(settings, "files", FILES),
        largest=_number(settings, "largest_file", LARGEST_FILE),
        types=types or PICTURES_AND_SOUND,
    )


def _number(settings: Mapping[str, str], name: str, otherwise: int) -> int:
    found = settings.get(name, "")
    return int(found) if found.isdecimal() and 0 < int(found) < 10**12 else otherwise
