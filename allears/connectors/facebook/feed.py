"""Read what happens around a page in public: comments, visitors' posts, reactions, recommendations, mentions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from allears.connectors.interface import (
    Author,
    Deletion,
    Edit,
    File,
    Hiding,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Post,
    Reaction,
    Record,
    Visibility,
)
from allears.connectors.meta.attachments import UNSUPPORTED, address_in, remote_file
from allears.connectors.meta.door import Happening
from allears.connectors.meta.values import Json, id_in, list_in, moment_if_any, object_in, text_in
from allears.connectors.words import mark

NOBODY = "Facebook user"
SITE = "https://www.facebook.com/"
REACTIONS = {
    "like": "👍",
    "love": "❤️",
    "care": "🤗",
    "haha": "😆",
    "wow": "😮",
    "sad": "😢",
    "sorry": "😢",
    "angry": "😠",
    "anger": "😠",
    "thankful": "🌸",
    "pride": "🏳️‍🌈",
}
POSTS = frozenset({"post", "status", "photo", "video", "share", "album", "link", "note"})
LIKED = frozenset({"reaction", "like"})

# What `abilities` is told again: who wrote elsewhere gets no private reply, and one to a post is asked for by its id.
FACTS = {
    ItemKind.VISITOR_POST: {"is_post": "1"},
    ItemKind.MENTION: {"private": "no"},
    ItemKind.RATING: {"private": "no"},
}

OWN_POST = mark("It is a post of our own.")
NOT_FOR_US = mark("Only the page's own facts changed.")
NO_ID = mark("It has no id, so it can't be told from others.")
PAGE_LIKED = mark("They like the page; there is nothing to answer.")
NO_WORDS = mark("It says that something was shared or happened, without words.")
VIDEO_BLOCKED = mark("Facebook has blocked a video of this page.")
VIDEO_ADVICE = mark("Open the video on Facebook: it says who claims rights in it, and how to answer.")
VIDEO_FREE = mark("Facebook shows a video of this page again.")
RECOMMENDS = "👍"
DOES_NOT_RECOMMEND = "👎"


@dataclass(frozen=True, slots=True)
class Seen:
    """One change of a page's feed, and what stands around it."""

    page: str
    field: str
    value: Json
    at: datetime

    @property
    def written_at(self) -> datetime:
        return moment_if_any(self.value.get("created_time")) or self.at

    @property
    def author(self) -> Author:
        value = self.value
        person = id_in(value, "from", "id") or id_in(value, "sender_id") or id_in(value, "reviewer_id")
        name = (
            text_in(value, "from", "name") or text_in(value, "sender_name") or text_in(value, "reviewer_name")
        )
        return Author(id=person or f"nobody:{self.name}", name=name or NOBODY)

    @property
    def name(self) -> str:
        value = self.value
        story = id_in(value, "open_graph_story_id")
        post = id_in(value, "post_id") or id_in(value, "photo_id") or id_in(value, "video_id")
        return id_in(value, "comment_id") or post or id_in(value, "share_id") or story

    @property
    def is_by_us(self) -> bool:
        return self.author.id == self.page

    @property
    def text(self) -> str:
        return text_in(self.value, "message") or text_in(self.value, "review_text")


def read_change(happening: Happening) -> list[Record] | Nothing:
    """Read one change of a page."""
    change = happening.value
    field = text_in(change, "field")
    if field not in {"feed", "ratings", "mention"}:
        return Nothing(NOT_FOR_US)
    seen = Seen(happening.account, field, object_in(change, "value"), happening.at)
    item = text_in(seen.value, "item")
    if text_in(seen.value, "verb") in {"block", "unblock"}:
        return [_video(seen)]
    if item in LIKED:
        return _reaction(seen)
    if not seen.name:
        return Nothing(NO_ID)
    read = _reader(seen.field, item)
    return read(seen) if read else Nothing(NO_WORDS)


def _reader(field: str, item: str) -> Callable[[Seen], list[Record] | Nothing] | None:
    if field == "mention":
        return _mention
    if item == "comment":
        return _comment
    if item == "rating":
        return _rating
    return _post if item in POSTS else None


def _comment(seen: Seen) -> list[Record] | Nothing:
    """Read a comment on a post, an ad, a reel or a recommendation."""
    return _changed(seen, comment_in(seen))


def comment_in(seen: Seen) -> Incoming:
    """Read a comment as webhooks tell it."""
    post, parent = id_in(seen.value, "post_id"), id_in(seen.value, "parent_id")
    told = object_in(seen.value, "post")
    return written(
        seen,
        ItemKind.COMMENT,
        thread=post or parent or seen.name,
        parent=parent if parent != post else "",
        post=Post(
            id=post,
            url=address_in(told, "permalink_url") or SITE + post,
            is_ours=post.startswith(f"{seen.page}_"),
            kind="ad" if told.get("is_published") is False else text_in(told, "status_type")[:40],
        )
        if post
        else None,
    )


def _post(seen: Seen) -> list[Record] | Nothing:
    """Read a post that a visitor left on the page; what the page itself posts is no message."""
    if seen.is_by_us:
        return Nothing(OWN_POST)
    return _changed(seen, written(seen, ItemKind.VISITOR_POST, thread=seen.name))


def _mention(seen: Seen) -> list[Record] | Nothing:
    """Read where somebody named the page, in a post or a comment of theirs."""
    post = id_in(seen.value, "post_id")
    own = post == seen.name
    about = None if own or not post else Post(id=post, url=SITE + post)
    return _changed(seen, written(seen, ItemKind.MENTION, thread=post or seen.name, post=about))


def _rating(seen: Seen) -> list[Record] | Nothing:
    """Read a recommendation, which one person has one of; its answers are comments."""
    stars, kind = seen.value.get("rating"), text_in(seen.value, "recommendation_type").lower()
    given = "★" * stars if isinstance(stars, int) and 0 < stars < 6 else ""
    verdict = {"positive": RECOMMENDS, "negative": DOES_NOT_RECOMMEND}.get(kind, given)
    return _changed(seen, written(seen, ItemKind.RATING, thread=seen.name, before=verdict))


def _changed(seen: Seen, whole: Incoming) -> list[Record] | Nothing:
    """Say what the verb makes of it: a message, its edit, its end, or that it was hidden."""
    verb = text_in(seen.value, "verb")
    if verb == "remove":
        return [Deletion(external_id=seen.name, at=seen.at)]
    if verb in {"hide", "unhide"}:
        return [Hiding(external_id=seen.name, at=seen.at, is_hidden=verb == "hide")]
    if verb in {"edited", "edit"}:
        if not (whole.text or whole.files):
            return Nothing(NO_WORDS)
        return [Edit(external_id=seen.name, text=whole.text, edited_at=seen.at, whole=whole)]
    return [whole]


def written(
    seen: Seen, item: ItemKind, *, thread: str, parent: str = "", post: Post | None = None, before: str = ""
) -> Incoming:
    """Make the message that a change tells of."""
    text, files = _content(seen, before)
    return Incoming(
        external_id=seen.name,
        author=seen.author,
        text=text,
        sent_at=seen.written_at,
        visibility=Visibility.PUBLIC,
        item=item,
        thread=thread,
        in_reply_to=parent,
        is_ours=seen.is_by_us,
        files=files,
        warnings=() if text or files else (UNSUPPORTED,),
        post=post,
        url=SITE + seen.name,
        facts=FACTS.get(item, {}),
    )


def _content(seen: Seen, before: str) -> tuple[str, tuple[File, ...]]:
    """Return what was written, after a verdict and before the link shared unless it stands there, and the files."""
    files, link = tuple(_files(seen.value)), address_in(seen.value, "link")
    lines = (before, seen.text, "" if files or link in seen.text else link)
    return "\n".join(line for line in lines if line), files


def _files(value: Json) -> Iterator[File]:
    item = text_in(value, "item")
    photo = address_in(value, "photo") or (item == "photo" and address_in(value, "link")) or ""
    video = address_in(value, "video") or (item == "video" and address_in(value, "link")) or ""
    for url in [photo, *(url for url in list_in(value, "photos") if isinstance(url, str))]:
        if url.startswith("https://"):
            yield remote_file(url, "picture.jpg", "image/jpeg")
    if video:
        yield remote_file(video, "video.mp4", "video/mp4")


def _reaction(seen: Seen) -> list[Record] | Nothing:
    about = id_in(seen.value, "comment_id") or id_in(seen.value, "post_id")
    if not about:
        return Nothing(PAGE_LIKED)
    word = text_in(seen.value, "reaction_type") or "like"
    return [
        Reaction(
            external_id=about,
            author=seen.author,
            emoji=REACTIONS.get(word, "👍"),
            at=moment_if_any(seen.value.get("created_time")) or seen.at,
            is_removed=text_in(seen.value, "verb") == "remove",
            is_ours=seen.is_by_us,
        )
    ]


def _video(seen: Seen) -> Notice:
    is_good = text_in(seen.value, "verb") == "unblock"
    message, advice = (VIDEO_FREE, "") if is_good else (VIDEO_BLOCKED, VIDEO_ADVICE)
    return Notice(message=message, at=seen.at, is_good=is_good, advice=advice)


def name_change(happening: Happening) -> tuple[str, str]:
    """Name a change: the same whenever it is delivered again, and in order with its post's others."""
    value = object_in(happening.value, "value")
    verb, item = text_in(value, "verb"), text_in(value, "item")
    seen = Seen(happening.account, "", value, happening.at)
    order = id_in(value, "post_id") or seen.name
    if verb in {"add", "remove"} and item == "comment" and seen.name:
        return f"{item}:{verb}:{seen.name}", order
    return "", order
