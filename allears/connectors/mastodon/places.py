"""Where an instance is asked for what is new."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from allears.connectors.json_values import Json, object_in
from allears.connectors.mastodon.reading import FOUND, STATUS

# Kinds of notifications that nobody has to answer.
NOT_FOR_US = [
    "follow",
    "follow_request",
    "poll",
    "admin.sign_up",
    "admin.report",
    "severed_relationships",
]


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of item, where its pages are, and what a piece is made of."""

    name: str
    path: str
    take: Callable[[Json], Json]
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    heard: str = STATUS


def places_of(settings: Mapping[str, str]) -> Iterator[Place]:
    """List where to look: what is for us, our own posts, and the words that we also want to hear."""
    yield Place(
        "notifications",
        "/api/v1/notifications",
        lambda item: item,
        {"exclude_types[]": NOT_FOR_US, "include_filtered": "true"},
    )
    yield Place("conversations", "/api/v1/conversations", lambda item: object_in(item, "last_status"))
    if us := settings.get("account_id", ""):
        yield Place("own", f"/api/v1/accounts/{us}/statuses", lambda item: item, {"exclude_reblogs": "true"})
    for word in words_of_settings(settings):
        tag = word.removeprefix("#")
        if word.startswith("#"):
            path, query = f"/api/v1/timelines/tag/{quote(tag, safe='')}", {}
        else:
            path, query = "/api/v2/search", {"q": f'"{word}"', "type": "statuses"}
        yield Place(f"words:{word}"[:200], path, lambda item: item, query, FOUND)


def words_of_settings(settings: Mapping[str, str]) -> list[str]:
    """List the words and hashtags that are also heard, at most ten."""
    words = [word.strip() for word in settings.get("words", "").replace("\n", ",").split(",")]
    return list(dict.fromkeys(word[:100] for word in words if word.strip("#")))[:10]
