"""What X knows and how it tells it: people, posts with their versions, messages, and its two ways of naming fields."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import httpx

from allears.connectors.x import network
from allears.connectors.x.moments import EPOCH
from tests.networks.faults import Asked, FakeNetwork, Reply

SECRET = "brook-and-willow"
US = "1790000000000000001"
PROBLEMS = "https://api.x.com/2/problems/"
BELOW = {"tweet": "referenced_tweets", "post": "referenced_posts"}
HISTORY = {"tweet": "edit_history_tweet_ids", "post": "edit_history_post_ids"}
OTHERS = {"tweet": "tweets", "post": "posts"}


@contextmanager
def x_at(url: str) -> Iterator[None]:
    """Let the connector find X there."""
    with patch.object(network, "API", url):
        yield


@dataclass
class Person:
    id: str
    handle: str
    name: str
    takes_messages: bool = True
    is_protected: bool = False
    followers: int = 100


@dataclass
class Written:
    """A post as X keeps it; `ids` are its versions."""

    ids: list[str]
    author: Person
    text: str
    at: datetime
    root: str
    above: "Written | None" = None
    quoted: "Written | None" = None
    calls: set[str] = field(default_factory=set)
    media: list[str] = field(default_factory=list)
    is_hidden: bool = False
    replies: str = "everyone"

    @property
    def id(self) -> str:
        return self.ids[-1]


@dataclass
class Message:
    id: str
    sender: str
    to: str
    text: str
    at: datetime
    thread: str
    media: list[str] = field(default_factory=list)


class StatefulX(FakeNetwork):
    """Keeps what was written, and tells it as X does."""

    def __init__(self, *, tier: str = "pay_per_use", names: tuple[str, ...] = ("tweet", "post")) -> None:
        super().__init__()
        self.tier, self.names, self.now = tier, names, datetime.now(UTC) - timedelta(hours=1)
        self._count = 0
        self.us = Person(US, "lumenkettles", "Lumen Kettles", followers=48210)
        self.people = {US: self.us}
        self.posts: list[Written] = []
        self.messages: list[Message] = []
        self.webhooks: list[dict[str, Any]] = []
        self.subscriptions: list[dict[str, Any]] = []
        self.liked: list[str] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.working_on_media = 0
        self.refuses_events: set[str] = set()
        self.user_tokens = {"user-1"}
        self.refresh_tokens = {"refresh-1"}
        self.lines: list[bytes] = []

    # --- what tests do -----------------------------------------------------------------------------------

    def new_id(self) -> str:
        """Make a snowflake of the fake's own time, which goes on a second with each."""
        self._count += 1
        self.now += timedelta(seconds=1)
        return str((int((self.now - EPOCH).total_seconds() * 1000) << 22) + self._count)

    def join(self, handle: str, **more: Any) -> Person:
        person = Person(str(2_000_000_000_000_000_000 + len(self.people)), handle, handle.title(), **more)
        self.people[person.id] = person
        return person

    def post(
        self,
        author: Person,
        text: str,
        *,
        above: Written | None = None,
        quoted: Written | None = None,
        replies: str = "everyone",
    ) -> Written:
        number = self.new_id()
        calls = {person.id for person in self.people.values() if f"@{person.handle}" in text}
        if above and above.author.id != author.id:
            calls.add(above.author.id)
        root = above.root if above else number
        written = Written([number], author, text, self.now, root, above, quoted, calls, replies=replies)
        self.posts.append(written)
        return written

    def edit(self, post: Written, text: str) -> None:
        post.ids.append(self.new_id())
        post.text, post.at = text, self.now

    def write(self, sender: Person, to: Person, text: str) -> Message:
        message = Message(self.new_id(), sender.id, to.id, text, self.now, between(sender.id, to.id))
        self.messages.append(message)
        return message

    def said_by(self, person: Person) -> list[str]:
        return [post.text for post in self.posts if post.author is person]

    def told_to(self, person: Person) -> list[str]:
        return [message.text for message in self.messages if message.to == person.id]

    def event(self, kind: str, payload: dict[str, Any], includes: dict[str, Any] | None = None) -> bytes:
        told = {
            "event_uuid": self.new_id(),
            "filter": {"user_id": US},
            "event_type": kind,
            "payload": payload,
        }
        return json.dumps({"data": {**told, **({"includes": includes} if includes else {})}}).encode()

    def event_of(self, thing: Written | Message, kind: str) -> bytes:
        if isinstance(thing, Written):
            return self.event(kind, self.told(thing, "tweet"), self.came_along([thing], "tweet"))
        body = {
            "target": {"recipient_id": thing.to},
            "sender_id": thing.sender,
            "message_data": {"text": thing.text, "entities": {"urls": []}},
        }
        stamp = str(int(thing.at.timestamp() * 1000))
        told = {"type": "message_create", "id": thing.id, "created_timestamp": stamp, "message_create": body}
        users = {one: {"data": self.person_told(one)} for one in (thing.sender, thing.to)}
        return self.event(kind, {"direct_message_events": [told], "users": users})

    def push(self, door: str, body: bytes, secret: str = SECRET) -> httpx.Response:
        """Deliver an event to an address, signed as X signs."""
        headers = {
            "content-type": "application/json",
            "x-twitter-webhooks-signature": signature(secret, body),
        }
        return httpx.post(door, content=body, headers=headers, timeout=10)

    # --- how things are told -----------------------------------------------------------------------------

    def told(self, post: Written, names: str) -> dict[str, Any]:
        refers = [("replied_to", post.above), ("quoted", post.quoted)]
        shares = {"tweet": "retweet_count", "post": "repost_count"}[names]
        counts = ("reply_count", "like_count", "quote_count", "bookmark_count", "impression_count")
        mentions = [
            {"start": 0, "end": 1, "username": self.people[one].handle, "id": one}
            for one in sorted(post.calls)
        ]
        told: dict[str, Any] = {
            "id": post.id,
            "text": post.text,
            "author_id": post.author.id,
            "created_at": stamp(post.at),
            "conversation_id": post.root,
            HISTORY[names]: post.ids,
            "reply_settings": post.replies,
            "entities": {"mentions": mentions},
            "public_metrics": {shares: 2, **dict.fromkeys(counts, 1)},
        }
        known = [{"type": kind, "id": other.id} for kind, other in refers if other]
        if known:
            told[BELOW[names]] = known
        if post.above:
            told["in_reply_to_user_id"] = post.above.author.id
        return told

    def person_told(self, number: str) -> dict[str, Any]:
        person = self.people[number]
        return {
            "id": person.id,
            "name": person.name,
            "username": person.handle,
            "protected": person.is_protected,
            "verified": False,
            "receives_your_dm": person.takes_messages,
            "public_metrics": {
                "followers_count": person.followers,
                "following_count": 1,
                f"{self.names[0]}_count": 1,
                "listed_count": 0,
            },
        }

    def came_along(self, posts: list[Written], names: str) -> dict[str, Any]:
        others = [other for post in posts for other in (post.above, post.quoted, self.root_of(post)) if other]
        known = {other.id: other for other in others if other in self.posts}
        people = {post.author.id for post in [*posts, *known.values()]}
        people |= {post.above.author.id for post in posts if post.above}
        return {
            "users": [self.person_told(one) for one in sorted(people)],
            OTHERS[names]: [self.told(one, names) for one in known.values()],
        }

    def root_of(self, post: Written) -> Written | None:
        return next((one for one in self.posts if post.root in one.ids and one is not post), None)

    def page(self, rows: list[Written], asked: Asked, *, smallest: int = 5) -> Reply:
        """Give a page of posts, the newest first."""
        names = self.names_in(asked)
        if names is None:
            return self.invalid("The query parameter fields is not one of those known")
        count = int(asked.query.get("max_results", "10"))
        if not smallest <= count <= 100:
            return self.invalid("max_results is not valid")
        floor = int(asked.query.get("since_id", "0"))
        start = asked.query.get("start_time")
        rows = [
            row for row in rows if int(row.id) > floor and (not start or stamp(row.at)[:19] >= start[:19])
        ]
        rows.sort(key=lambda row: int(row.id), reverse=True)
        offset = int(asked.query.get("pagination_token") or asked.query.get("next_token") or "0")
        shown, left = rows[offset : offset + count], rows[offset + count :]
        meta = {"result_count": len(shown)} | ({"next_token": f"{offset + count:016d}"} if left else {})
        body: dict[str, Any] = {"meta": meta}
        if shown:
            body |= {
                "data": [self.told(row, names) for row in shown],
                "includes": self.came_along(shown, names),
            }
        return Reply.json(body, headers=LIMITS)

    def names_in(self, asked: Asked) -> str | None:
        """Say by which names fields are asked; None if this app does not understand them."""
        given = {name.partition(".")[0] for name in asked.query if name in {"tweet.fields", "post.fields"}}
        if len(given) > 1 or not given <= set(self.names):
            return None
        return given.pop() if given else self.names[0]

    def refuse(self, detail: str, *, status: int = 403, kind: str = "about:blank") -> Reply:
        told = {"title": "Forbidden", "detail": detail, "type": kind, "status": status}
        return Reply.json(told, status, PROBLEM)

    def invalid(self, detail: str) -> Reply:
        told: dict[str, Any] = {"title": "Invalid Request", "detail": detail}
        told |= {"type": f"{PROBLEMS}invalid-request"}
        told |= {"code": 400, "message": detail}
        return Reply.json({**told, "errors": [{"message": detail}]}, 400, PROBLEM)

    def revoked(self, asked: Asked) -> Reply:
        return self.refuse("Unauthorized", status=401)

    def answer(self, asked: Asked) -> Reply:
        """Know who asks: as our account by four keys or a token, or as the app."""
        given = asked.headers.get("authorization", "")
        is_user = given.startswith("OAuth ") or given.removeprefix("Bearer ") in self.user_tokens
        as_app = asked.path.startswith(("/2/webhooks", "/2/activity"))
        if asked.path != "/2/oauth2/token" and not is_user and not (given == "Bearer app" and as_app):
            return self.revoked(asked)
        return super().answer(asked)


LIMITS = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "299", "x-rate-limit-reset": "1795000000"}
PROBLEM = {**LIMITS, "content-type": "application/problem+json"}


def between(one: str, other: str) -> str:
    return "-".join(sorted((one, other), key=int))


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
