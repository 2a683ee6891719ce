"""Find the connectors: every folder beside this file, and every entry point `allears.connectors`."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from allears import connectors
from allears.connectors.interface import Connector

SHARED = {"meta"}
"""Folders that no channel is made of by themselves."""


@cache
def all_connectors() -> dict[str, Connector]:
    """Return every connector by its kind."""
    folders = (
        name for _, name, is_folder in iter_modules(connectors.__path__) if is_folder and name not in SHARED
    )
    found = [import_module(f"allears.connectors.{name}").CONNECTOR for name in folders]
    found += [point.load() for point in entry_points(group="allears.connectors")]
    return {connector.kind: connector for connector in found}


def get_connector(kind: str) -> Connector:
    """Return the connector of a kind. Raise KeyError when there is none."""
    return all_connectors()[kind]
