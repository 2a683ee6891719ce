"""Ask a data server what is new: notifications, our own posts, direct messages, and what became of recent posts.

Marks are moments of the server's own clock, for its pages go from the newest back. A page is asked for until it
reaches behind the mark, and given oldest first; what lies there is met again and known by its key.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from allears.connectors.bluesky.client import Client
from allears.connectors.bluesky.places import place_of
from allears.connectors.bluesky.posts import quoted_uri, record_of
from allears.connectors.bluesky.reading import (
    NOTIFICATION,
    piece_of_deletion,
    piece_of_log,
    piece_of_notification,
    piece_of_post,
)
from allears.connectors.errors import Refused, Unreachable
from allears.connectors.interface import Account, Heard, Piece
from allears.connectors.json_values import Json, id_in, moment_in, object_in, objects_in, text_in
from allears.connectors.ring import Ring, Watched

PAGE = 100
OWN_PAGE = 50
MOST_PAGES = 40
AT_ONCE = 25
WATCHED = 50
WATCHED_FOR = timedelta(days=3)
LOOK_AGAIN_AFTER = timedelta(minutes=3)
# Pages are in the order of their authors' own dates, so what was written on a slow clock comes in behind the mark.
LATE = timedelta(minutes=10)
LOOKED, LOG, NOTIFICATIONS, OWN = "looked", "log", "notifications", "own"
REASONS = ["mention", "reply", "quote", "like", "repost"]
_FOR_US = {"mention", "reply", "quote"}


def poll_account(account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
    """Yield what is new in each place, the oldest first."""
    poll = _Poll(account, cursors)
    if not account.settings.get("account_id"):
        # Without knowing who we are nothing can be told apart; the keys are tried, and the next look hears.
        Client(account).ask("com.atproto.server.getSession")
        return
    yield from poll.look_at_notifications()
    yield from poll.look_at_own_posts()
    yield from poll.look_at_messages()
    yield from poll.look_again()


class _Poll:
    def __init__(self, account: Account, cursors: Mapping[str, str]) -> None:
        self._client = Client(account)
        self._us = self._client.did
        self._at = datetime.now(UTC)
        self._since = account.since or self._at - timedelta(days=1)
        self._cursors = cursors
        self._ring = Ring(cursors, WATCHED, WATCHED_FOR)

    def look_at_notifications(self) -> Iterator[Heard]:
        method = "app.bsky.notification.listNotifications"
        query: dict[str, str | list[str]] = {"reasons": REASONS, "limit": str(PAGE)}
        for items, mark in self._back(NOTIFICATIONS, method, query, "notifications"):
            pieces = self._pieces(items)
            yield Heard(pieces=tuple(pieces), place=NOTIFICATIONS, mark=mark)
            worth = [
                (text_in(one, "uri"), "", moment_in(one, "indexedAt") or self._at)
                for one in items
                if text_in(one, "reason") in _FOR_US
            ]
            yield from self._ring.watch(worth, self._at)

    def look_at_own_posts(self) -> Iterator[Heard]:
        """Hear what was answered elsewhere, by a colleague with a phone."""
        if not self._us:
            return
        query: dict[str, str | list[str]] = {
            "actor": self._us,
            "filter": "posts_with_replies",
            "limit": str(OWN_PAGE),
        }
        for entries, mark in self._back(OWN, "app.bsky.feed.getAuthorFeed", query, "feed"):
            pieces = [self._piece_of_own(entry) for entry in entries]
            yield Heard(pieces=tuple(piece for piece in pieces if piece), place=OWN, mark=mark)

    def _piece_of_own(self, entry: Json) -> Piece | None:
        post, reply = object_in(entry, "post"), object_in(entry, "reply")
        if "reason" in entry or id_in(object_in(post, "author"), "did") != self._us:
            return None
        above = [one for name in ("root", "parent") if (one := object_in(reply, name))]
        return piece_of_post(post, post, above) if object_in(record_of(post), "reply") else None

    def _back(
        self, place: str, method: str, query: Mapping[str, str | list[str]], name: str
    ) -> Iterator[tuple[list[Json], str]]:
        """Go back page by page to the mark, then give the pages, the oldest first."""
        mark = self._cursors.get(place, "")
        moment = _moment(mark.partition(" ")[0])
        reached = moment - LATE if moment else self._since
        pages: list[list[Json]] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            found = self._client.ask(method, {**query, "cursor": cursor} if cursor else query)
            items = objects_in(found, name)
            fresh = [item for item in items if (_indexed_at(item) or self._at) >= reached]
            pages.append(fresh[::-1])
            cursor = text_in(found, "cursor")
            if not items or len(fresh) < len(items) or not cursor:
                break
        yield from _marked(pages[::-1], mark)

    def _pieces(self, items: Sequence[Json]) -> Iterator[Piece]:
        """Make pieces of notifications, with the posts as they stand now, those above them and their authors."""
        posts = [item for item in items if text_in(item, "reason") in _FOR_US]
        views = self._views({uri for item in posts for uri in _uris_of(item)})
        known = self._profiles({id_in(object_in(item, "author"), "did") for item in posts})
        for item in items:
            if text_in(item, "reason") not in _FOR_US:
                yield piece_of_notification(item)
                continue
            uri, *others = _uris_of(item)
            above = [views[one] for one in others if one in views]
            profile = known.get(id_in(object_in(item, "author"), "did"))
            yield piece_of_post(item, views.get(uri, {}), above, profile, heard=NOTIFICATION)

    def _views(self, uris: set[str]) -> dict[str, Json]:
        """Ask for posts; those that are gone or blocked are left out."""
        found: dict[str, Json] = {}
        for some in _batches(sorted(uris)):
            views = objects_in(self._client.ask("app.bsky.feed.getPosts", {"uris": some}), "posts")
            found.update((text_in(view, "uri"), view) for view in views)
        return found

    def _profiles(self, dids: set[str]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for some in _batches(sorted(dids - {""})):
            profiles = objects_in(
                self._client.ask("app.bsky.actor.getProfiles", {"actors": some}), "profiles"
            )
            found.update((id_in(one, "did"), one) for one in profiles)
        return found

    def look_at_messages(self) -> Iterator[Heard]:
        """Hear direct messages; where the app password may not, everything else is heard all the same."""
        try:
            yield from self._messages()
        except (Refused, Unreachable):
            return

    def _messages(self) -> Iterator[Heard]:
        mark = self._cursors.get(LOG, "")
        if not mark:
            yield from self._first_messages()
            return
        for _ in range(MOST_PAGES):
            found = self._client.ask("chat.bsky.convo.getLog", {"cursor": mark}, chat=True)
            logs, cursor = objects_in(found, "logs"), text_in(found, "cursor")
            if not cursor or cursor == mark:
                return
            mark = cursor
            people = self._people(logs)
            pieces = [piece_of_log(one, people.get(id_in(one, "convoId"), ())) for one in logs]
            yield Heard(pieces=tuple(pieces), place=LOG, mark=mark)

    def _first_messages(self) -> Iterator[Heard]:
        """Take the mark first, then what was said before it, so that nothing falls between."""
        mark = text_in(self._client.ask("chat.bsky.convo.getLog", chat=True), "cursor")
        listed = self._client.ask("chat.bsky.convo.listConvos", {"limit": "100"}, chat=True)
        for convo in reversed(objects_in(listed, "convos")):
            pieces = [
                piece_of_log(
                    {"$type": "#logCreateMessage", "convoId": id_in(convo, "id"), "message": message},
                    objects_in(convo, "members"),
                )
                for message in self._said_in(convo)
            ]
            yield Heard(pieces=tuple(pieces), place=LOG, mark="")
        if mark:
            yield Heard(pieces=(), place=LOG, mark=mark)

    def _said_in(self, convo: Json) -> list[Json]:
        last = moment_in(object_in(convo, "lastMessage"), "sentAt")
        said: list[Json] = []
        cursor = ""
        while last and last >= self._since and len(said) < PAGE * 5:
            query = {"convoId": id_in(convo, "id"), "limit": str(PAGE), "cursor": cursor}
            found = self._client.ask("chat.bsky.convo.getMessages", query, chat=True)
            messages, cursor = objects_in(found, "messages"), text_in(found, "cursor")
            fresh = [one for one in messages if (moment_in(one, "sentAt") or self._at) >= self._since]
            said += [one for one in fresh if "text" in one]
            if not cursor or len(fresh) < len(messages):
                break
        return said[::-1]

    def _people(self, logs: Sequence[Json]) -> dict[str, list[Json]]:
        """Ask who is in the conversations in which something was said."""
        convos = {id_in(one, "convoId") for one in logs if object_in(one, "message")}
        found: dict[str, list[Json]] = {}
        for convo in sorted(convos - {""}):
            answer = self._client.ask("chat.bsky.convo.getConvo", {"convoId": convo}, chat=True)
            found[convo] = objects_in(object_in(answer, "convo"), "members")
        return found

    def look_again(self) -> Iterator[Heard]:
        """Look whether recent posts are still there: Bluesky takes a deleted post's notification back silently."""
        due = self._ring.due(self._at)
        looked = _moment(self._cursors.get(LOOKED, ""))
        if not due or (looked and self._at < looked + LOOK_AGAIN_AFTER):
            return
        there = self._views({one.id for one in due})
        for one in due:
            if one.id not in there:
                yield from self._missing(one)
        yield Heard(pieces=(), place=LOOKED, mark=self._at.isoformat())

    def _missing(self, one: Watched) -> Iterator[Heard]:
        """Tell a deleted post from one that a block hides; of the latter nothing is said."""
        try:
            query = {"uri": one.id, "depth": "0", "parentHeight": "0"}
            thread = self._client.ask("app.bsky.feed.getPostThread", query)
            is_gone = text_in(object_in(thread, "thread"), "$type").endswith("#notFoundPost")
        except Refused:
            is_gone = True
        if is_gone:
            piece = piece_of_deletion(one.id, self._at)
            yield Heard(pieces=(piece,), place=LOOKED, mark=self._cursors.get(LOOKED, ""))
        yield self._ring.forget(one)


def _marked(pages: Sequence[list[Json]], before: str) -> Iterator[tuple[list[Json], str]]:
    """Give pages, the oldest first, with their marks; nothing if all of it was there the last time.

    A mark is the newest moment, then a digest of what lay within `LATE` before it.
    """
    items = [item for page in pages for item in page]
    newest = max((at for item in items if (at := _indexed_at(item))), default=None)
    if newest is None:
        return
    late = [_name_of(item) for item in items if (_indexed_at(item) or newest) >= newest - LATE]
    whole = f"{newest.isoformat()} {sha256(' '.join(sorted(late)).encode()).hexdigest()[:16]}"
    if whole == before:
        return
    for number, page in enumerate(pages, 1):
        here = max((at for item in page if (at := _indexed_at(item))), default=None)
        if here and number < len(pages):
            yield page, here.isoformat()
    yield pages[-1], whole


def _name_of(item: Json) -> str:
    return text_in(object_in(item, "post") or item, "uri")


def _uris_of(item: Json) -> list[str]:
    """List a post's own uri, then those of the posts that it stands under or quotes."""
    record = record_of(item)
    reply = object_in(record, "reply")
    above = [text_in(object_in(reply, name), "uri") for name in ("root", "parent")]
    uris = [text_in(item, "uri"), *above, quoted_uri(record)]
    posts = [uri for uri in uris[1:] if (place := place_of(uri)) and place.collection.endswith(".post")]
    return list(dict.fromkeys([uris[0], *posts]))


def _batches(names: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield list(names[start : start + AT_ONCE])


def _indexed_at(item: Json) -> datetime | None:
    """Say when the server took note of it; of a repost in a feed, when it was reposted."""
    return moment_in(object_in(item, "reason") or object_in(item, "post") or item, "indexedAt")


def _moment(mark: str) -> datetime | None:
    return moment_in({"at": mark}, "at")
