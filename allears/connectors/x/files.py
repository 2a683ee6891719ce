"""Pictures and films of posts and messages: where they lie, and how they are fetched."""

from urllib.parse import urlsplit

from allears.connectors.errors import Refused
from allears.connectors.interface import Account, File
from allears.connectors.meta.values import Json, count_in, id_in, list_in, objects_in, text_in
from allears.connectors.words import mark

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
}
TYPES = {suffix: kind for kind, suffix in SUFFIXES.items()}
NOT_OURS = mark("The file does not lie where X keeps its files, so it was not fetched.")


def files_of(thing: Json, media: dict[str, Json]) -> tuple[File, ...]:
    """List the files of a post or message, among the media that came along."""
    keys = [str(key) for key in list_in(thing, "attachments", "media_keys")]
    found = [file_of(media[key]) for key in keys if key in media]
    return tuple(file for file in found if file)


def media_in(includes: Json) -> dict[str, Json]:
    """Gather the media that came along, by key."""
    return {id_in(one, "media_key"): one for one in objects_in(includes, "media")}


def file_of(medium: Json) -> File | None:
    """Describe one medium; of a film, its best version. None if nothing says where it lies."""
    films = [one for one in objects_in(medium, "variants") if text_in(one, "content_type") == "video/mp4"]
    best = max(films, key=lambda one: count_in(one, "bit_rate") or 0, default=None)
    if best and text_in(best, "url"):
        return _file(medium, text_in(best, "url"), "video/mp4")
    where = (
        text_in(medium, "url") or text_in(medium, "media_url_https") or text_in(medium, "preview_image_url")
    )
    return _file(medium, where, _type_at(where)) if where else None


def _file(medium: Json, where: str, content_type: str) -> File:
    name = id_in(medium, "media_key") or id_in(medium, "id_str") or "file"
    return File(name=f"{name}{SUFFIXES.get(content_type, '')}", content_type=content_type, remote=where)


def _type_at(where: str) -> str:
    path = urlsplit(where).path.lower()
    return next((kind for suffix, kind in TYPES.items() if path.endswith(suffix)), "image/jpeg")


def is_at_x(where: str) -> bool:
    """Say whether an address is one where X keeps files, so that no message makes us fetch anything else."""
    parts = urlsplit(where)
    host = parts.hostname or ""
    return parts.scheme == "https" and host.endswith((".twimg.com", ".x.com", ".twitter.com"))


def name_of_remote(where: str, account: Account) -> tuple[str, str]:
    """Say what a fetched file is called, and its type by its name. Raise Refused for what lies elsewhere."""
    if not is_at_x(where) and not account.may_reach_private_addresses:
        raise Refused(NOT_OURS)
    return urlsplit(where).path.rsplit("/", 1)[-1] or "file", _type_at(where)
