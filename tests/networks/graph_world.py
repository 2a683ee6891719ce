"""What happens on the fake of the Graph API by other hands: posts, comments, chats, and what is told back to us."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.networks.faults import FakeNetwork
from tests.networks.graph_parts import ACCOUNT, ANN, APP, PAGE, Chat, Message


class GraphWorld(FakeNetwork):
    """One page with its Instagram account, and what other hands do there."""

    def __init__(self, *, is_own_login: bool = False) -> None:
        super().__init__()
        self.is_own_login = is_own_login
        self.nodes: dict[str, dict[str, Any]] = {}
        self.kinds: dict[str, str] = {}
        self.chats: dict[str, Chat] = {}
        self.answered_privately: set[str] = set()
        self.likes: set[str] = set()
        self.uploads: list[tuple[str, bytes]] = []
        self.subscribed: list[str] = []
        self.callbacks: dict[str, dict[str, Any]] = {}
        self.reactions: list[dict[str, Any]] = []
        self.objected: list[str] = []
        self.scopes: list[str] = []
        self.has_human_agent = False
        self.usage: dict[str, str] = {}
        self._count = 0

    # What happens on the network by other hands.

    def add_post(
        self, name: str = "1", *, sender: str = PAGE, text: str = "New kettles", at: datetime | None = None
    ) -> str:
        post = f"{PAGE}_{name}"
        self._add(post, "PagePost", message=text, at=at, sender=sender)
        return post

    def add_comment(self, parent: str, text: str, *, sender: str = ANN, at: datetime | None = None) -> str:
        name = f"{parent.rpartition('_')[2]}_{self._next()}"
        self._add(name, "Comment", message=text, at=at, sender=sender, parent=parent)
        return name

    def add_media(
        self, name: str = "18000000000000001", *, text: str = "New kettles", handle: str = "shop"
    ) -> str:
        self._add(name, "IGMedia", caption=text, username=handle, at=None, sender=ACCOUNT)
        return name

    def add_ig_comment(
        self, parent: str, text: str, *, handle: str = "ann", at: datetime | None = None
    ) -> str:
        name = f"1790000000000{self._next()}"
        self._add(name, "IGComment", text=text, username=handle, at=at, sender=ANN, parent=parent)
        return name

    def write(self, text: str, *, person: str = ANN, at: datetime | None = None) -> Message:
        """Let a customer write a private message."""
        moment = at or datetime.now(UTC)
        chat = self.chats.setdefault(person, Chat(person))
        chat.heard_at = max(chat.heard_at or moment, moment)
        message = Message(f"m_{self._next()}", person, text, moment)
        chat.messages.append(message)
        return message

    def _add(self, name: str, kind: str, *, at: datetime | None, **told: Any) -> None:
        with self.lock:
            self.nodes[name] = {"id": name, "at": at or datetime.now(UTC), **told}
            self.kinds[name] = kind

    def _next(self) -> str:
        with self.lock:
            self._count += 1
            return f"{self._count:06}"

    def said(self, person: str = ANN) -> list[Message]:
        """List what we said to somebody."""
        chat = self.chats.get(person)
        ours = {PAGE, ACCOUNT}
        return [message for message in chat.messages if message.sender in ours] if chat else []

    def comments_of(self, parent: str) -> list[dict[str, Any]]:
        return [node for node in self.nodes.values() if node.get("parent") == parent]

    def us(self) -> str:
        return ACCOUNT if self.is_own_login else PAGE

    # Webhooks.

    def deliveries(self) -> Iterator[bytes]:
        """Tell each private message of ours back to us, as webhooks do."""
        for chat in self.chats.values():
            for message in chat.messages:
                if message.sender == self.us():
                    yield self.echo(message, chat.person)

    def echo(self, message: Message, person: str) -> bytes:
        at = round(message.at.timestamp() * 1000)
        told = {"mid": message.id, "is_echo": True, "app_id": int(APP)}
        told |= {name: value for name, value in message.told.items() if name in {"text", "metadata"}}
        event = {"sender": {"id": self.us()}, "recipient": {"id": person}, "timestamp": at, "message": told}
        about = "instagram" if self.is_own_login else "page"
        entry = {"id": self.us(), "time": at, "messaging": [event]}
        return json.dumps({"object": about, "entry": [entry]}).encode()
