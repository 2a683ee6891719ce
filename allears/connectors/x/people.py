"""People as X tells of them: in includes, wrapped in "data", or in the old shape of direct messages."""

from allears.connectors.interface import Author
from allears.connectors.meta.values import Json, count_in, id_in, object_in, objects_in, text_in


def author_of(user: Json, user_id: str = "") -> Author:
    """Read a user; with nothing told of them, only the id."""
    user = object_in(user, "data") or user
    handle = text_in(user, "username") or text_in(user, "screen_name")
    found = id_in(user, "id_str") or id_in(user, "id") or user_id
    return Author(
        id=found,
        name=text_in(user, "name"),
        handle=f"@{handle}" if handle else "",
        url=f"https://x.com/{handle}" if handle else f"https://x.com/i/user/{found}",
        picture_url=text_in(user, "profile_image_url") or text_in(user, "profile_image_url_https"),
        followers=_followers(user),
        is_verified=user.get("verified") is True,
    )


def _followers(user: Json) -> int | None:
    told = count_in(user, "public_metrics", "followers_count")
    return count_in(user, "followers_count") if told is None else told


def users_in(holder: Json) -> dict[str, Json]:
    """Gather all users that came along, by id: a list (API 2) or an object by id (direct messages)."""
    users = holder.get("users")
    if isinstance(users, dict):
        return {
            str(key): object_in(user, "data") or user for key, user in users.items() if isinstance(user, dict)
        }
    rows = [object_in(user, "data") or user for user in objects_in(holder, "users")]
    return {id_in(user, "id"): user for user in rows}


def person(users: dict[str, Json], user_id: str) -> Author:
    """Find somebody among the users that came along."""
    return author_of(users.get(user_id, {}), user_id)
