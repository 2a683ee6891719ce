"""WhatsApp's Cloud API as one number sees it: messages, files, templates, subscriptions, and what is delivered.

Every message answers with an id; what becomes of it, `receipt` makes. A message outside the window of 24 hours is
refused with 131047, unless it is a template. With the description at hand each request is held against it.
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from tests.networks.faults import Asked, FakeNetwork, Reply, answers
from tests.networks.shared import shared_folder

Json = dict[str, Any]
NUMBER, WABA, APP = "100200300400", "900800700600", "424242"
TOKEN, SECRET, WORD = "EAAGhand-made-token", "hand-made-app-secret", "driftwood"
ANN, BEN = "31611111111", "NL.777"
SCOPES = ["whatsapp_business_messaging", "whatsapp_business_management"]


def refusal(code: int, message: str, status: int = 400, subcode: int = 0) -> Reply:
    told = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    more = {"error_subcode": subcode} if subcode else {}
    return Reply.json({"error": {**told, **more}}, status)


def template(name: str, body: str, language: str = "en", status: str = "APPROVED", **more: Any) -> Json:
    components = [{"type": "BODY", "text": body}, *more.pop("components", [])]
    kept = {"name": name, "language": language, "status": status, "category": "UTILITY", "id": "77"}
    return {**kept, "components": components, **more}


class FakeWhatsApp(FakeNetwork):
    """One business account with one number."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Json] = []
        self.seen: list[str] = []
        self.files: dict[str, tuple[bytes, str]] = {}
        self.templates: list[Json] = []
        self.subscribed: list[Json] = []
        self.scopes = list(SCOPES)
        self.wrote_at: dict[str, datetime] = {}
        self.clock = lambda: datetime.now(UTC)
        self.objections: list[str] = []
        self.is_judged = shared_folder() is not None
        self.count = 0
        if self.is_judged:
            from tests.networks.whatsapp_spec import description

            description()

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") not in {f"Bearer {TOKEN}", f"Bearer {APP}|{SECRET}"}:
            return refusal(190, "Invalid OAuth access token.", 401)
        if not asked.path.startswith("/media/") and not self._is_proved(asked):
            return refusal(100, "Invalid appsecret_proof provided in the API argument")
        is_json = asked.headers.get("content-type", "").startswith("application/json")
        if self.is_judged and asked.method == "POST" and is_json and "/subscriptions" not in asked.path:
            from tests.networks.whatsapp_spec import faults_of_body

            self.objections += faults_of_body(asked.path, asked.json())
        return super().answer(asked)

    def _is_proved(self, asked: Asked) -> bool:
        token = asked.headers["authorization"].removeprefix("Bearer ")
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        return asked.query.get("appsecret_proof") == proof

    def revoked(self, asked: Asked) -> Reply:
        return refusal(190, "Error validating access token: The session has been invalidated", 401, 460)

    def missing(self, asked: Asked) -> Reply:
        return refusal(100, "Unsupported request", 400, 33)

    @answers("POST", "/{version}/{number}/messages")
    def messages(self, asked: Asked) -> Reply:
        body = asked.json()
        if asked.parts["number"] != NUMBER:
            return refusal(133010, "Phone number not registered")
        if body.get("status") == "read":
            self.seen.append(body["message_id"])
            return Reply.json({"success": True})
        whom = body.get("to") or body["recipient"]
        wrote_at = self.wrote_at.get(whom)
        is_open = wrote_at is not None and self.clock() - wrote_at < timedelta(hours=24)
        if body["type"] != "template" and not is_open:
            return refusal(131047, "Re-engagement message")
        if trouble := self._template_trouble(body):
            return trouble
        self.count += 1
        message = f"wamid.OUT{self.count}"
        self.sent.append({**body, "id": message})
        contact = {"input": whom, "wa_id": whom} if "to" in body else {"input": whom, "user_id": whom}
        told = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message}]}
        return Reply.json(told)

    def _template_trouble(self, body: Json) -> Reply | None:
        if body["type"] != "template":
            return None
        named = [it for it in self.templates if it["name"] == body["template"]["name"]]
        if not named:
            return refusal(132001, "Template name does not exist in the translation", 404)
        wanted = named[0]["components"][0]["text"].count("{{")
        parts = {it["type"]: it["parameters"] for it in body["template"].get("components", [])}
        return (
            None
            if len(parts.get("body", [])) == wanted
            else refusal(132000, "Number of parameters does not match")
        )

    @answers("POST", "/{version}/{number}/media")
    def upload(self, asked: Asked) -> Reply:
        head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
        parts = list(BytesParser(policy=HTTP).parsebytes(head + asked.body).iter_parts())
        fields = {it.get_param("name", header="content-disposition"): it for it in parts}
        if fields["messaging_product"].get_content().strip() != "whatsapp":
            return refusal(100, "The parameter messaging_product is required.")
        kind = fields["type"].get_content().strip()
        if kind == "application/x-msdownload":
            return refusal(131053, "Media upload error")
        self.count += 1
        name = str(5000 + self.count)
        self.files[name] = (fields["file"].get_payload(decode=True), kind)
        return Reply.json({"id": name})

    @answers("GET", "/{version}/{waba}/message_templates")
    def list_templates(self, asked: Asked) -> Reply:
        if asked.parts["waba"] != WABA:
            return self.missing(asked)
        name, status = asked.query.get("name"), asked.query.get("status")
        found = [it for it in self.templates if name in {None, it["name"]} and status in {None, it["status"]}]
        start = int(base64.b64decode(asked.query.get("after", "") or b"MA=="))
        page = found[start : start + 2]
        after = base64.b64encode(str(start + 2).encode()).decode()
        more = {"next": "https://graph.example/next"} if len(found) > start + 2 else {}
        return Reply.json({"data": page, "paging": {"cursors": {"after": after}, **more}})

    @answers("GET", "/{version}/{waba}/subscribed_apps")
    def list_subscribed(self, asked: Asked) -> Reply:
        return Reply.json({"data": self.subscribed})

    @answers("POST", "/{version}/{waba}/subscribed_apps")
    def subscribe(self, asked: Asked) -> Reply:
        told = {"whatsapp_business_api_data": {"id": APP, "name": "Desk", "link": "https://facebook.com/app"}}
        address = asked.json().get("override_callback_uri")
        self.subscribed = [{**told, **({"override_callback_uri": address} if address else {})}]
        return Reply.json({"success": True})

    @answers("POST", "/{version}/{app}/subscriptions")
    def deliver(self, asked: Asked) -> Reply:
        return Reply.json({"success": True})

    @answers("GET", "/{version}/debug_token")
    def debug(self, asked: Asked) -> Reply:
        return Reply.json({"data": {"app_id": APP, "is_valid": True, "scopes": self.scopes, "expires_at": 0}})

    @answers("GET", "/{version}/{node}")
    def node(self, asked: Asked) -> Reply:
        node = asked.parts["node"]
        if node == NUMBER:
            told = {"display_phone_number": "+31 6 00000001", "verified_name": "Harbour Coffee", "id": NUMBER}
            return Reply.json({**told, "quality_rating": "GREEN", "platform_type": "CLOUD_API"})
        if node not in self.files:
            return self.missing(asked)
        data, kind = self.files[node]
        address = f"{self.url}/media/{node}"
        return Reply.json({"url": address, "mime_type": kind, "file_size": len(data), "id": node})

    @answers("GET", "/media/{name}")
    def download(self, asked: Asked) -> Reply:
        data, kind = self.files[asked.parts["name"]]
        return Reply(body=data, headers={"content-type": kind})

    # What people do.

    def writes(self, whom: str = ANN, text: str = "Where is my order?", at: datetime | None = None) -> Json:
        """Let somebody write; return what is delivered."""
        at = at or self.clock()
        self.wrote_at[whom] = self.wrote_at[f"NL.{whom}"] = at
        self.count += 1
        is_hidden = not whom.isdigit()
        known = {"user_id": whom} if is_hidden else {"wa_id": whom, "user_id": f"NL.{whom}"}
        contact = {"profile": {"name": "Ann Lee"}, **known}
        message = {"id": f"wamid.IN{self.count}", "timestamp": str(int(at.timestamp())), "type": "text"}
        message |= {"from_user_id": whom} if is_hidden else {"from": whom}
        return self.delivery(contacts=[contact], messages=[{**message, "text": {"body": text}}])

    def receipt(self, sent: Json, status: str, **more: Any) -> Json:
        """Tell what became of a message, with the key that it was given."""
        key = sent.get("biz_opaque_callback_data")
        told = {"id": sent["id"], "status": status, "timestamp": str(int(self.clock().timestamp()))}
        told |= {"recipient_id": sent.get("to", "")}
        contact = {"profile": {"name": "Ann Lee"}, "wa_id": sent.get("to", ""), "user_id": "NL.1"}
        return self.delivery(
            contacts=[contact],
            statuses=[{**told, **({"biz_opaque_callback_data": key} if key else {}), **more}],
        )

    def delivery(self, **value: Any) -> Json:
        metadata = {"display_phone_number": "31600000001", "phone_number_id": NUMBER}
        whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        entry = {"id": WABA, "changes": [{"field": "messages", "value": whole}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}


def signed(delivery: Json, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """Write a delivery as Meta does, with its signature."""
    body = json.dumps(delivery).encode()
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {"x-hub-signature-256": f"sha256={made}", "content-type": "application/json"}
