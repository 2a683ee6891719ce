"""Ask an Instagram account now and then for comments, where it was tagged, and messages."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from allears.connectors.instagram.keys import chats_of, graph_of, us_of
from allears.connectors.interface import Account, Heard, Piece
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.polling import Found, Gather, gather_chats, message_piece, piece_of, poll_places
from allears.connectors.meta.values import Json, id_in, moment_if_any, object_in, objects_in

ONE_COMMENT = "id,text,timestamp,username,from,like_count,hidden,parent_id"
COMMENT_FIELDS = f"{ONE_COMMENT},replies.limit(50){{{ONE_COMMENT}}}"
MEDIA_FIELDS = (
    "id,caption,permalink,media_type,media_product_type,media_url,thumbnail_url,timestamp,like_count,"
    "comments_count,username"
)
MESSAGE_FIELDS = "id,created_time,from,to,message,attachments,shares,story,is_unsupported"
NEWEST_MEDIA = 2
MOST_COMMENTS = 20


def poll_account(account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
    """Ask for all that is newer than the marks. Comments are looked for under the newest 50 posts."""
    graph, us = graph_of(account), us_of(account)
    chats = f"{chats_of(account)}/conversations"
    places: dict[str, Gather] = {
        "comments": partial(_gather_comments, graph, us),
        "tagged": partial(_gather_tagged, graph, us),
        "messages": lambda since: gather_chats(graph, chats, since, MESSAGE_FIELDS, platform="INSTAGRAM"),
    }
    yield from poll_places(graph, account, cursors, places)


def _gather_comments(graph: Graph, us: str, since: datetime) -> Iterator[Found]:
    fields = f"{MEDIA_FIELDS},comments.limit(50){{{COMMENT_FIELDS}}}"
    for media in graph.rows(f"{us}/media", NEWEST_MEDIA, fields=fields, limit="25"):
        for row in _newest(graph, media, since):
            yield from _comment(row, media, since)


def _newest(graph: Graph, media: Json, since: datetime) -> Iterator[Json]:
    """Yield a post's comments, newest first; further pages only while they are new."""
    edge = object_in(media, "comments")
    rows = list(objects_in(edge, "data"))
    last = moment_if_any(rows[-1].get("timestamp")) if rows else None
    if not object_in(edge, "paging").get("next") or last is None or last < since:
        yield from rows
        return
    asked = graph.rows(f"{id_in(media, 'id')}/comments", MOST_COMMENTS, fields=COMMENT_FIELDS, limit="50")
    for row in asked:
        at = moment_if_any(row.get("timestamp"))
        if at is not None and at < since:
            return
        yield row


def _comment(row: Json, media: Json, since: datetime) -> Iterator[Found]:
    replies = [{"parent_id": id_in(row, "id"), **reply} for reply in objects_in(row, "replies", "data")]
    for one in (row, *replies):
        at = moment_if_any(one.get("timestamp"))
        if at is not None and at >= since:
            yield at, _comment_piece(one, media)


def _comment_piece(row: Json, media: Json) -> Piece:
    value = {name: found for name, found in row.items() if name != "replies"}
    around = {name: found for name, found in media.items() if name != "comments"}
    return piece_of("comment", value, id_in(media, "id"), post=around)


def _gather_tagged(graph: Graph, us: str, since: datetime) -> Iterator[Found]:
    for media in graph.rows(f"{us}/tags", NEWEST_MEDIA, fields=MEDIA_FIELDS, limit="25"):
        at = moment_if_any(media.get("timestamp"))
        if at is not None and at >= since:
            yield at, piece_of("tagged", media, id_in(media, "id"))


def cut_page(answer: Json) -> list[Piece]:
    """Cut an answer of the Graph API into pieces, by what its rows look like."""
    rows = list(objects_in(answer, "data")) if isinstance(answer.get("data"), list) else []
    if not rows and answer and all(_is_named(name, value) for name, value in answer.items()):
        rows = list(answer.values())
    return [piece for row in rows or [answer] for piece in _cut_row(row)]


def _is_named(name: str, value: object) -> bool:
    return isinstance(value, dict) and id_in(value, "id") == name


def _cut_row(row: Json) -> Iterator[Piece]:
    if isinstance(row.get("messages"), dict) or "participants" in row:
        yield from (message_piece(message, row) for message in objects_in(row, "messages", "data"))
    elif "to" in row or "created_time" in row:
        yield message_piece(row, {})
    elif "media_type" in row or "permalink" in row:
        yield piece_of(
            "media", {key: value for key, value in row.items() if key != "comments"}, id_in(row, "id")
        )
        yield from (_comment_piece(comment, row) for comment in objects_in(row, "comments", "data"))
    elif "text" in row and "id" in row:
        yield _comment_piece(row, {})
        above = id_in(row, "id")
        replies = [{"parent_id": above, **reply} for reply in objects_in(row, "replies", "data")]
        yield from (_comment_piece(reply, {}) for reply in replies)
    else:
        yield piece_of("other", row, "")
