"""The Graph API as tests meet it: one page, its posts, comments and chats, and its Instagram account.

It keeps what it is told, holds every request against Meta's own descriptions where they lie beside the
repository (`objected` is what they found), and refuses what Meta refuses: wrong proofs, closed windows, a second
private reply.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from tests.networks.faults import Asked, Reply, answers
from tests.networks.graph_parts import (
    ACCOUNT,
    APP,
    APP_TOKEN,
    IG_TOKEN,
    LONG_TOKEN,
    LONGER,
    NESTED,
    PAGE,
    PAGE_TOKEN,
    PROFILE,
    RETURNED,
    SECRET,
    USER_TOKEN,
    VERSION,
    WINDOW,
    Chat,
    Message,
    given_in,
    refusal,
    stamp,
)
from tests.networks.graph_spec import inner, objections, unknown_fields
from tests.networks.graph_world import GraphWorld
from tests.networks.shared import shared_folder


class FakeGraph(GraphWorld):
    """One page with its Instagram account. `is_own_login` makes it graph.instagram.com."""

    # What we ask.

    @answers("GET", VERSION + "/{id}")
    def get_node(self, asked: Asked) -> Reply:
        return self._answer(asked, asked.parts["id"], "")

    @answers("POST", VERSION + "/{id}")
    def change_node(self, asked: Asked) -> Reply:
        return self._answer(asked, asked.parts["id"], "")

    @answers("DELETE", VERSION + "/{id}")
    def delete_node(self, asked: Asked) -> Reply:
        return self._answer(asked, asked.parts["id"], "")

    @answers("GET", VERSION + "/{id}/{edge}")
    def get_edge(self, asked: Asked) -> Reply:
        return self._answer(asked, asked.parts["id"], asked.parts["edge"])

    @answers("POST", VERSION + "/{id}/{edge}")
    def post_edge(self, asked: Asked) -> Reply:
        return self._answer(asked, asked.parts["id"], asked.parts["edge"])

    @answers("DELETE", VERSION + "/{id}/{edge}")
    def delete_edge(self, asked: Asked) -> Reply:
        return self._answer(asked, asked.parts["id"], asked.parts["edge"])

    @answers("GET", "/refresh_access_token")
    def renew(self, asked: Asked) -> Reply:
        self._judge("IGRefreshAccessTokenForIGOnlyAPI", "GET", "", dict(asked.query), set())
        if asked.query.get("access_token") != IG_TOKEN:
            return self.revoked(asked)
        return Reply.json({"access_token": "ig-token-2", "token_type": "bearer", "expires_in": 5183944})

    def revoked(self, asked: Asked) -> Reply:
        return refusal(190, 463, "Error validating access token: Session has expired", 401)

    def _answer(self, asked: Asked, name: str, edge: str) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if refused := self._keys_refused(asked, token):
            return refused
        if name in {"debug_token", "oauth"} or name == APP:
            return self._apps(asked, name, token)
        node, known = self._node(name, token)
        if node in {"Page", "Comment"} and edge and token in {USER_TOKEN, LONG_TOKEN}:
            return refusal(210, None, "(#210) A page access token is required to request this resource.")
        return self._ask(asked, node, known, edge)

    def _ask(self, asked: Asked, node: str, name: str, edge: str) -> Reply:
        if node == "User" and (name, edge) == ("me", "accounts"):
            page = {**self._page(), "access_token": PAGE_TOKEN}
            return Reply.json({"data": [page]})
        if node == "User":
            return refusal(
                100, None, "(#100) Tried accessing nonexisting field (category) on node type (User)"
            )
        if node == "":
            return refusal(100, 33, "Unsupported get request. Object does not exist")
        given, uploaded = given_in(asked)
        if node == PROFILE:
            return Reply.json(self._told(self.nodes[name]))
        self._judge(node, asked.method, edge, given, uploaded)
        handler = getattr(self, f"_{asked.method.lower()}_{edge or 'node'}", None)
        reply = handler(name, given) if handler else refusal(2500, None, f"Unknown path components: /{edge}")
        return Reply(status=reply.status, body=reply.body, headers={**reply.headers, **self.usage})

    def _keys_refused(self, asked: Asked, token: str) -> Reply | None:
        known = {PAGE_TOKEN, USER_TOKEN, LONG_TOKEN, APP_TOKEN, IG_TOKEN, "ig-token-2"}
        if token not in known:
            return refusal(190, None, "Invalid OAuth access token", 401)
        if self.is_own_login:
            return None
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if asked.query.get("appsecret_proof") != proof:
            return refusal(100, None, "Invalid appsecret_proof provided in the API argument")
        return None

    def _node(self, name: str, token: str) -> tuple[str, str]:
        account = "IGUserForIGOnlyAPI" if self.is_own_login else "IGUser"
        if name == "me":
            kinds = {PAGE_TOKEN: ("Page", PAGE), IG_TOKEN: (account, ACCOUNT)}
            return kinds.get(token, ("User", "me"))
        if name in {PAGE, ACCOUNT}:
            return ("Page" if name == PAGE else account), name
        if name.startswith("t_"):
            return "UnifiedThread", name
        return (self.kinds[name] if name in self.nodes else ""), name

    def _judge(self, node: str, method: str, edge: str, given: dict[str, Any], uploaded: set[str]) -> None:
        if shared_folder() is None:
            return
        self.objected += objections(node, method, edge, given, uploaded)
        fields = given.get("fields", "")
        about = RETURNED.get((node, edge), "" if edge else node)
        if fields and about:
            self.objected += unknown_fields(about, fields)
            for name, kind in NESTED.get(about, {}).items():
                self.objected += unknown_fields(kind, inner(fields, name))

    def _apps(self, asked: Asked, name: str, token: str) -> Reply:
        if name == "debug_token":
            told = {"is_valid": True, "expires_at": 0, "scopes": self.scopes, "type": "PAGE"}
            return (
                Reply.json({"data": told}) if token == APP_TOKEN else refusal(100, None, "must be the app's")
            )
        if name == "oauth":
            return Reply.json({"access_token": LONG_TOKEN, "token_type": "bearer", "expires_in": 5183944})
        if asked.method == "POST":
            given = asked.json()
            self.callbacks[given["object"]] = given
            return Reply.json({"success": True})
        rows = [
            {"object": about, "callback_url": one["callback_url"], "active": True}
            for about, one in self.callbacks.items()
        ]
        return Reply.json({"data": rows})

    # Nodes.

    def _page(self) -> dict[str, Any]:
        account = {"id": ACCOUNT, "username": "shop"}
        return {"id": PAGE, "name": "Shop", "category": "Retail", "instagram_business_account": account}

    def _get_node(self, name: str, given: dict[str, Any]) -> Reply:
        if name == PAGE:
            return Reply.json(self._page())
        if name == ACCOUNT:
            return self._account(given)
        return Reply.json(self._told(self.nodes[name]))

    def _account(self, given: dict[str, Any]) -> Reply:
        fields = given.get("fields", "")
        told: dict[str, Any] = {"id": ACCOUNT, "username": "shop", "name": "The Shop"}
        if self.is_own_login:
            told |= {"id": "app-scoped-1", "user_id": ACCOUNT}
        for name, argument in (("mentioned_comment", "comment_id"), ("mentioned_media", "media_id")):
            if f"{name}.{argument}(" in fields:
                wanted = fields.partition(f"{argument}(")[2].partition(")")[0]
                if wanted not in self.nodes:
                    return refusal(100, 33, "Object does not exist")
                told[name] = self._told(self.nodes[wanted])
        return Reply.json(told)

    def _told(self, node: dict[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in node.items() if name not in {"at", "sender", "parent"}}
        if "message" in node:
            return {**told, "created_time": stamp(node["at"]), "from": {"id": node["sender"], "name": "Ann"}}
        return {**told, "timestamp": stamp(node["at"])}

    def _post_node(self, name: str, given: dict[str, Any]) -> Reply:
        self.nodes[name] |= {key: given[key] for key in ("is_hidden", "hide") if key in given}
        return Reply.json({"success": True})

    def _delete_node(self, name: str, given: dict[str, Any]) -> Reply:
        self.nodes.pop(name)
        return Reply.json({"success": True})

    # Public edges.

    def _post_comments(self, parent: str, given: dict[str, Any]) -> Reply:
        name = self.add_comment(parent, given.get("message", ""), sender=PAGE)
        self.nodes[name] |= {"attachment_id": given["attachment_id"]} if "attachment_id" in given else {}
        return Reply.json({"id": name})

    def _post_replies(self, parent: str, given: dict[str, Any]) -> Reply:
        return Reply.json({"id": self.add_ig_comment(parent, given["message"], handle="shop")})

    def _post_mentions(self, name: str, given: dict[str, Any]) -> Reply:
        parent = given.get("comment_id") or given["media_id"]
        return Reply.json({"id": self.add_ig_comment(parent, given["message"], handle="shop")})

    def _get_comments(self, parent: str, given: dict[str, Any]) -> Reply:
        return self._rows(self.comments_of(parent), given)

    _get_replies = _get_comments

    def _post_likes(self, name: str, given: dict[str, Any]) -> Reply:
        self.likes.add(name)
        return Reply.json({"success": True})

    def _delete_likes(self, name: str, given: dict[str, Any]) -> Reply:
        self.likes.discard(name)
        return Reply.json({"success": True})

    def _get_feed(self, name: str, given: dict[str, Any]) -> Reply:
        posts = [node for name, node in self.nodes.items() if self.kinds[name] == "PagePost"]
        return self._rows(posts, given, nested="comments")

    def _get_media(self, name: str, given: dict[str, Any]) -> Reply:
        media = [node for name, node in self.nodes.items() if self.kinds[name] == "IGMedia"]
        return self._rows(media, given, nested="comments")

    def _get_tagged(self, name: str, given: dict[str, Any]) -> Reply:
        return Reply.json({"data": []})

    _get_tags = _get_ratings = _get_tagged

    def _rows(self, nodes: list[dict[str, Any]], given: dict[str, Any], nested: str = "") -> Reply:
        newest = sorted(nodes, key=lambda node: node["at"], reverse=True)
        start, most = int(given.get("after", 0)), int(given.get("limit", 25))
        rows = [self._told(node) for node in newest[start : start + most]]
        for row in rows if nested else ():
            inside = sorted(self.comments_of(row["id"]), key=lambda node: node["at"])
            row[nested] = {"data": [self._told(node) for node in inside]}
        paging = {"cursors": {"after": str(start + most)}}
        if start + most < len(nodes):
            paging["next"] = "https://graph.facebook.com/next"
        return Reply.json({"data": rows, "paging": paging})

    # Chats.

    def _post_messages(self, name: str, given: dict[str, Any]) -> Reply:
        recipient = given["recipient"]
        action = given.get("sender_action", "").upper()
        if action:
            return self._act(recipient["id"], action, given)
        if "id" in recipient:
            return self._say(recipient["id"], given)
        return self._reply_privately(recipient.get("comment_id") or recipient.get("post_id"), given)

    def _act(self, person: str, action: str, given: dict[str, Any]) -> Reply:
        if action == "MARK_SEEN":
            self.chats[person].seen = True
        else:
            self.reactions.append({"action": action, **json.loads(given["payload"])})
        return Reply.json({"recipient_id": person})

    def _say(self, person: str, given: dict[str, Any]) -> Reply:
        chat = self.chats.get(person)
        if chat is None or chat.heard_at is None:
            return refusal(100, 2018001, "(#100) No matching user found")
        silent_for = datetime.now(UTC) - chat.heard_at
        is_human = given.get("tag") == "HUMAN_AGENT" and self.has_human_agent
        if silent_for > (LONGER if is_human else WINDOW):
            return refusal(10, 2018278, "(#10) This message is sent outside of allowed window.")
        return self._taken(chat, given)

    def _reply_privately(self, about: str, given: dict[str, Any]) -> Reply:
        node = self.nodes[about]
        if about in self.answered_privately:
            return refusal(10900, None, "(#10900) Activity already replied to")
        if datetime.now(UTC) - node["at"] > LONGER:
            return refusal(10901, None, "(#10901) Activity is too old")
        self.answered_privately.add(about)
        return self._taken(self.chats.setdefault(node["sender"], Chat(node["sender"])), given)

    def _taken(self, chat: Chat, given: dict[str, Any]) -> Reply:
        message = given["message"]
        us = ACCOUNT if self.is_own_login else PAGE
        made = Message(f"m_{self._next()}", us, message.get("text", ""), datetime.now(UTC), message)
        chat.messages.append(made)
        return Reply.json({"recipient_id": chat.person, "message_id": made.id})

    def _post_message_attachments(self, name: str, given: dict[str, Any]) -> Reply:
        return Reply.json({"attachment_id": f"a{self._next()}"})

    _post_messageattachments = _post_message_attachments

    def _post_photos(self, name: str, given: dict[str, Any]) -> Reply:
        return Reply.json({"id": f"p{self._next()}"})

    def _get_conversations(self, name: str, given: dict[str, Any]) -> Reply:
        wanted = given.get("user_id")
        chats = [chat for chat in self.chats.values() if wanted in {None, chat.person}]
        us = ACCOUNT if given.get("platform") == "INSTAGRAM" else PAGE
        return Reply.json({"data": [self._chat(chat, us) for chat in chats if chat.messages]})

    def _chat(self, chat: Chat, us: str) -> dict[str, Any]:
        newest = sorted(chat.messages, key=lambda message: message.at, reverse=True)
        people = [
            {"id": chat.person, "name": "Ann Kettle", "username": "ann"},
            {"id": us, "name": "Shop"},
        ]
        rows = [self._message(message, chat, us) for message in newest]
        changed = {"id": f"t_{chat.person}", "updated_time": stamp(newest[0].at)}
        return {**changed, "participants": {"data": people}, "messages": {"data": rows}}

    def _message(self, message: Message, chat: Chat, us: str) -> dict[str, Any]:
        is_theirs = message.sender == chat.person
        sender = {"id": chat.person if is_theirs else us, "name": "Ann Kettle" if is_theirs else "Shop"}
        receiver = {
            "id": us if is_theirs else chat.person,
            "name": "Shop" if is_theirs else "Ann Kettle",
        }
        told = {"id": message.id, "created_time": stamp(message.at), "message": message.text}
        return {**told, "from": sender, "to": {"data": [receiver]}}

    # Subscriptions.

    def _post_subscribed_apps(self, name: str, given: dict[str, Any]) -> Reply:
        self.subscribed = given["subscribed_fields"]
        return Reply.json({"success": True})

    def _get_subscribed_apps(self, name: str, given: dict[str, Any]) -> Reply:
        app = {"id": APP, "name": "Care", "subscribed_fields": self.subscribed}
        return Reply.json({"data": [app] if self.subscribed else []})
