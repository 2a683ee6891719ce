"""Telegram, as far as a bot sees it: chats, messages, files, reactions, webhooks and questions for updates.

Whoever talks to the bot does it by the methods at the end (`writes`, `reacts`, ...); what the bot does shows in
`chats`. With the description at hand each call and each answer is held against it (`objections`).
"""

import json
import re
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx

from tests.networks.faults import Asked, FakeNetwork, Reply, answers
from tests.networks.shared import shared_folder

Json = dict[str, Any]
TOKEN = "7000001:AAE-hand-made-token-of-a-bot-that-is-none"
BOT = {
    "id": 7000001,
    "is_bot": True,
    "first_name": "Harbour Coffee",
    "username": "harbourcoffeebot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
ANN = {"id": 5123456789, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "username": "annlee"}
BEN = {"id": 5987654321, "is_bot": False, "first_name": "Ben", "language_code": "vi"}
GROUP = {"id": -1002000000001, "type": "supergroup", "title": "Coffee friends", "username": "coffeefriends"}
MEDIA = {"sendPhoto": "photo", "sendVideo": "video", "sendAudio": "audio", "sendVoice": "voice"}
MEDIA |= {"sendAnimation": "animation", "sendDocument": "document"}


class Refusal(Exception):
    def __init__(self, status: int, said: str, **parameters: int) -> None:
        super().__init__(said)
        self.status, self.parameters = status, parameters


def private(person: dict[str, Any]) -> dict[str, Any]:
    return {key: person[key] for key in ("id", "first_name", "last_name", "username") if key in person} | {
        "type": "private"
    }


class FakeTelegram(FakeNetwork):
    """One bot's Telegram."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.chats: dict[int, list[dict[str, Any]]] = {}
        self.kinds: dict[int, dict[str, Any]] = {}
        self.reactions: dict[tuple[int, int], list[dict[str, str]]] = {}
        self.deleted: set[tuple[int, int]] = set()
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}
        self.files: dict[str, bytes] = {}
        self.updates: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {"url": ""}
        self.read: list[int] = []
        self.last_update = 1000
        self.last_message = 10
        self.clock = lambda: int(datetime.now(UTC).timestamp())
        self.objections: list[str] = []
        self.is_judged = shared_folder() is not None
        if self.is_judged:
            from tests.networks.telegram_spec import definitions

            definitions()

    # What the bot asks.

    @answers("POST", "/bot{token}/{method}")
    def called(self, asked: Asked) -> Reply:
        method, fields = asked.parts["method"], fields_of(asked)
        if asked.parts["token"] != self.token:
            return said(401, "Unauthorized")
        if self.is_judged:
            self._hold_against_description(method, fields)
        do = getattr(self, f"do_{snake(method)}", None)
        if do is None:
            return said(404, "Not Found")
        try:
            result = do(fields)
        except Refusal as refusal:
            return said(refusal.status, str(refusal), **refusal.parameters)
        if self.is_judged:
            from tests.networks.telegram_spec import faults_of_result

            self.objections += [f"answer to {method}: {fault}" for fault in faults_of_result(method, result)]
        return Reply.json({"ok": True, "result": result})

    @answers("GET", "/bot{token}/{method}")
    def called_by_get(self, asked: Asked) -> Reply:
        return self.called(asked)

    @answers("GET", "/file/bot{token}/files/{name}")
    def download(self, asked: Asked) -> Reply:
        data = self.files.get(asked.parts["name"])
        if asked.parts["token"] != self.token or data is None:
            return Reply(status=404, body=b"Not Found")
        return Reply(body=data, headers={"content-type": "application/octet-stream"})

    def revoked(self, asked: Asked) -> Reply:
        return said(401, "Unauthorized")

    def _hold_against_description(self, method: str, fields: dict[str, Any]) -> None:
        from tests.networks.telegram_spec import faults_of_call

        self.objections += [f"call of {method}: {fault}" for fault in faults_of_call(method, fields)]

    def do_get_me(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return BOT

    def do_get_updates(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook["url"]:
            raise Refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
            )
        offset = fields.get("offset", 0)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return self.updates[: fields.get("limit", 100)]

    def do_set_webhook(self, fields: dict[str, Any]) -> bool:
        if not fields["url"].startswith("https://") and "127.0.0.1" not in fields["url"]:
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = fields
        return True

    def do_delete_webhook(self, _fields: dict[str, Any]) -> bool:
        self.webhook = {"url": ""}
        return True

    def do_get_webhook_info(self, _fields: dict[str, Any]) -> dict[str, Any]:
        known = {
            key: self.webhook[key] for key in ("allowed_updates", "max_connections") if key in self.webhook
        }
        return {
            "url": self.webhook["url"],
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
            **known,
        }

    def do_send_message(self, fields: dict[str, Any]) -> dict[str, Any]:
        if not fields["text"].strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(fields["text"].encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        return self._say(fields, text=fields["text"])

    def do_send_media(self, method: str, fields: dict[str, Any]) -> dict[str, Any]:
        kind = MEDIA[method]
        caption = {"caption": fields["caption"]} if "caption" in fields else {}
        return self._say(fields, **{kind: self._kept(kind, fields[kind]), **caption})

    def __getattr__(self, name: str) -> Any:
        for method in MEDIA:
            if name == f"do_{snake(method)}":
                return lambda fields: self.do_send_media(method, fields)
        raise AttributeError(name)

    def do_send_media_group(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if not 2 <= len(fields["media"]) <= 10:
            raise Refusal(400, "Bad Request: wrong number of items in the album")
        kinds = {medium["type"] for medium in fields["media"]}
        if not (kinds <= {"photo", "video"} or len(kinds) == 1):
            raise Refusal(400, "Bad Request: can't group media of these types")
        group = str(self.last_message)
        return [
            self._say(
                fields,
                media_group_id=group,
                **{medium["type"]: self._kept(medium["type"], medium["media"])},
                **({"caption": medium["caption"]} if "caption" in medium else {}),
            )
            for medium in fields["media"]
        ]

    def do_set_message_reaction(self, fields: dict[str, Any]) -> bool:
        self._expect_message(fields)
        self.reactions[fields["chat_id"], fields["message_id"]] = fields.get("reaction", [])
        return True

    def do_delete_message(self, fields: dict[str, Any]) -> bool:
        found = self._expect_message(fields, "Bad Request: message to delete not found")
        if self.clock() - found["date"] > 48 * 3600:
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")
        self.deleted.add((fields["chat_id"], fields["message_id"]))
        self.chats[fields["chat_id"]].remove(found)
        return True

    def do_delete_business_messages(self, fields: dict[str, Any]) -> bool:
        self.deleted |= {(0, number) for number in fields["message_ids"]}
        return True

    def do_read_business_message(self, fields: dict[str, Any]) -> bool:
        self.read.append(fields["message_id"])
        return True

    def do_get_file(self, fields: dict[str, Any]) -> dict[str, Any]:
        name = fields["file_id"]
        if name not in self.files:
            raise Refusal(400, "Bad Request: invalid file_id")
        if len(self.files[name]) > 20 * 1024 * 1024:
            raise Refusal(400, "Bad Request: file is too big")
        return {
            "file_id": name,
            "file_unique_id": f"unique-{name}",
            "file_size": len(self.files[name]),
            "file_path": f"files/{name}",
        }

    def _expect_message(
        self, fields: dict[str, Any], otherwise: str = "Bad Request: message not found"
    ) -> dict[str, Any]:
        for message in self.chats.get(fields["chat_id"], []):
            if message["message_id"] == fields["message_id"]:
                return message
        raise Refusal(400, otherwise)

    def _say(self, fields: dict[str, Any], **content: Any) -> dict[str, Any]:
        chat = int(fields["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.moved:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        if chat not in self.kinds:
            raise Refusal(400, "Bad Request: chat not found")
        frame: dict[str, Any] = {
            "from": {key: BOT[key] for key in ("id", "is_bot", "first_name", "username")}
        }
        if "message_thread_id" in fields:
            frame |= {"message_thread_id": fields["message_thread_id"], "is_topic_message": True}
        if "business_connection_id" in fields:
            frame["business_connection_id"] = fields["business_connection_id"]
        return self._store(self.kinds[chat], {**frame, **content})

    def _kept(self, kind: str, uploaded: str) -> Any:
        name = f"{kind}-{len(self.files)}"
        self.files[name] = uploaded.encode()
        file: dict[str, Any] = {
            "file_id": name,
            "file_unique_id": f"unique-{name}",
            "file_size": len(uploaded),
        }
        if kind == "photo":
            return [{**file, "width": 90, "height": 60}]
        if kind in {"video", "animation"}:
            return {**file, "width": 90, "height": 60, "duration": 1}
        return {**file, **({"duration": 1} if kind in {"audio", "voice"} else {})}

    def _store(self, chat: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
        self.last_message += 1
        whole = {"message_id": self.last_message, "date": self.clock(), "chat": chat, **message}
        self.kinds[chat["id"]] = chat
        self.chats.setdefault(chat["id"], []).append(whole)
        return whole

    # What people do.

    def writes(
        self, person: dict[str, Any], text: str = "", chat: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Let somebody write to the bot, or in a group where it is; return the update."""
        content = {"text": text} if text else {}
        message = self._store(chat or private(person), {"from": person, **content, **more})
        return self.tell("message", message)

    def edits(self, message: dict[str, Any], text: str) -> dict[str, Any]:
        return self.tell("edited_message", {**message, "text": text, "edit_date": self.clock()})

    def reacts(
        self, person: dict[str, Any], message: dict[str, Any], emoji: str, old: str = ""
    ) -> dict[str, Any]:
        kind = [{"type": "emoji", "emoji": emoji}] if emoji else []
        before = [{"type": "emoji", "emoji": old}] if old else []
        told = {"chat": message["chat"], "message_id": message["message_id"], "user": person}
        told |= {"date": self.clock(), "old_reaction": before, "new_reaction": kind}
        return self.tell("message_reaction", told)

    def keeps(self, name: str, data: bytes) -> dict[str, Any]:
        """Keep a file that somebody sends; return what a message says of it."""
        self.files[name] = data
        return {"file_id": name, "file_unique_id": f"unique-{name}", "file_size": len(data)}

    def tell(self, kind: str, told: dict[str, Any]) -> dict[str, Any]:
        """Deliver an update to the webhook, or keep it until somebody asks."""
        with self.lock:
            self.last_update += 1
            update = {"update_id": self.last_update, kind: told}
            url = self.webhook["url"]
            if not url:
                self.updates.append(update)
        if url:
            headers = {"x-telegram-bot-api-secret-token": self.webhook.get("secret_token", "")}
            httpx.post(url, json=update, headers=headers, timeout=10, trust_env=False)
        return update


def fields_of(asked: Asked) -> dict[str, Any]:
    """Read the fields of a call, however it was written: JSON, a form, a form with files, or an address."""
    kind = asked.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return asked.json() if asked.body else {}
    if kind.startswith("multipart/"):
        return multipart_fields(asked)
    return {name: unquoted(value) for name, value in {**asked.query, **asked.form()}.items()}


def multipart_fields(asked: Asked) -> dict[str, Any]:
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    found = BytesParser(policy=HTTP).parsebytes(head + asked.body)
    files = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in found.iter_parts()
        if part.get_filename()
    }
    texts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True).decode()
        for part in found.iter_parts()
        if not part.get_filename()
    }
    for name in re.findall(rb"attach://([\w-]+)", asked.body):
        assert name.decode() in files, f"nothing was attached as {name!r}"
    return {name: unquoted(value) for name, value in texts.items()} | {
        name: f"upload:{len(data)}" for name, data in files.items() if f"attach://{name}" not in str(texts)
    }


def unquoted(value: str) -> Any:
    if re.fullmatch(r"-?\d{1,18}", value) or value[:1] in {"{", "["} or value in {"true", "false"}:
        return json.loads(value)
    return value


def snake(method: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", method).lower()


def said(status: int, words: str, **parameters: int) -> Reply:
    more = {"parameters": parameters} if parameters else {}
    return Reply.json({"ok": False, "error_code": status, "description": words, **more}, status)
