"""Ask a page now and then for comments, visitors' posts, recommendations and messages."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from allears.connectors.facebook.keys import graph_of, page_of
from allears.connectors.interface import Account, Heard, Piece
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.polling import Found, Gather, gather_chats, message_piece, piece_of, poll_places
from allears.connectors.meta.values import Json, id_in, moment_if_any, object_in, objects_in

COMMENT_FIELDS = (
    "id,message,from,created_time,parent{id,from},is_hidden,permalink_url,attachment,like_count,"
    "comment_count,can_hide,can_comment,can_reply_privately"
)
POST_FIELDS = (
    "id,message,from,created_time,permalink_url,full_picture,is_hidden,is_published,status_type,shares"
)
RATING_FIELDS = "created_time,recommendation_type,rating,review_text,reviewer{id,name},open_graph_story{id}"
NEWEST_POSTS = 4
NEWEST_RATINGS = 4
AROUND_COMMENT = (
    "id",
    "message",
    "from",
    "created_time",
    "permalink_url",
    "full_picture",
    "status_type",
    "is_published",
    "shares",
)


def poll_page(account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
    """Ask for all that is newer than the marks. Comments are looked for under the page's newest 100 posts."""
    graph, page = graph_of(account), page_of(account.settings)
    places: dict[str, Gather] = {
        "feed": partial(_gather_feed, graph, page),
        "tagged": partial(_gather_tagged, graph, page),
        "ratings": partial(_gather_ratings, graph, page),
        "messages": lambda since: gather_chats(graph, f"{page}/conversations", since, platform="MESSENGER"),
    }
    yield from poll_places(graph, account, cursors, places)


def _gather_feed(graph: Graph, page: str, since: datetime) -> Iterator[Found]:
    moment = round(since.timestamp())
    comments = f"comments.since({moment}).filter(stream).order(chronological).limit(100){{{COMMENT_FIELDS}}}"
    fields = f"{POST_FIELDS},{comments}"
    for post in graph.rows(f"{page}/feed", NEWEST_POSTS, fields=fields, limit="25"):
        at = moment_if_any(post.get("created_time"))
        if at is not None and at >= since:
            yield at, _post_piece("post", post)
        yield from _gather_comments(graph, post, moment)


def _gather_comments(graph: Graph, post: Json, since: int) -> Iterator[Found]:
    edge = object_in(post, "comments")
    rows = objects_in(edge, "data")
    if object_in(edge, "paging").get("next"):
        rows = graph.rows(
            f"{id_in(post, 'id')}/comments",
            fields=COMMENT_FIELDS,
            filter="stream",
            order="chronological",
            since=str(since),
            limit="100",
        )
    for row in rows:
        at = moment_if_any(row.get("created_time"))
        if at is not None and at.timestamp() >= since:
            yield at, _comment_piece(row, post)


def _gather_tagged(graph: Graph, page: str, since: datetime) -> Iterator[Found]:
    fields = "id,message,from,created_time,permalink_url,full_picture"
    for post in graph.rows(f"{page}/tagged", NEWEST_POSTS, fields=fields, limit="25"):
        at = moment_if_any(post.get("created_time"))
        if at is not None and at >= since:
            yield at, _post_piece("mention", post)


def _gather_ratings(graph: Graph, page: str, since: datetime) -> Iterator[Found]:
    for row in graph.rows(f"{page}/ratings", NEWEST_RATINGS, fields=RATING_FIELDS, limit="50"):
        at = moment_if_any(row.get("created_time"))
        if at is not None and at >= since:
            yield at, piece_of("rating", row, id_in(row, "open_graph_story", "id"))


def _post_piece(what: str, post: Json) -> Piece:
    value = {name: found for name, found in post.items() if name != "comments"}
    return piece_of(what, value, id_in(post, "id"))


def _comment_piece(row: Json, post: Json) -> Piece:
    around = {name: post[name] for name in AROUND_COMMENT if name in post}
    return piece_of("comment", row, id_in(post, "id"), post=around)


def cut_page(answer: Json) -> list[Piece]:
    """Cut an answer of the Graph API into pieces, by what its rows look like."""
    return [piece for row in _rows(answer) for piece in _cut_row(row)]


def _rows(answer: Json) -> list[Json]:
    """List the rows of an edge, of a node, or of several nodes asked for by their ids."""
    if isinstance(answer.get("data"), list):
        return list(objects_in(answer, "data"))
    if answer and all(
        isinstance(value, dict) and id_in(value, "id") == name for name, value in answer.items()
    ):
        return list(answer.values())
    return [answer]


def _cut_row(row: Json) -> Iterator[Piece]:
    if "participants" in row or isinstance(row.get("messages"), dict):
        yield from (message_piece(message, row) for message in objects_in(row, "messages", "data"))
        return
    if {"recommendation_type", "review_text", "reviewer"} & row.keys():
        yield piece_of("rating", row, id_in(row, "open_graph_story", "id"))
        return
    if "to" in row or "sticker" in row:
        yield message_piece(row, {})
        return
    if {
        "comments",
        "status_type",
        "full_picture",
        "attachments",
        "shares",
        "story",
        "is_published",
    } & row.keys():
        yield _post_piece("post", row)
        yield from (_comment_piece(comment, row) for comment in objects_in(row, "comments", "data"))
        return
    is_comment = bool({"comment_count", "can_hide", "parent", "can_comment", "message_tags"} & row.keys())
    is_comment = is_comment or ("permalink_url" in row and "_" in id_in(row, "id"))
    yield piece_of("comment" if is_comment else "other", row, "")
