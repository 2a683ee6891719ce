"""The vault: secrets are kept only as AES-GCM ciphertext, bound to their place.

A sealed secret reads "v1.<key id>.<nonce and ciphertext>". The first key seals; all keys open, so a
key is rotated by putting a new one first and sealing again (`allears doctor --rotate`).
"""

import base64
import os
import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from allears.foundation.errors import AllEarsError


class VaultLocked(AllEarsError):
    """A secret can't be opened: its key is missing. Put the old vault key back, or enter the secret again."""


def seal(secret: str, place: str) -> str:
    """Encrypt a secret for one place, such as "channel:7:secrets"."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, secret.encode(), place.encode())
    return f"v1.{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, place: str) -> str:
    """Decrypt a secret of that very place. Raise VaultLocked when no key fits."""
    try:
        _version, key_id, data = sealed.split(".", 2)
        raw = base64.urlsafe_b64decode(data)
        return AESGCM(_keys()[key_id]).decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise VaultLocked from error


def is_sealed_with_first_key(sealed: str) -> bool:
    """Say whether a sealed secret needs no rotation."""
    return sealed.split(".", 2)[1] == next(iter(_keys()))


@cache
def _keys() -> dict[str, bytes]:
    """Read the keys, newest first: lines or commas of "<id>:<32 bytes in base64>"."""
    text = settings.VAULT_KEYS or _read_or_make_key_file()
    pairs = (line.split(":", 1) for line in text.replace(",", "\n").split() if line)
    return {key_id: base64.b64decode(data) for key_id, data in pairs}


def _read_or_make_key_file() -> str:
    path = settings.VAULT_KEY_FILE
    if not path.exists():
        line = f"{secrets.token_hex(4)}:{base64.b64encode(os.urandom(32)).decode()}\n"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    return str(path.read_text())
