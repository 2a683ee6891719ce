"""What endpoints' calls are signed with: made here, kept sealed, shown once."""

import base64
import os
from datetime import datetime

from standardwebhooks import Webhook

from allears.foundation.clock import now
from allears.foundation.vault import is_sealed_with_first_key, seal, unseal
from allears.watch.webhooks.models import Endpoint


def make_secret() -> str:
    """Make a secret in the form of Standard Webhooks: "whsec_" and 32 bytes in base64."""
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def seal_secret(secret: str, key: str) -> str:
    """Seal a secret for the endpoint of a key."""
    return seal(secret, _place(key))


def secrets_in_force(endpoint: Endpoint) -> list[str]:
    """Open the secrets that sign now: the present one, and for a day after a change the old one. Raise VaultLocked."""
    sealed = [endpoint.sealed_secret]
    if endpoint.old_secret_until and endpoint.old_secret_until > now():
        sealed.append(endpoint.sealed_old_secret)
    return [unseal(one, _place(endpoint.key)) for one in sealed if one]


def sign(endpoint: Endpoint, key: str, at: datetime, payload: str) -> str:
    """Return the webhook-signature header: one signature for each secret in force. Raise VaultLocked."""
    return " ".join(Webhook(secret).sign(key, at, payload) for secret in secrets_in_force(endpoint))


def seal_endpoints_again() -> int:
    """Seal every endpoint's secrets with the first vault key; return how many had another. Raise VaultLocked."""
    count = 0
    for endpoint in Endpoint.objects.order_by("id"):
        old = {name: getattr(endpoint, name) for name in ("sealed_secret", "sealed_old_secret")}
        new = {
            name: seal(unseal(sealed, _place(endpoint.key)), _place(endpoint.key))
            for name, sealed in old.items()
            if sealed and not is_sealed_with_first_key(sealed)
        }
        if new:
            count += Endpoint.objects.filter(id=endpoint.id, sealed_secret=old["sealed_secret"]).update(**new)
    return count


def _place(key: str) -> str:
    return f"webhook:{key}"
