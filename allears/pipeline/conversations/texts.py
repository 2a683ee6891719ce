"""Messages as understanding is handed them: a text, and what is known of where it stands."""

from collections.abc import Callable

from allears.connectors.interface import ItemKind, Visibility
from allears.foundation.workspaces.queries import Home
from allears.pipeline.understanding.reading import Text

# What a network would not show us if it did not name us, answer us, or stand under something of ours.
_TURNED_TO_US = {
    ItemKind.COMMENT,
    ItemKind.MENTION,
    ItemKind.REPLY,
    ItemKind.QUOTE,
    ItemKind.STORY_REPLY,
    ItemKind.STORY_MENTION,
    ItemKind.VISITOR_POST,
    ItemKind.RATING,
}
LONGEST = 8_000
LIKELY = 0.5

finders: list[Callable[[int, str], float | None]] = []
"""Who says how well an answer of a workspace fits a text: what answers are kept in puts itself here."""


def is_turned_to_us(item: str) -> bool:
    """Say whether what a network calls an item names us, answers us, or stands under something of ours."""
    return item in _TURNED_TO_US


def text_to_read(text: str, visibility: str, item: str, in_reply_to: str, home: Home) -> Text:
    """Make a text to read of a message. Of a very long one, the beginning tells what it is about."""
    is_private = visibility == Visibility.PRIVATE
    is_found = item == ItemKind.FOUND
    return Text(
        text=text[:LONGEST],
        is_private=is_private,
        is_addressed=True if is_private or is_turned_to_us(item) else False if is_found else None,
        is_among_others=is_found and bool(in_reply_to),
        names=home.names,
        languages=home.languages,
        countries=home.countries,
        can_help=None if is_private or is_turned_to_us(item) else _can_help(home.workspace_id, text),
    )


def _can_help(workspace_id: int, text: str) -> float | None:
    """Say how well the best answer fits; None when none is likely to, for a complaint is heard without one, too."""
    found = [find(workspace_id, text) or 0.0 for find in finders]
    best = max(found, default=0.0)
    return best if best >= LIKELY else None
