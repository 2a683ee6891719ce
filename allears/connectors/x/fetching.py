"""Fetch a file that lies at X, and a post as it stands now."""

import re

from allears.connectors.errors import Refused, Unreachable
from allears.connectors.interface import Account, File, Post
from allears.connectors.meta.values import id_in, object_in, objects_in
from allears.connectors.words import mark
from allears.connectors.x.asking import ask_posts
from allears.connectors.x.cutting import is_gone
from allears.connectors.x.describing import OWN_READ, POST_READ, READ
from allears.connectors.x.files import name_of_remote
from allears.connectors.x.network import address, spend, understand, user_header
from allears.connectors.x.posts import page_of, post_of

LARGEST = 100 * 1024 * 1024
FILE_GONE = mark("The file is no longer at X.")
OF_MESSAGE = re.compile(r"^https://ton\.(?:x|twitter)\.com/.*/dm/(\d+)/(\d+)/([^/?]+)")


def fetch_file(remote: str, account: Account) -> File:
    """Bring the bytes of a file. Those of direct messages are only for us, so we say who we are."""
    if account.web is None:
        raise Unreachable
    name, content_type = name_of_remote(remote, account)
    where, headers = remote, {}
    private = OF_MESSAGE.match(remote)
    if private and account.secrets.get("user_token"):
        where = address(f"/2/dm_conversations/media/{private[1]}/{private[2]}/{private[3]}")
    if private:
        headers["authorization"] = user_header(account, "GET", where, {})
    response = account.web.get(where, headers=headers, budget=READ, largest=LARGEST)
    if response.status_code in {403, 404, 410}:
        raise Refused(FILE_GONE, raw=str(response.status_code))
    if response.status_code != 200:
        understand(response, account, writes=False)
        raise Unreachable(raw=str(response.status_code))
    told = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return File(name=name, content_type=told or content_type, data=response.content)


def see_post(post_id: str, account: Account) -> Post | None:
    """Ask for a post as it is now; None if it is gone. Raises as `send` does."""
    us = account.settings.get("account_id", "")
    told = ask_posts(account, "/2/tweets", {"ids": post_id}, budget=READ)
    row = next(objects_in(told, "data"), {})
    if row:
        spend(account, OWN_READ if id_in(row, "author_id") == us else POST_READ)
        return post_of(row, page_of(object_in(told, "includes")), us)
    if any(is_gone(error) for error in objects_in(told, "errors")):
        return None
    raise Refused(raw="no such post to be seen")
