"""Tokens that let someone in: 256 random bits, of which only the SHA-256 is kept."""

import hashlib
import secrets

from django.conf import settings


def make_token() -> str:
    """Make a token of 256 random bits that fits into an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is kept of a token or a session key: its SHA-256, 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_link(token: str) -> str:
    """Return the address that accepts an invitation."""
    return f"{settings.BASE_URL}/invitations/{token}/"


def reset_link(token: str) -> str:
    """Return the address that sets a new password."""
    return f"{settings.BASE_URL}/password/{token}/"
