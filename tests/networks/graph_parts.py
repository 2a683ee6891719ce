"""What the fake of the Graph API is made of: ids and keys, messages and chats, refusals, what a request gives."""

import email.parser
import email.policy
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.networks.faults import Asked, Reply

PAGE, ACCOUNT, APP = "110000000000001", "17840000000000001", "990000000000009"
PAGE_TOKEN, USER_TOKEN, LONG_TOKEN, IG_TOKEN = "page-token", "user-token", "long-user-token", "ig-token"
SECRET, APP_TOKEN = "brook-and-willow", "990000000000009|brook-and-willow"
ANN = "7000000000000007"
# Somebody who writes to us: what Meta tells of them stands in none of its descriptions.
PROFILE = "User-profile"
VERSION = "/v25.0"
WINDOW, LONGER = timedelta(hours=24), timedelta(days=7)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


@dataclass
class Message:
    id: str
    sender: str
    text: str
    at: datetime
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class Chat:
    """Everything between us and one person. `heard_at` is when they last wrote."""

    person: str
    messages: list[Message] = field(default_factory=list)
    heard_at: datetime | None = None
    seen: bool = False


RETURNED = {
    ("Page", "feed"): "PagePost",
    ("Page", "tagged"): "PagePost",
    ("Page", "ratings"): "Recommendation",
    ("Page", "conversations"): "UnifiedThread",
    ("PagePost", "comments"): "Comment",
    ("Comment", "comments"): "Comment",
    ("IGUser", "media"): "IGMedia",
    ("IGUser", "tags"): "IGMedia",
    ("IGUserForIGOnlyAPI", "media"): "IGMediaForIGOnlyAPI",
    ("IGUserForIGOnlyAPI", "tags"): "IGMediaForIGOnlyAPI",
    ("IGMedia", "comments"): "IGComment",
    ("IGComment", "replies"): "IGComment",
    ("IGUserForIGOnlyAPI", "conversations"): "UnifiedThread",
}
NESTED = {
    "PagePost": {"comments": "Comment"},
    "IGMedia": {"comments": "IGComment"},
    "IGMediaForIGOnlyAPI": {"comments": "IGComment"},
    "IGUser": {"mentioned_comment": "IGComment", "mentioned_media": "IGMedia"},
}


def refusal(code: int, subcode: int | None, message: str, status: int = 400) -> Reply:
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    if subcode:
        error["error_subcode"] = subcode
    return Reply.json({"error": error}, status)


def given_in(asked: Asked) -> tuple[dict[str, Any], set[str]]:
    """Read all that a request gives: its query, its JSON or its form; and which of it are files."""
    query = {name: value for name, value in asked.query.items() if name != "appsecret_proof"}
    kind = asked.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        head = f"content-type: {kind}\r\n\r\n".encode()
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + asked.body)
        parts = [(part.get_param("name", header="content-disposition"), part) for part in form.iter_parts()]
        files = {str(name) for name, part in parts if part.get_filename()}
        plain = {str(name): part.get_content().strip() for name, part in parts if str(name) not in files}
        return {**query, **plain, **dict.fromkeys(files, "")}, files
    return {**query, **(json.loads(asked.body) if asked.body else {})}, set()
