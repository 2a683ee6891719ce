"""The keys and settings of a page's channel, and which page they are for."""

from collections.abc import Mapping

from allears.connectors.meta.pages import graph_of, token_of

__all__ = ["graph_of", "page_of", "token_of"]


def page_of(settings: Mapping[str, str]) -> str:
    """Return the page's id as far as it is known; "me" is the page to whom a page's token belongs."""
    return settings.get("account_id") or settings.get("page_id") or "me"
