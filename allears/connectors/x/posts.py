"""Read a post of API 2 with what came along (users, other posts, media) into our words.

A post's id changes with each edit; `edit_history_tweet_ids` names them all, oldest first. We call a post by
its first id, whichever arrives, and answer and hide it by its newest, which `facts` remember.
Some answers call a post "tweet" in their field names, newer ones "post": both are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Author,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Post,
    Record,
    Visibility,
)
from allears.connectors.meta.values import (
    Json,
    count_in,
    id_in,
    list_in,
    moment_if_any,
    object_in,
    objects_in,
    text_in,
)
from allears.connectors.x.files import files_of, media_in
from allears.connectors.x.moments import moment_in_id, newest_of, written_at
from allears.connectors.x.people import person, users_in
from allears.connectors.x.texts import words_of
from allears.connectors.x.words import NO_AUTHOR, NO_ID, OUR_POST, PROTECTED, REPOST, SENSITIVE

REPLIED, QUOTED, SHARED = "replied_to", "quoted", "retweeted"


@dataclass(frozen=True, slots=True)
class Page:
    """What came along with a post: users, other posts and media, by their ids."""

    users: dict[str, Json]
    posts: dict[str, Json]
    media: dict[str, Json]


def page_of(includes: Json) -> Page:
    """Read the includes of an answer or an event."""
    rows = [
        object_in(one, "data") or one for name in ("tweets", "posts") for one in objects_in(includes, name)
    ]
    return Page(users_in(includes), {id_in(one, "id"): one for one in rows}, media_in(includes))


def read_post(post: Json, includes: Json, us: str, received_at: datetime) -> Sequence[Record] | Nothing:
    """Translate one post; `us` is the id of our account, by which our own and those for us are known."""
    number, author = id_in(post, "id"), id_in(post, "author_id")
    if not number:
        raise Unreadable(NO_ID)
    if not author:
        raise Unreadable(NO_AUTHOR)
    page = page_of(includes)
    refers = references_of(post)
    if SHARED in refers:
        return Nothing(REPOST)
    told = _incoming(post, page, us, received_at)
    if author == us and not (told.recipient and told.recipient.id):
        return Nothing(OUR_POST)
    if number != told.external_id:
        return [_edit(told, received_at, written_at(post, number, received_at))]
    return [told]


def _edit(told: Incoming, received_at: datetime, at: datetime) -> Edit:
    first = moment_in_id(told.external_id) or min(at, received_at)
    whole = replace(told, sent_at=first, edited_at=at)
    return Edit(external_id=told.external_id, text=told.text, edited_at=at, whole=whole)


def _incoming(post: Json, page: Page, us: str, received_at: datetime) -> Incoming:
    history = history_of(post)
    refers = references_of(post)
    answered, quoted = refers.get(REPLIED, ""), refers.get(QUOTED, "")
    is_ours = id_in(post, "author_id") == us
    author = person(page.users, id_in(post, "author_id"))
    return Incoming(
        external_id=history[0],
        author=author,
        text=words_of(post, quoted),
        sent_at=written_at(post, history[0], received_at),
        visibility=Visibility.PUBLIC,
        item=kind_of(post, page, us),
        thread=root_of(post),
        in_reply_to=answered,
        references=(answered,) if answered else (),
        is_ours=is_ours,
        recipient=_recipient(post, page, us) if is_ours else None,
        files=files_of(post, page.media),
        warnings=_warnings(post, page),
        post=_above(post, page, us, author),
        url=url_of(author, newest_of(history)),
        facts=_facts(post, page, us),
    )


def history_of(post: Json) -> list[str]:
    """List the ids a post has had, the first first."""
    told = list_in(post, "edit_history_tweet_ids") or list_in(post, "edit_history_post_ids")
    ids = {str(one) for one in told if str(one).isdecimal()} | {id_in(post, "id")}
    return sorted(ids, key=lambda one: (len(one), one))


def references_of(post: Json) -> dict[str, str]:
    """Say which posts a post refers to, by how it does."""
    rows = [*objects_in(post, "referenced_tweets"), *objects_in(post, "referenced_posts")]
    return {text_in(row, "type"): id_in(row, "id") for row in rows if id_in(row, "id")}


def root_of(post: Json) -> str:
    """Name the exchange: the post it began with, as far as we know."""
    return id_in(post, "conversation_id") or references_of(post).get(REPLIED, "") or history_of(post)[0]


def url_of(author: Author, number: str) -> str:
    """Say where people find a post."""
    return f"https://x.com/{author.handle.lstrip('@') or 'i'}/status/{number}"


def mentions(post: Json, us: str) -> bool:
    """Say whether a post names our account."""
    named = [*objects_in(post, "entities", "mentions")]
    for note in ("note_tweet", "note_post"):
        named += objects_in(post, note, "entities", "mentions")
    return bool(us) and any(id_in(one, "id") == us for one in named)


def kind_of(post: Json, page: Page, us: str) -> ItemKind:
    """Say what a post is to us. Without knowing who we are: a post."""
    refers = references_of(post)
    if not us or id_in(post, "author_id") == us:
        return ItemKind.REPLY if REPLIED in refers else ItemKind.POST
    if _author_at(refers.get(QUOTED, ""), page) == us:
        return ItemKind.QUOTE
    if REPLIED in refers and id_in(post, "in_reply_to_user_id") == us:
        return ItemKind.REPLY
    if mentions(post, us):
        return ItemKind.MENTION
    return ItemKind.COMMENT if _author_at(root_of(post), page) == us else ItemKind.FOUND


def _author_at(number: str, page: Page) -> str:
    return id_in(page.posts.get(number, {}), "author_id")


def _recipient(post: Json, page: Page, us: str) -> Author | None:
    to = id_in(post, "in_reply_to_user_id") or _author_at(references_of(post).get(REPLIED, ""), page)
    return person(page.users, to) if to and to != us else None


def _above(post: Json, page: Page, us: str, author: Author) -> Post | None:
    """Find what it stands under: what it quotes, else what the exchange began with; at the top, itself, for
    what others say below it stands under it too."""
    quoted = references_of(post).get(QUOTED, "")
    if quoted in page.posts:
        return post_of(page.posts[quoted], page, us)
    root = root_of(post)
    if root == history_of(post)[0]:
        return replace(post_of(post, page, us), id=root, author=author)
    return post_of(page.posts[root], page, us) if root in page.posts else Post(id=root)


def post_of(post: Json, page: Page, us: str) -> Post:
    """Read a post as what others stand under, with its reach."""
    writer = id_in(post, "author_id")
    author = person(page.users, writer) if writer else None
    number = history_of(post)[0]
    pictures = [file.remote for file in files_of(post, page.media) if file.content_type.startswith("image/")]
    return Post(
        id=number,
        text=words_of(post),
        author=author,
        url=url_of(author, id_in(post, "id")) if author else f"https://x.com/i/status/{number}",
        picture_url=pictures[0] if pictures else "",
        sent_at=moment_if_any(post.get("created_at")) or moment_in_id(number),
        is_ours=bool(us) and writer == us,
        kind="post",
        likes=count_in(post, "public_metrics", "like_count"),
        comments=count_in(post, "public_metrics", "reply_count"),
        shares=_shares(post),
        views=count_in(post, "public_metrics", "impression_count"),
    )


def _shares(post: Json) -> int | None:
    names = ("retweet_count", "repost_count", "quote_count")
    told = [count_in(post, "public_metrics", name) for name in names]
    known = [count for count in told if count is not None]
    return sum(known) if known else None


def _warnings(post: Json, page: Page) -> tuple[str, ...]:
    author = page.users.get(id_in(post, "author_id"), {})
    found = [
        (author.get("protected") is True, PROTECTED),
        (post.get("possibly_sensitive") is True, SENSITIVE),
    ]
    return tuple(sentence for holds, sentence in found if holds)


def _facts(post: Json, page: Page, us: str) -> dict[str, str]:
    """Remember what decides whether it can be answered: who was called, who may reply, who began."""
    refers, author = references_of(post), page.users.get(id_in(post, "author_id"), {})
    called = kind_of(post, page, us) in {ItemKind.MENTION, ItemKind.REPLY, ItemKind.QUOTE} or mentions(
        post, us
    )
    facts = {
        "newest": newest_of(history_of(post)),
        "called": "yes" if us and called else "",
        "named": "yes" if mentions(post, us) else "",
        "replies": text_in(post, "reply_settings"),
        "began": _who_began(post, page, us, refers),
        "takes_dm": _yes_or_no(author.get("receives_your_dm")),
        "protected": "yes" if author.get("protected") is True else "",
    }
    return {name: value for name, value in facts.items() if value}


def _yes_or_no(value: object) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), "")


def _who_began(post: Json, page: Page, us: str, refers: dict[str, str]) -> str:
    """Say whose post the exchange began with, where it can be told: only below ours can replies be hidden."""
    root = root_of(post)
    if root in history_of(post):
        return "author"
    writer = _author_at(root, page)
    if not writer and refers.get(REPLIED) == root:
        writer = id_in(post, "in_reply_to_user_id")
    if not us or not writer:
        return ""
    return "us" if writer == us else "others"
