"""Keep the posts that something public was said under or about, set-based; what was told last wins."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allears.connectors.interface import Post as Told
from allears.foundation.rows import find_rows, insert_rows, new_row
from allears.pipeline.conversations.models import Post

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

_Key = tuple[int, str]
_AMONG = "channel_id = %s AND external_id {among}"
_CHANGING = [
    "kind",
    "text",
    "author_name",
    "author_handle",
    "url",
    "picture_url",
    "is_ours",
    "sent_at",
    "likes",
    "comments",
    "shares",
    "views",
    "seen_at",
    "gone_at",
]


def keep_posts(arrivals: "Sequence[Arrival]") -> None:
    """Find or make the post of every arrival that has one, and keep what was told of it."""
    told = [(arrival, arrival.incoming.post) for arrival in arrivals if arrival.incoming.post]
    if not told:
        return
    posts = _posts_among({(arrival.channel_id, post.id) for arrival, post in told})
    missing: dict[_Key, Post] = {}
    for arrival, post in told:
        key = (arrival.channel_id, post.id)
        row = posts.get(key) or missing.setdefault(key, _new_post(arrival))
        _tell(row, post, arrival.received_at)
    insert_rows(missing.values(), "ON CONFLICT (channel_id, external_id) DO NOTHING")
    Post.objects.bulk_update([posts[key] for key in posts], _CHANGING, batch_size=200)
    posts.update(_posts_among(missing))
    for arrival, post in told:
        arrival.post_id = posts[arrival.channel_id, post.id].id


def see_post_again(post: Post, told: Told | None, at: datetime) -> None:
    """Keep what the network says of a post now; None: it is no longer there."""
    if told is None:
        Post.objects.filter(id=post.id, gone_at__isnull=True).update(gone_at=at)
        return
    _tell(post, told, at)
    post.seen_at = at
    post.save(update_fields=_CHANGING)


def _posts_among(keys: Iterable[_Key]) -> dict[_Key, Post]:
    ids: dict[int, list[str]] = {}
    for channel_id, external_id in keys:
        ids.setdefault(channel_id, []).append(external_id)
    return {
        (channel_id, post.external_id): post
        for channel_id, wanted in ids.items()
        for post in find_rows(Post, _AMONG, channel_id, among=wanted)
    }


def _new_post(arrival: "Arrival") -> Post:
    assert arrival.incoming.post
    return new_row(
        Post,
        workspace_id=arrival.workspace_id,
        channel_id=arrival.channel_id,
        external_id=arrival.incoming.post.id,
    )


def _tell(row: Post, told: Told, at: datetime) -> None:
    """Write what was told onto a row; what was not told stays as it was."""
    author = told.author
    facts: dict[str, Any] = {
        "kind": told.kind[:24],
        "text": told.text,
        "author_name": author.name[:200] if author else "",
        "author_handle": author.handle[:200] if author else "",
        "url": told.url[:1000],
        "picture_url": told.picture_url[:2000],
        "sent_at": told.sent_at,
        "likes": told.likes,
        "comments": told.comments,
        "shares": told.shares,
        "views": told.views,
    }
    known = {name: value for name, value in facts.items() if value not in {None, ""}}
    for name, value in known.items():
        setattr(row, name, max(value, 0) if isinstance(value, int) else value)
    row.is_ours = row.is_ours or told.is_ours
    if row.text or row.picture_url or "sent_at" in known:
        row.seen_at = max(row.seen_at or at, at)
        row.gone_at = None
