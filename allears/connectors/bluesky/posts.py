"""One post in our words: from a view of it where there is one, else from its record alone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from allears.connectors.bluesky.facets import text_with_links
from allears.connectors.bluesky.places import place_of, profile_url, url_of
from allears.connectors.errors import Unreadable
from allears.connectors.interface import Author, File, Incoming, ItemKind, Post, Visibility
from allears.connectors.json_values import Json, id_in, moment_in, number_in, object_in, objects_in, text_in
from allears.connectors.words import mark

NO_POST = mark("The post lacks what every post has (%(field)s).")
SIGNED_IN_ONLY = mark("The author asks that their posts be shown only to people who are signed in.")
LABELLED = mark("Moderators or the author labelled this post as sensitive.")
CDN = "https://cdn.bsky.app/img/feed_fullsize/plain"
LONGEST_NAME = 120
LATER = timedelta(minutes=5)
# Views of posts by their uris.
Views = Mapping[str, Json]
# Facts that `abilities`, `send` and `act` need again.
CID, ROOT, ROOT_CID, CONVO = "cid", "root", "root_cid", "convo"


def author_of(profile: Json, known: Json | None = None) -> Author:
    """Translate a profile; its DID stays when the handle changes."""
    did, handle = id_in(profile, "did"), text_in(profile, "handle")
    is_known = bool(handle) and handle != "handle.invalid"
    return Author(
        id=did,
        name=text_in(profile, "displayName") or (handle if is_known else ""),
        handle=f"@{handle}" if is_known else "",
        url=profile_url(did, handle),
        picture_url=_web(text_in(profile, "avatar")),
        followers=number_in(known or profile, "followersCount"),
        is_verified=text_in(object_in(profile, "verification"), "verifiedStatus") == "valid",
    )


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def record_of(view: Json) -> Json:
    """Give the record in a view of a post, a notification, or an embedded record."""
    return object_in(view, "record") or object_in(view, "value")


def post_of(view: Json, us: str) -> Post | None:
    """Translate a post that others stand under, with its reach; None for one that can't be seen."""
    uri, record = text_in(view, "uri"), record_of(view)
    author = author_of(object_in(view, "author"))
    if not uri or not record:
        return None
    pictures = [file.remote for file in files_of(record, object_in(view, "embed"), author.id) if file.remote]
    shares = [number_in(view, name) for name in ("repostCount", "quoteCount")]
    return Post(
        id=uri,
        text=text_of(record),
        author=author if author.id else None,
        url=url_of(uri, author.handle.removeprefix("@")),
        picture_url=pictures[0] if pictures else "",
        sent_at=moment_in(record, "createdAt") or moment_in(view, "indexedAt"),
        is_ours=bool(us) and author.id == us,
        kind="post",
        likes=number_in(view, "likeCount"),
        comments=number_in(view, "replyCount"),
        shares=sum(one or 0 for one in shares) if any(one is not None for one in shares) else None,
    )


def text_of(record: Json) -> str:
    """Give a record's words, and the link it carries beside them."""
    text = text_with_links(record).strip()
    embed = object_in(record, "embed")
    external = object_in(embed, "external") or object_in(object_in(embed, "media"), "external")
    uri = text_in(external, "uri")
    if not uri.startswith(("https://", "http://")) or uri in text:
        return text
    return "\n\n".join(
        part for part in (text, "\n".join(filter(None, (text_in(external, "title"), uri)))) if part
    )


def files_of(record: Json, view: Json, did: str) -> Iterator[File]:
    """List pictures and the still of a video; the server's own copies where it names them."""
    shown = objects_in(object_in(view, "media") or view, "images")
    embed = object_in(record, "embed")
    media = object_in(embed, "media") or embed
    for number, image in enumerate(objects_in(media, "images"), 1):
        blob = object_in(image, "image")
        remote = _web(text_in(shown[number - 1], "fullsize")) if number <= len(shown) else ""
        link = text_in(object_in(blob, "ref"), "$link") or text_in(blob, "cid")
        content_type = text_in(blob, "mimeType") or "image/jpeg"
        if remote or link:
            yield File(
                name=_name(text_in(image, "alt"), content_type, number),
                content_type=content_type,
                remote=remote or f"{CDN}/{did}/{link}@jpeg",
            )
    still = _web(text_in(object_in(view, "media") or view, "thumbnail"))
    if still and text_in(media, "$type").startswith("app.bsky.embed.video"):
        yield File(
            name=_name(text_in(media, "alt"), "image/jpeg", 1), content_type="image/jpeg", remote=still
        )


def _name(alt: str, content_type: str, number: int) -> str:
    """Name a picture by what its author says it shows."""
    ending = content_type.rsplit("/", 1)[-1].replace("jpeg", "jpg")[:8]
    shown = " ".join(alt.replace("/", " ").replace("\\", " ").split())[:LONGEST_NAME].rstrip(" .")
    return f"{shown or f'picture-{number}'}.{ending}"


def labels_of(*views: Json) -> set[str]:
    """Gather labels of a post and its author, and those that the author gave it."""
    found = {text_in(label, "val") for view in views for label in objects_in(view, "labels")}
    for view in views:
        found |= {
            text_in(label, "val") for label in objects_in(object_in(record_of(view), "labels"), "values")
        }
    return found - {""}


def _warnings(labels: set[str]) -> Iterator[str]:
    if "!no-unauthenticated" in labels:
        yield SIGNED_IN_ONLY
    if labels - {"!no-unauthenticated"} and not all(label.startswith("!no-") for label in labels):
        yield LABELLED


def message_of(item: Json, view: Json, above: Views, known: Json | None, us: str, reason: str) -> Incoming:
    """Translate a post: a notification about it or a view, the views above it by uri, and its author's profile."""
    uri, record = text_in(item, "uri"), record_of(view) or record_of(item)
    profile = object_in(item, "author") or object_in(view, "author")
    author = _author_or_owner(author_of(profile, known), uri)
    is_ours = bool(us) and author.id == us
    root, parent = _stands_under(record)
    kind = kind_of(record, us, reason)
    return Incoming(
        external_id=uri,
        author=author,
        text=text_of(record),
        sent_at=_sent_at(item, view, record, uri=uri, author=author.id),
        visibility=Visibility.PUBLIC,
        item=kind,
        thread=root or uri,
        in_reply_to=parent,
        references=tuple(dict.fromkeys(one for one in (root, parent) if one)),
        is_ours=is_ours,
        recipient=_recipient(parent, above, us) if is_ours else None,
        files=tuple(files_of(record, object_in(view, "embed"), author.id)),
        warnings=tuple(_warnings(labels_of(item, view, profile))),
        post=_post(record, view, root, above, us, kind),
        url=url_of(uri, author.handle.removeprefix("@")),
        facts=_facts(item, view, record),
    )


def _author_or_owner(author: Author, uri: str) -> Author:
    """Name an author by whose repository their post lies in, where a record alone does not name them."""
    place = place_of(uri)
    return Author(id=place.repo, url=profile_url(place.repo, "")) if place and not author.id else author


def _sent_at(item: Json, view: Json, record: Json, *, uri: str, author: str) -> datetime:
    """Say when a post was written. Raise Unreadable where anything that every post has is missing."""
    heard_at = moment_in(item, "indexedAt") or moment_in(view, "indexedAt")
    sent_at = _believed(moment_in(record, "createdAt"), heard_at)
    for name, value in (("uri", uri), ("author", author), ("createdAt", sent_at)):
        if not value:
            raise Unreadable(NO_POST, field=name)
    assert sent_at
    return sent_at


def _stands_under(record: Json) -> tuple[str, str]:
    """Name the root and the parent that a post replies to, "" if none."""
    reply = object_in(record, "reply")
    return text_in(object_in(reply, "root"), "uri"), text_in(object_in(reply, "parent"), "uri")


def _believed(said: datetime | None, heard_at: datetime | None) -> datetime | None:
    """Take the author's clock only where it is not ahead of the server's; anybody may write any date."""
    if said and heard_at and said > heard_at + LATER:
        return heard_at
    return (
        said
        if said and said.year > 2000
        else heard_at or (datetime(2000, 1, 1, tzinfo=UTC) if said else None)
    )


def kind_of(record: Json, us: str, reason: str) -> ItemKind:
    """Say what a post is to us: by the notification's reason, else by whom it names."""
    by_reason = {"mention": ItemKind.MENTION, "reply": ItemKind.REPLY, "quote": ItemKind.QUOTE}
    if reason in by_reason:
        return by_reason[reason]
    ours = f"at://{us}/"
    if us and text_in(object_in(object_in(record, "reply"), "parent"), "uri").startswith(ours):
        return ItemKind.REPLY
    if us and quoted_uri(record).startswith(ours):
        return ItemKind.QUOTE
    return ItemKind.MENTION if us and us in mentioned(record) else ItemKind.FOUND


def quoted_uri(record: Json) -> str:
    """Name the record that a post quotes, "" if none."""
    quoted = object_in(object_in(record, "embed"), "record")
    return text_in(quoted, "uri") or text_in(object_in(quoted, "record"), "uri")


def mentioned(record: Json) -> set[str]:
    """List whom a post mentions."""
    features = [one for facet in objects_in(record, "facets") for one in objects_in(facet, "features")]
    return {id_in(one, "did") for one in features} - {""}


def _recipient(parent: str, above: Views, us: str) -> Author | None:
    """Name whom our answer answers; where the post above is gone, by its uri alone."""
    author = _author_or_owner(author_of(object_in(above.get(parent, {}), "author")), parent)
    return author if author.id and author.id != us else None


def _post(record: Json, view: Json, root: str, above: Views, us: str, kind: ItemKind) -> Post | None:
    quoted = quoted_uri(record)
    if kind is ItemKind.QUOTE and quoted:
        shown = object_in(object_in(view, "embed"), "record")
        return post_of(above.get(quoted) or object_in(shown, "record") or shown, us) or Post(id=quoted)
    if not root:
        return None
    return post_of(above.get(root, {}), us) or Post(
        id=root, is_ours=bool(us) and root.startswith(f"at://{us}/")
    )


def _facts(item: Json, view: Json, record: Json) -> dict[str, str]:
    reply, cid = object_in(record, "reply"), text_in(view, "cid") or text_in(item, "cid")
    root = object_in(reply, "root")
    facts = {
        CID: cid,
        ROOT: text_in(root, "uri") or text_in(item, "uri"),
        ROOT_CID: text_in(root, "cid") or cid,
    }
    return {name: value[:300] for name, value in facts.items() if value}
