"""Posts in the shape of API 1.1, as the Account Activity API still delivers them, put into that of API 2."""

from typing import Any

from allears.connectors.meta.values import Json, id_in, object_in, objects_in, text_in

COUNTS = {
    "like_count": "favorite_count",
    "retweet_count": "retweet_count",
    "reply_count": "reply_count",
    "quote_count": "quote_count",
}


def is_old_post(body: Json) -> bool:
    """Say whether this is a post of API 1.1."""
    return (
        bool(id_in(body, "id_str"))
        and bool(object_in(body, "user"))
        and ("text" in body or "full_text" in body)
    )


def as_post(old: Json) -> tuple[Json, Json]:
    """Give the post and what comes along with it."""
    whole = object_in(old, "extended_tweet")
    entities = object_in(whole, "entities") or object_in(old, "entities")
    media = list(
        objects_in(object_in(whole, "extended_entities") or object_in(old, "extended_entities"), "media")
    )
    others = [one for one in (object_in(old, "quoted_status"), object_in(old, "retweeted_status")) if one]
    post: Json = {
        "id": id_in(old, "id_str"),
        "text": text_in(whole, "full_text") or text_in(old, "full_text") or text_in(old, "text"),
        "author_id": _id_of(object_in(old, "user")),
        "created_at": old.get("created_at"),
        "in_reply_to_user_id": id_in(old, "in_reply_to_user_id_str"),
        "possibly_sensitive": old.get("possibly_sensitive"),
        "entities": {"urls": [*objects_in(entities, "urls"), *media], "mentions": _mentions(entities)},
        "public_metrics": {new: old.get(name) for new, name in COUNTS.items()},
        "referenced_tweets": _references(old),
        "attachments": {"media_keys": [id_in(medium, "id_str") for medium in media]},
    }
    return post, {
        "users": [_user(object_in(one, "user")) for one in [old, *others]],
        "tweets": [as_post(one)[0] for one in others],
        "media": [_medium(medium) for medium in media],
    }


def _id_of(user: Json) -> str:
    return id_in(user, "id_str") or id_in(user, "id")


def _user(user: Json) -> Json:
    return {**user, "id": _id_of(user)}


def _references(old: Json) -> list[dict[str, Any]]:
    pairs = (
        ("replied_to", id_in(old, "in_reply_to_status_id_str")),
        ("quoted", id_in(old, "quoted_status", "id_str")),
        ("retweeted", id_in(old, "retweeted_status", "id_str")),
    )
    return [{"type": kind, "id": number} for kind, number in pairs if number]


def _mentions(entities: Json) -> list[Json]:
    return [{**one, "id": _id_of(one)} for one in objects_in(entities, "user_mentions")]


def _medium(medium: Json) -> Json:
    films = [
        {"url": one.get("url"), "content_type": one.get("content_type"), "bit_rate": one.get("bitrate")}
        for one in objects_in(medium, "video_info", "variants")
    ]
    return {"media_key": id_in(medium, "id_str"), "url": medium.get("media_url_https"), "variants": films}
