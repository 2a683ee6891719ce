"""A secret that was just made waits, sealed, in the session of who made it, and is shown once."""

from django.contrib.sessions.backends.base import SessionBase

from allears.foundation.vault import seal, unseal


def keep_secret(session: SessionBase, place: int | str, secret: str) -> None:
    """Keep a new secret of a channel (by its id), or of another thing by name, until its page is shown."""
    session[_name(place)] = seal(secret, _name(place))


def take_secret(session: SessionBase, place: int | str) -> str:
    """Return the secret the first time, "" ever after."""
    sealed = session.pop(_name(place), "")
    return unseal(sealed, _name(place)) if sealed else ""


def _name(place: int | str) -> str:
    return f"secret-of-channel:{place}"
