"""One status in our words: its author, its words, what it stands under, its media."""

import mimetypes
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Author, File, Incoming, ItemKind, Post, Visibility
from allears.connectors.json_values import Json, id_in, moment_in, number_in, object_in, objects_in, text_in
from allears.connectors.mastodon.plain_text import words_of
from allears.connectors.words import mark

NO_STATUS = mark("The status lacks what every status has (%(field)s).")
BY_A_PROGRAM = mark("This account says that a program runs it.")
SENSITIVE = mark("Its author marked the media as sensitive.")
LONGEST_NAME = 120
MOST_REFERENCES = 30
# Facts that `abilities` and `send` need again.
AUDIENCE, WARNING, OTHERS = "audience", "warning", "others"
_TYPES = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}


def author_of(account: Json) -> Author:
    """Translate an account; a local one has no domain in its name."""
    return Author(
        id=id_in(account, "id"),
        name=text_in(account, "display_name") or text_in(account, "username"),
        handle=f"@{text_in(account, 'acct')}",
        url=_web(text_in(account, "url")),
        picture_url=_web(text_in(account, "avatar_static") or text_in(account, "avatar")),
        followers=number_in(account, "followers_count"),
    )


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def text_of(status: Json) -> str:
    """Give a status's own words, and the choices of its poll."""
    words = words_of(text_in(status, "content"))
    choices = [f"◻ {text_in(choice, 'title')}" for choice in objects_in(object_in(status, "poll"), "options")]
    return "\n\n".join(part for part in (words, "\n".join(choices)) if part)


def post_of(status: Json, us: str) -> Post | None:
    """Translate a status that others stand under into a post with its reach."""
    if not id_in(status, "id"):
        return None
    author = author_of(object_in(status, "account"))
    pictures = [
        text_in(one, "preview_url")
        for one in objects_in(status, "media_attachments")
        if one.get("preview_url")
    ]
    return Post(
        id=id_in(status, "id"),
        text="\n\n".join(part for part in (text_in(status, "spoiler_text"), text_of(status)) if part),
        author=author if author.id else None,
        url=_web(text_in(status, "url") or text_in(status, "uri")),
        picture_url=_web(pictures[0]) if pictures else "",
        sent_at=moment_in(status, "created_at"),
        is_ours=bool(us) and author.id == us,
        kind="status",
        likes=number_in(status, "favourites_count"),
        comments=number_in(status, "replies_count"),
        shares=number_in(status, "reblogs_count"),
    )


def participants_of(status: Json, us: str) -> list[Json]:
    """List whom a status is between, without us: its author, then those it mentions."""
    people = [object_in(status, "account"), *objects_in(status, "mentions")]
    return list({id_in(one, "id"): one for one in people if id_in(one, "id") not in {"", us}}.values())


def name_direct_thread(ids: Sequence[str]) -> str:
    """Name the exchange between us and these people. A direct status names nobody else as its readers."""
    return "direct:" + ",".join(sorted(set(ids)))[:240]


def message_of(status: Json, above: Sequence[Json], us: str, *, found: bool = False) -> Incoming:
    """Translate a status, with those above it (the root first) as far as they are known."""
    id_, author, created_at = _basics_of(status)
    is_ours = bool(us) and author.id == us
    is_direct = text_in(status, "visibility") == "direct"
    people = participants_of(status, us)
    return Incoming(
        external_id=id_,
        author=author,
        text=text_of(status),
        sent_at=created_at,
        visibility=Visibility.PRIVATE if is_direct else Visibility.PUBLIC,
        item=_kind_of(status, us, found=found),
        thread=name_direct_thread([id_in(one, "id") for one in people]) if is_direct else "",
        in_reply_to=id_in(status, "in_reply_to_id"),
        references=() if is_direct else _references(status, above),
        is_ours=is_ours,
        recipient=_recipient(status, people) if is_ours else None,
        subject=text_in(status, "spoiler_text"),
        files=tuple(_files(status)),
        warnings=tuple(_warnings(status)),
        post=None if is_direct else _post(status, above, us),
        url=_web(text_in(status, "url") or text_in(status, "uri")),
        edited_at=_edited_at(status, created_at),
        facts=_facts(status, people),
    )


def _basics_of(status: Json) -> tuple[str, Author, datetime]:
    """Give a status's id, its author and its moment. Raise Unreadable where one is missing."""
    id_, author = id_in(status, "id"), author_of(object_in(status, "account"))
    created_at = moment_in(status, "created_at")
    for name, value in (("id", id_), ("account", author.id), ("created_at", created_at)):
        if not value:
            raise Unreadable(NO_STATUS, field=name)
    assert created_at
    return id_, author, created_at


def _edited_at(status: Json, created_at: datetime) -> datetime | None:
    edited_at = moment_in(status, "edited_at")
    return edited_at if edited_at and edited_at >= created_at else None


def _kind_of(status: Json, us: str, *, found: bool) -> ItemKind:
    if text_in(status, "visibility") == "direct":
        return ItemKind.DIRECT
    if us and id_in(status, "in_reply_to_account_id") == us:
        return ItemKind.REPLY
    if us and id_in(object_in(_quoted(status), "account"), "id") == us:
        return ItemKind.QUOTE
    is_for_us = not us or mentions(status, us)
    return ItemKind.MENTION if is_for_us and not found else ItemKind.FOUND


def mentions(status: Json, us: str) -> bool:
    """Say whether a status names us."""
    return any(id_in(one, "id") == us for one in objects_in(status, "mentions"))


def concerns(status: Json, us: str) -> bool:
    """Say whether a status is to us, about us or ours."""
    return (
        mentions(status, us)
        or id_in(object_in(status, "account"), "id") == us
        or id_in(status, "in_reply_to_account_id") == us
        or id_in(object_in(_quoted(status), "account"), "id") == us
    )


def _quoted(status: Json) -> Json:
    return object_in(object_in(status, "quote"), "quoted_status")


def _references(status: Json, above: Sequence[Json]) -> tuple[str, ...]:
    parent = id_in(status, "in_reply_to_id")
    ids = [id_ for one in above if (id_ := id_in(one, "id"))]
    ids = [*ids, parent] if parent and parent not in ids else ids
    return tuple(ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]])


def _recipient(status: Json, people: Sequence[Json]) -> Author | None:
    """Name whom a status of ours answers: the author of what it replies to, or the first it mentions."""
    answered = id_in(status, "in_reply_to_account_id")
    found = [one for one in people if id_in(one, "id") == answered] or list(people)
    return author_of(found[0]) if found else None


def _post(status: Json, above: Sequence[Json], us: str) -> Post | None:
    quoted, parent = _quoted(status), id_in(status, "in_reply_to_id")
    if quoted:
        return post_of(quoted, us)
    for one in reversed(above):
        if id_in(one, "id") == parent:
            return post_of(one, us)
    return Post(id=parent, kind="status") if parent else None


def _warnings(status: Json) -> Iterator[str]:
    if object_in(status, "account").get("bot") is True:
        yield BY_A_PROGRAM
    if status.get("sensitive") is True and objects_in(status, "media_attachments"):
        yield SENSITIVE


def _files(status: Json) -> Iterator[File]:
    for number, media in enumerate(objects_in(status, "media_attachments"), 1):
        url = _web(text_in(media, "url") or text_in(media, "remote_url"))
        if not url:
            continue
        path = urlsplit(url).path
        guessed = mimetypes.guess_type(path)[0] or _TYPES.get(text_in(media, "type"), "")
        content_type = guessed or "application/octet-stream"
        yield File(name=_name(media, path, content_type, number), content_type=content_type, remote=url)


def _name(media: Json, path: str, content_type: str, number: int) -> str:
    """Name a file by what its author says it shows."""
    ending = mimetypes.guess_extension(content_type) or ""
    shown = " ".join(text_in(media, "description").replace("/", " ").replace("\\", " ").split())
    if shown:
        return f"{shown[:LONGEST_NAME].rstrip(' .')}{ending}"
    return path.rsplit("/", 1)[-1][-LONGEST_NAME:] or f"media-{number}{ending}"


def _facts(status: Json, people: Sequence[Json]) -> dict[str, str]:
    facts = {AUDIENCE: text_in(status, "visibility") or "public"}
    if warning := text_in(status, "spoiler_text"):
        facts[WARNING] = warning[:250]
    author = id_in(object_in(status, "account"), "id")
    others = [f"@{text_in(one, 'acct')}" for one in people if id_in(one, "id") != author and one.get("acct")]
    if others:
        facts[OTHERS] = " ".join(others)[:500]
    for name in ("uri", "language"):
        if value := text_in(status, name):
            facts[name] = value[:300]
    return facts
