"""Where the internet reaches channels: the public address, and the door of each channel below it."""

import ipaddress
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

from allears.foundation.workspaces.models import Workspace

KNOWN_FOR = 5.0
_known: dict[int, tuple[float, str]] = {}
_INSIDE = (".local", ".localhost", ".internal", ".lan", ".home", ".test", ".invalid")


def public_url_of(workspace_id: int) -> str:
    """Return the https address by which the internet reaches a workspace; "" where none can."""
    known = _known.get(workspace_id)
    if known and known[0] > monotonic():
        return known[1]
    own = Workspace.objects.filter(id=workspace_id).values_list("public_url", flat=True).first()
    url = (own or settings.PUBLIC_URL).rstrip("/")
    found = url if is_public_url(url) else ""
    _known[workspace_id] = (monotonic() + KNOWN_FOR, found)
    return found


def door_of(workspace_id: int, key: str) -> str:
    """Return the public address of a channel's webhooks; "" where none can reach us."""
    url = public_url_of(workspace_id)
    return f"{url}/in/{key}" if url else ""


def is_public_url(url: str) -> bool:
    """Say whether a network can deliver there: https, on a name or number that is not private."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or not host or host == "localhost" or host.endswith(_INSIDE):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


def forget_public_urls() -> None:
    """Forget the addresses, so that a change is seen at once."""
    _known.clear()
