"""The connector of the API channel."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

from allears.connectors.api.reading import read_message, split_messages
from allears.connectors.errors import ConnectorError, Refused, SlowDown, Unreachable, Unverified
from allears.connectors.interface import (
    Ability,
    Account,
    Author,
    Check,
    Delivery,
    Field,
    File,
    Incoming,
    Nothing,
    Outgoing,
    Piece,
    Sent,
    WebResponse,
)
from allears.connectors.words import mark

SIGNATURE = "x-allears-signature"
NO_ADDRESS = mark("This channel has no address for answers. Enter one in its settings, then send again.")


class ApiConnector:
    """Hears and answers any program that speaks HTTP."""

    kind = "api"
    label = mark("API")
    knows_people_everywhere = False
    can = frozenset({Ability.HEAR_PUSHED, Ability.REPLY_PUBLICLY, Ability.REPLY_PRIVATELY, Ability.ATTACH})
    fields = (
        Field(
            name="webhook_url",
            label=mark("Address for answers"),
            help=mark("Answers are sent here as signed webhooks. Leave it empty to receive only."),
            is_required=False,
        ),
        Field(
            name="secret",
            label=mark("Secret"),
            help=mark("Signs what comes in and what goes out. Leave it empty to have one made."),
            is_secret=True,
            is_required=False,
        ),
    )

    def address_of(self, settings: Mapping[str, str]) -> str:
        """A program has no address that customers would know."""
        return ""

    def objection(self, settings: Mapping[str, str]) -> str:
        """Without an address for answers, the channel only receives."""
        return "" if settings.get("webhook_url") else NO_ADDRESS

    def make_secret(self) -> str:
        """Make a secret in the form of Standard Webhooks: "whsec_" and 32 bytes in base64."""
        return "whsec_" + base64.b64encode(os.urandom(32)).decode()

    def check(self, account: Account) -> list[Check]:
        """Post a signed "channel.check" to the address for answers, if there is one."""
        name = mark("Answers")
        if not account.settings.get("webhook_url"):
            return [Check(name=name, is_good=True, message=mark("Receives only: no address for answers."))]
        try:
            _post("channel.check", f"check-{os.urandom(6).hex()}", {"channel": account.name}, account)
        except ConnectorError as error:
            return [
                Check(
                    name=name,
                    is_good=False,
                    message=error.detail,
                    facts=error.facts,
                    advice=mark(
                        "The address must accept a signed POST and answer with a status of 200 to 299."
                    ),
                )
            ]
        return [Check(name=name, is_good=True, message=mark("The address takes answers."))]

    def verify(self, delivery: Delivery, account: Account) -> None:
        """Check HMAC-SHA256 of the body, keyed with the secret as printed, in X-AllEars-Signature."""
        given = delivery.headers.get(SIGNATURE, "")
        wanted = hmac.new(account.secrets["secret"].encode(), delivery.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), f"sha256={wanted}".encode()):
            raise Unverified

    def split(self, delivery: Delivery) -> list[Piece]:
        """Cut a list into its messages."""
        return split_messages(delivery.body)

    def read(self, delivery: Delivery, account: Account) -> list[Incoming] | Nothing:
        """Translate one message."""
        return [read_message(delivery.body, delivery.received_at)]

    def send(self, outgoing: Outgoing, account: Account) -> Sent:
        """Post a signed "message.reply"; the answer may name the message in "id"."""
        if not account.settings.get("webhook_url"):
            raise Refused(NO_ADDRESS)
        response = _post("message.reply", outgoing.key, _reply(outgoing), account)
        return Sent(external_id=_id_in(response) or outgoing.external_id)


def _reply(outgoing: Outgoing) -> dict[str, Any]:
    return {
        "id": outgoing.external_id,
        "thread": outgoing.thread,
        "in_reply_to": outgoing.in_reply_to,
        "visibility": outgoing.visibility,
        "text": outgoing.text,
        "sent_at": outgoing.sent_at.isoformat(),
        "from": {"name": outgoing.from_name},
        "to": _person(outgoing.to),
        "attachments": [_file(file) for file in outgoing.files],
    }


def _person(author: Author) -> dict[str, str]:
    return {"id": author.id, "name": author.name, "handle": author.handle}


def _file(file: File) -> dict[str, str]:
    data = base64.b64encode(file.data).decode()
    return {"name": file.name, "content_type": file.content_type, "data": data}


def _post(kind: str, key: str, data: dict[str, Any], account: Account) -> WebResponse:
    at = datetime.now(UTC)
    body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)
    headers = {
        "content-type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(account.secrets["secret"]).sign(key, at, body),
    }
    if account.web is None:
        raise Unreachable
    response = account.web.post(account.settings["webhook_url"], body=body.encode(), headers=headers)
    _raise_for(response)
    return response


def _raise_for(response: WebResponse) -> None:
    """Turn a status into our words; the specification counts only 200-299 as taken."""
    status = str(response.status_code)
    if response.status_code < 300:
        return
    if response.status_code == 429:
        raise SlowDown(datetime.now(UTC) + _pause(response), raw=status)
    if response.status_code >= 500 or response.status_code == 408:
        raise Unreachable(mark("The address for answers has trouble of its own (%(status)s)."), status=status)
    raise Refused(mark("The address for answers did not take it (%(status)s)."), status=status)


def _pause(response: WebResponse) -> timedelta:
    asked = response.headers.get("retry-after", "")
    return timedelta(seconds=min(int(asked), 3600) if asked.isdigit() else 60)


def _id_in(response: WebResponse) -> str:
    try:
        answer = json.loads(response.content)
    except ValueError:
        return ""
    found = answer.get("id") if isinstance(answer, dict) else None
    return str(found)[:250] if isinstance(found, str | int) else ""


CONNECTOR = ApiConnector()
