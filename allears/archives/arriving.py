"""What becomes of some rows when they arrive: nothing may be sent, heard or let in by them."""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.hashers import make_password

from allears.archives.kinds import ACCOUNT, WORKSPACE
from allears.archives.references import CHANNEL, DISPATCH
from allears.connectors.words import mark
from allears.foundation.clock import now
from allears.foundation.events.queries import last_event_id
from allears.foundation.vault import seal
from allears.foundation.workspaces.models import Workspace
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.channels.queries import all_connectors, place_of_secrets
from allears.pipeline.replies.models import DispatchState
from allears.watch.webhooks.models import Endpoint, EndpointState
from allears.watch.webhooks.secrets import make_secret, seal_secret

WITHOUT_KEYS = mark("It came from an archive, without its keys. Connect it again.")
WITHOUT_SECRET = mark("It came from an archive, without its secret. Make a new one, then resume.")
NOT_SENT_YET = mark("It had not been sent when the archive was written. Send it again if it is still wanted.")
PERHAPS_SENT = mark(
    "It was being sent when the archive was written. Look whether it arrived before sending it again."
)

_NOT_BEGUN = {DispatchState.HELD, DispatchState.WAITING}
_BEGUN = {DispatchState.SENDING, DispatchState.UNKNOWN}


def arrive(label: str, row: dict[str, Any]) -> dict[str, Any]:
    """Change a row that must not arrive as it left."""
    change = _CHANGES.get(label)
    if change:
        change(row)
    return row


def _workspace(row: dict[str, Any]) -> None:
    """Tell it apart from one of the same name; what were samples are now rows like any other."""
    row["has_samples"] = False
    name, number = row["name"], 1
    while Workspace.objects.filter(name__iexact=row["name"]).exists():
        number += 1
        row["name"] = f"{name[:110]} ({number})"


def _account(row: dict[str, Any]) -> None:
    row["password"] = make_password(None)


def _channel(row: dict[str, Any]) -> None:
    """Disconnect it: it hears and sends nothing until somebody enters its keys."""
    if Channel.objects.filter(key=row["key"]).exists():
        row["key"] = secrets.token_urlsafe(24)
    make = getattr(all_connectors().get(row["kind"]), "make_secret", None)
    given = {"secret": make()} if make else {}
    row["sealed_secrets"] = seal(json.dumps(given), place_of_secrets(row["key"]))
    if row["state"] != ChannelState.PAUSED:
        row |= {"state": ChannelState.DISCONNECTED, "trouble": WITHOUT_KEYS, "trouble_facts": {}}
        row["trouble_since"] = now().isoformat().replace("+00:00", "Z")


def _endpoint(row: dict[str, Any]) -> None:
    if Endpoint.objects.filter(key=row["key"]).exists():
        row["key"] = secrets.token_urlsafe(16)
    row["sealed_secret"] = seal_secret(make_secret(), row["key"])
    row["cursor"] = last_event_id()
    row |= {
        "state": EndpointState.PAUSED,
        "trouble": WITHOUT_SECRET,
        "trouble_facts": {},
        "failing_since": None,
    }


def _dispatch(row: dict[str, Any]) -> None:
    """End what was under way: from an archive nothing is ever sent."""
    if row["state"] in _NOT_BEGUN | _BEGUN:
        row["trouble"] = NOT_SENT_YET if row["state"] in _NOT_BEGUN else PERHAPS_SENT
        row |= {"state": DispatchState.REFUSED, "trouble_facts": {}}
        row["ended_at"] = now().isoformat().replace("+00:00", "Z")


def _visitor(row: dict[str, Any]) -> None:
    """Name someone anew whose original is still here: no two visitors may have one name."""
    from allears.public.chat.models import Visitor

    if Visitor.objects.filter(public_id=row["public_id"]).exists():
        row["public_id"] = secrets.token_urlsafe(12)


def _visitor_file(row: dict[str, Any]) -> None:
    from allears.public.chat.models import VisitorFile

    if VisitorFile.objects.filter(public_id=row["public_id"]).exists():
        row["public_id"] = secrets.token_urlsafe(18)


_CHANGES: Mapping[str, Callable[[dict[str, Any]], None]] = {
    WORKSPACE: _workspace,
    ACCOUNT: _account,
    CHANNEL: _channel,
    DISPATCH: _dispatch,
    "webhooks.endpoint": _endpoint,
    "chat.visitor": _visitor,
    "chat.visitorfile": _visitor_file,
}
