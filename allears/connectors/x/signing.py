"""Prove who speaks: X to us (webhooks, the question it asks first), and we to X (OAuth 1.0a).

Sources: X's "Securing webhooks" and "Creating a signature"; RFC 5849 for OAuth 1.0a.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from time import time
from urllib.parse import parse_qsl, quote, urlsplit

from allears.connectors.errors import Unverified
from allears.connectors.interface import Answer, Asked, Delivery

OLD, NEW = "x-twitter-webhooks-signature", "x-twitter-webhooks-signature-oauth2"
HEADERS = frozenset({OLD, NEW})
LONGEST_TOKEN = 1000


def _sign(secret: str, data: bytes) -> str:
    digest = hmac.new(secret.encode(), data, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def verify_delivery(delivery: Delivery, keys: Mapping[str, str]) -> None:
    """Check that the body is signed with the app's client secret or its API key secret. Raise Unverified."""
    for header, name in ((NEW, "client_secret"), (OLD, "consumer_secret")):
        given, secret = delivery.headers.get(header, ""), keys.get(name, "")
        if given and secret and _same(given, _sign(secret, delivery.body)):
            return
    raise Unverified


def greet(asked: Asked, keys: Mapping[str, str]) -> Answer | None:
    """Answer the challenge that X repeats hourly. Raise Unverified for any other question."""
    if asked.method not in {"GET", "HEAD"}:
        return None
    token = asked.query.get("crc_token", "")
    secret = keys.get("client_secret") or keys.get("consumer_secret")
    if not token or not secret or len(token) > LONGEST_TOKEN:
        raise Unverified
    body = json.dumps({"response_token": _sign(secret, token.encode("utf-8", "replace"))})
    return Answer(body=body.encode(), content_type="application/json")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def oauth1_header(
    method: str, url: str, query: Mapping[str, str], keys: Mapping[str, str], at: int = 0, nonce: str = ""
) -> str:
    """Sign a request by the four keys of OAuth 1.0a (HMAC-SHA1). JSON bodies are not part of what is signed."""
    fields = {
        "oauth_consumer_key": keys.get("consumer_key", ""),
        "oauth_nonce": nonce or secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(at or int(time())),
        "oauth_token": keys.get("access_token", ""),
        "oauth_version": "1.0",
    }
    parts = urlsplit(url)
    told = [*parse_qsl(parts.query, keep_blank_values=True), *query.items(), *fields.items()]
    pairs = sorted((_escape(name), _escape(value)) for name, value in told)
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    address = f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}"
    base = "&".join(_escape(part) for part in (method.upper(), address, parameters))
    key = f"{_escape(keys.get('consumer_secret', ''))}&{_escape(keys.get('access_token_secret', ''))}"
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    signed = {**fields, "oauth_signature": base64.b64encode(digest).decode()}
    return "OAuth " + ", ".join(f'{name}="{_escape(value)}"' for name, value in sorted(signed.items()))


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
