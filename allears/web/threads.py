"""Database connections in threads that Django does not look after."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connections

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def with_connections(ask: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """Call a function that asks the database; a broken connection is dropped and asked for anew, once."""
    try:
        return ask(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return ask(*args, **kwargs)
