"""What pages call by name, so that they need not touch a table."""

from allears.foundation.events.models import Event

__all__ = ["Event"]
