"""Ask Instagram for what a webhook left out: the words of a mention, the name of who writes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from allears.connectors.errors import Refused
from allears.connectors.instagram.comments import NOBODY, mention_message
from allears.connectors.instagram.keys import graph_of, us_of
from allears.connectors.interface import Account, Author, Incoming, Nothing, Record, Visibility
from allears.connectors.meta.attachments import address_in
from allears.connectors.meta.names import find_name
from allears.connectors.meta.pages import token_of
from allears.connectors.meta.values import Json, count_in, text_in
from allears.connectors.words import mark

MUST_ASK = mark(
    "Instagram tells only where you were mentioned; its words must be asked for, which can't be done here."
)
NOT_TOLD = mark(
    "You were mentioned, but Instagram does not show it: it was deleted, or its account is private."
)
COMMENT = "id,text,timestamp,username,from,like_count,media{id,permalink}"
MEDIA = "id,caption,timestamp,username,permalink,media_type,media_url,like_count,comments_count"
PERSON = "name,username,profile_pic,follower_count,is_verified_user"


def read_mention(media: str, comment: str, account: Account, at: datetime) -> list[Record] | Nothing:
    """Ask for the words of a mention. Raise Unreachable and the like when that does not work now."""
    if account.web is None or not token_of(account) or not (media or comment):
        return Nothing(MUST_ASK)
    asked = (
        f"mentioned_comment.comment_id({comment}){{{COMMENT}}}"
        if comment
        else f"mentioned_media.media_id({media}){{{MEDIA}}}"
    )
    try:
        node = graph_of(account).get(us_of(account), fields=asked)
    except Refused:
        return Nothing(NOT_TOLD)
    found = mention_message(node, media, comment, at)
    return [found] if found else Nothing(NOT_TOLD)


def complete(records: Sequence[Record], account: Account) -> list[Record]:
    """Put names to those who write privately; webhooks tell only ids."""
    if account.web is None or not token_of(account):
        return list(records)
    return [_named(one, account) if isinstance(one, Incoming) else one for one in records]


def _named(incoming: Incoming, account: Account) -> Incoming:
    is_known = incoming.author.name != NOBODY
    if incoming.is_ours or is_known or incoming.visibility is Visibility.PUBLIC:
        return incoming
    told = find_name(graph_of(account), incoming.author.id, PERSON)
    return replace(incoming, author=_author(incoming, told)) if told else incoming


def _author(incoming: Incoming, told: Json) -> Author:
    handle = text_in(told, "username")
    return replace(
        incoming.author,
        name=text_in(told, "name") or handle or NOBODY,
        handle=handle,
        url=f"https://www.instagram.com/{handle}/" if handle else "",
        picture_url=address_in(told, "profile_pic"),
        followers=count_in(told, "follower_count"),
        is_verified=told.get("is_verified_user") is True,
        also=(f"@{handle}",) if handle else (),
    )
