"""Add, change, pause and delete endpoints. Administrators only: an endpoint hears what they can see."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import F

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.events.queries import last_event_id
from allears.foundation.workspaces.models import Member
from allears.watch.webhooks.catalogue import is_told
from allears.watch.webhooks.errors import (
    NoEventsChosen,
    TooManyWebhooks,
    WebhookAddressNotValid,
    WebhookNameTaken,
)
from allears.watch.webhooks.models import Endpoint, EndpointState
from allears.watch.webhooks.secrets import make_secret, seal_secret

MOST = 20
BOTH_SECRETS_FOR = timedelta(hours=24)


def add_endpoint(
    by: Member, name: str, url: str, kinds: Sequence[str] = (), *, sees_private_teams: bool = False
) -> tuple[Endpoint, str]:
    """Add an endpoint, told what happens from now on (all kinds if none are given); return it with its secret.

    Raise WebhookNameTaken, WebhookAddressNotValid, NoEventsChosen or TooManyWebhooks.
    """
    _check_may(by)
    if Endpoint.objects.filter(workspace=by.workspace_id).count() >= MOST:
        raise TooManyWebhooks
    secret, key = make_secret(), secrets.token_urlsafe(16)
    endpoint = Endpoint(
        workspace_id=by.workspace_id,
        name=name.strip(),
        url=checked_url(url),
        key=key,
        sealed_secret=seal_secret(secret, key),
        kinds=checked_kinds(kinds),
        sees_private_teams=sees_private_teams,
        created_by=by,
        created_at=now(),
    )
    with transaction.atomic():
        endpoint.cursor = last_event_id()
        _save(endpoint)
        _record("webhook.added", endpoint, by)
    return endpoint, secret


def change_endpoint(
    by: Member, endpoint: Endpoint, name: str, url: str, kinds: Sequence[str], *, sees_private_teams: bool
) -> None:
    """Change what an endpoint is called, where it is, and what it is told. Raise as `add_endpoint`."""
    _check_may(by)
    endpoint.name, endpoint.url, endpoint.kinds = name.strip(), checked_url(url), checked_kinds(kinds)
    endpoint.sees_private_teams = sees_private_teams
    with transaction.atomic():
        _save(endpoint, ["name", "url", "kinds", "sees_private_teams"])
        _record("webhook.changed", endpoint, by)


def pause_endpoint(by: Member, endpoint: Endpoint) -> None:
    """Tell it nothing more; the ledger keeps its place."""
    _check_may(by)
    with transaction.atomic():
        if Endpoint.objects.filter(id=endpoint.id, state=EndpointState.ON).update(state=EndpointState.PAUSED):
            _record("webhook.paused", endpoint, by)


def resume_endpoint(by: Member, endpoint: Endpoint, *, from_now: bool) -> None:
    """Tell it again: what happened meanwhile first, or only what happens from now on."""
    _check_may(by)
    with transaction.atomic():
        cursor = last_event_id() if from_now else F("cursor")
        stopped = Endpoint.objects.filter(id=endpoint.id).exclude(state=EndpointState.ON)
        well: dict[str, Any] = {
            "trouble": "",
            "trouble_facts": {},
            "failing_since": None,
            "rests_until": None,
        }
        if stopped.update(state=EndpointState.ON, cursor=cursor, **well):
            _record("webhook.resumed", endpoint, by)


def rotate_secret(by: Member, endpoint: Endpoint) -> str:
    """Make a new secret and return it; for a day every call is signed with the old one, too."""
    _check_may(by)
    secret = make_secret()
    with transaction.atomic():
        Endpoint.objects.filter(id=endpoint.id).update(
            sealed_secret=seal_secret(secret, endpoint.key),
            sealed_old_secret=endpoint.sealed_secret,
            old_secret_until=now() + BOTH_SECRETS_FOR,
        )
        _record("webhook.secret_changed", endpoint, by)
    return secret


def delete_endpoint(by: Member, endpoint: Endpoint) -> None:
    """Forget an endpoint and its calls."""
    _check_may(by)
    with transaction.atomic():
        _record("webhook.deleted", endpoint, by)
        endpoint.delete()


def checked_url(url: str) -> str:
    """Return a web address as it is kept. Raise WebhookAddressNotValid."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
        is_good = is_good and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good or len(url) > 500 or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise WebhookAddressNotValid
    return url


def checked_kinds(kinds: Sequence[str]) -> list[str]:
    """Return the kinds as they are kept, none for all. Raise NoEventsChosen for kinds that there are not."""
    if not all(map(is_told, kinds)):
        raise NoEventsChosen
    return sorted(set(kinds))


def _save(endpoint: Endpoint, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            endpoint.save(update_fields=fields)
    except IntegrityError as error:
        raise WebhookNameTaken from error


def _record(kind: str, endpoint: Endpoint, by: Member) -> None:
    record_event(kind, endpoint.workspace_id, by, f"webhook:{endpoint.id}", name=endpoint.name)


def _check_may(by: Member) -> None:
    if not by.may_administer:
        raise NotAllowed
