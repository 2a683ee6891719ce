"""A fake of a Bluesky data server with direct messages. Every request is held against the lexicons where they are."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from allears.connectors.bluesky import CONNECTOR
from allears.connectors.interface import Account
from allears.foundation.web_client import WebClient
from tests.networks.faults import Asked, FakeNetwork, Reply
from tests.networks.lexicons import objections
from tests.networks.shared import shared_folder

US, ANN = "did:plc:kettleworks22222222222222", "did:plc:ann222222222222222222222"
HANDLES = {US: "kettleworks.example", ANN: "ann.example"}
PASSWORD = "abcd-efgh-ijkl-mnop"
CONVO = "3kconvo222222"
XRPC = "/xrpc/"
Json = dict[str, Any]


def profile(did: str) -> Json:
    return {"did": did, "handle": HANDLES[did], "displayName": HANDLES[did].split(".")[0].title()}


class FakeBluesky(FakeNetwork):
    """Keeps records, sessions, notifications and one conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.objections: list[str] = []
        self.records: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self.messages: list[Json] = []
        self.logs: list[Json] = []
        self.refresh_token = ""
        self.sessions = 0
        self.access = ""
        self.has_chat = True
        self.takes_messages = True
        self._clock = datetime.now(UTC)
        self.web = WebClient()

    def account(self) -> Account:
        """Connect the brand: signed in, and found out."""
        account = Account(
            channel_id=1,
            name="Bluesky",
            settings={"handle": HANDLES[US], "service": self.url},
            secrets={"password": PASSWORD},
            web=self.web,
        )
        account = replace(account, secrets={**account.secrets, **CONNECTOR.refresh(account).secrets})
        return replace(account, settings={**account.settings, **CONNECTOR.find_out(account)})

    def answer(self, asked: Asked) -> Reply:
        nsid = asked.path.removeprefix(XRPC)
        query = parse_qs(asked.raw_query)
        body = asked.json() if asked.headers.get("content-type") == "application/json" else None
        if shared_folder():
            self.objections += objections(nsid, body, query)
        function = getattr(self, "on_" + nsid.rsplit(".", 1)[-1], None)
        if function is None:
            return _error(501, "MethodNotImplemented")
        if "Session" not in nsid and asked.headers.get("authorization") != f"Bearer {self.access}":
            return _error(400, "ExpiredToken", "Token has expired")
        if nsid.startswith("chat.") and not self.has_chat:
            return _error(401, "InvalidToken", "Bad token scope")
        if nsid.startswith("chat.") and "bsky_chat" not in asked.headers.get("atproto-proxy", ""):
            return _error(501, "MethodNotImplemented")
        found = function(body if body is not None else query, asked)
        return found if isinstance(found, Reply) else Reply.json(found)

    def revoked(self, asked: Asked) -> Reply:
        return _error(400, "ExpiredToken", "Token has been revoked")

    def _open(self) -> Json:
        self.sessions += 1
        self.access, self.refresh_token = _token(f"access{self.sessions}"), _token(f"refresh{self.sessions}")
        return {
            "accessJwt": self.access,
            "refreshJwt": self.refresh_token,
            "did": US,
            "handle": HANDLES[US],
        }

    def on_createSession(self, body: Json, _asked: Asked) -> Json | Reply:  # noqa: N802
        if body != {"identifier": HANDLES[US], "password": PASSWORD}:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._open()

    def on_refreshSession(self, _body: object, asked: Asked) -> Json | Reply:  # noqa: N802
        if asked.headers.get("authorization") != f"Bearer {self.refresh_token}":
            return _error(400, "ExpiredToken", "Token has been revoked")
        return self._open()

    def on_getSession(self, _query: object, asked: Asked) -> Json | Reply:  # noqa: N802
        if asked.headers.get("authorization") != f"Bearer {self.access}":
            return _error(400, "ExpiredToken", "Token has expired")
        return {"did": US, "handle": HANDLES[US]}

    def on_putRecord(self, body: Json, _asked: Asked) -> Json:  # noqa: N802
        uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
        self.records[uri] = body["record"]
        return {"uri": uri, "cid": _cid(body["record"])}

    def on_deleteRecord(self, body: Json, _asked: Asked) -> Json:  # noqa: N802
        self.records.pop(f"at://{body['repo']}/{body['collection']}/{body['rkey']}", None)
        return {}

    def on_getRecord(self, query: Mapping[str, list[str]], _asked: Asked) -> Json | Reply:  # noqa: N802
        uri = f"at://{query['repo'][0]}/{query['collection'][0]}/{query['rkey'][0]}"
        if uri not in self.records:
            return _error(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {"uri": uri, "cid": _cid(self.records[uri]), "value": self.records[uri]}

    def on_uploadBlob(self, _body: object, asked: Asked) -> Json:  # noqa: N802
        link = {"$link": "bafkreifake" + "a" * 48}
        kind = asked.headers["content-type"]
        return {"blob": {"$type": "blob", "ref": link, "mimeType": kind, "size": len(asked.body)}}

    def on_resolveHandle(self, query: Mapping[str, list[str]], _asked: Asked) -> Json | Reply:  # noqa: N802
        found = [did for did, handle in HANDLES.items() if handle == query["handle"][0]]
        return {"did": found[0]} if found else _error(400, "InvalidRequest", "Unable to resolve handle")

    def on_listNotifications(self, query: Mapping[str, list[str]], _asked: Asked) -> Json:  # noqa: N802
        start, size = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
        newest_first = self.notifications[::-1]
        page = newest_first[start : start + size]
        more = {"cursor": str(start + size)} if start + size < len(newest_first) else {}
        return {"notifications": page, **more}

    def on_getPosts(self, query: Mapping[str, list[str]], _asked: Asked) -> Json:  # noqa: N802
        return {"posts": [self._view(uri) for uri in query["uris"] if uri in self.records]}

    def _view(self, uri: str) -> Json:
        record = self.records[uri]
        author = profile(uri.split("/")[2])
        counts = {"likeCount": 3, "replyCount": 2, "repostCount": 1, "quoteCount": 1}
        return {
            "uri": uri,
            "cid": _cid(record),
            "author": author,
            "record": record,
            "indexedAt": record["createdAt"],
            **counts,
        }

    def on_getProfiles(self, query: Mapping[str, list[str]], _asked: Asked) -> Json:  # noqa: N802
        return {"profiles": [{**profile(did), "followersCount": 412} for did in query["actors"]]}

    def on_getAuthorFeed(self, _query: object, _asked: Asked) -> Json:  # noqa: N802
        return {"feed": []}

    def on_getPostThread(self, query: Mapping[str, list[str]], _asked: Asked) -> Reply:  # noqa: N802
        return _error(400, "NotFound", f"Post not found: {query['uri'][0]}")

    def on_getLog(self, query: Mapping[str, list[str]], _asked: Asked) -> Json:  # noqa: N802
        after = int(query["cursor"][0]) if query.get("cursor") else len(self.logs)
        return {"logs": self.logs[after:], "cursor": str(len(self.logs))}

    def on_listConvos(self, _query: object, _asked: Asked) -> Json:  # noqa: N802
        return {"convos": [self._convo()] if self.messages else []}

    def _convo(self) -> Json:
        last = {"lastMessage": self.messages[-1]} if self.messages else {}
        members = [profile(US), profile(ANN)]
        return {"id": CONVO, "rev": "1", "members": members, "muted": False, "unreadCount": 0, **last}

    def on_getConvo(self, _query: object, _asked: Asked) -> Json:  # noqa: N802
        return {"convo": self._convo()}

    def on_getConvoForMembers(self, _query: object, _asked: Asked) -> Json | Reply:  # noqa: N802
        if not self.takes_messages:
            said = "recipient requires incoming messages to come from someone they follow"
            return _error(400, "InvalidRequest", said)
        return {"convo": self._convo()}

    def on_getMessages(self, _query: object, _asked: Asked) -> Json:  # noqa: N802
        return {"messages": self.messages[::-1]}

    def on_sendMessage(self, body: Json, _asked: Asked) -> Json:  # noqa: N802
        return self.say(US, body["message"]["text"])

    def on_addReaction(self, body: Json, _asked: Asked) -> Json:  # noqa: N802
        return {"message": {**self.messages[-1], "reactions": [body["value"]]}}

    on_removeReaction = on_addReaction  # noqa: N815

    def say(self, did: str, text: str) -> Json:
        """Say something in the conversation."""
        number = len(self.messages) + 1
        message = {
            "$type": "chat.bsky.convo.defs#messageView",
            "id": f"3kmessage{number:04}",
            "rev": str(number),
            "text": text,
            "sender": {"did": did},
            "sentAt": self._now(),
        }
        self.messages.append(message)
        kind = "chat.bsky.convo.defs#logCreateMessage"
        self.logs.append({"$type": kind, "rev": str(number), "convoId": CONVO, "message": message})
        return message

    def react(self, did: str, emoji: str) -> None:
        """React to the last message."""
        reaction = {"value": emoji, "sender": {"did": did}, "createdAt": self._now()}
        entry = {"rev": "9", "convoId": CONVO, "message": self.messages[-1], "reaction": reaction}
        self.logs.append({"$type": "chat.bsky.convo.defs#logAddReaction", **entry})

    def mention(self, text: str, did: str = ANN, **fields: Any) -> str:
        """Have somebody write about us, and the network tell of it."""
        uri = f"at://{did}/app.bsky.feed.post/3kpost{len(self.records):07}"
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": self._now(), **fields}
        self.records[uri] = record
        self.notifications.append(
            {
                "uri": uri,
                "cid": _cid(record),
                "author": profile(did),
                "reason": "reply" if "reply" in fields else "mention",
                "record": record,
                "isRead": False,
                "indexedAt": record["createdAt"],
            }
        )
        return uri

    def earlier(self, by: timedelta) -> str:
        """Give a moment by a clock that is slow."""
        return (self._clock - by).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _now(self) -> str:
        self._clock += timedelta(milliseconds=7)
        return self._clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _token(name: str) -> str:
    ends = int((datetime.now(UTC) + timedelta(hours=2)).timestamp())
    claims = json.dumps({"sub": US, "exp": ends, "jti": name}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.sig"


def _cid(record: Json) -> str:
    text = json.dumps(record, sort_keys=True).encode()
    return "bafyrei" + base64.b32encode(text).decode().lower().rstrip("=")[-52:]


def _error(status: int, name: str, message: str = "") -> Reply:
    return Reply.json({"error": name, "message": message}, status)
