"""A secret that was just made waits, sealed, in the session of who made it, and is shown once."""

from django.contrib.sessions.backends.base import SessionBase

from allears.foundation.vault import seal, unseal


def keep_secret(session: SessionBase, channel_id: int, secret: str) -> None:
    """Keep a new secret of a channel until its page is shown."""
    session[_name(channel_id)] = seal(secret, _name(channel_id))


def take_secret(session: SessionBase, channel_id: int) -> str:
    """Return the secret the first time, "" ever after."""
    sealed = session.pop(_name(channel_id), "")
    return unseal(sealed, _name(channel_id)) if sealed else ""


def _name(channel_id: int) -> str:
    return f"secret-of-channel:{channel_id}"
