"""The keys and settings of a page's channel, and the way to the Graph API that they open."""

from collections.abc import Mapping

from allears.connectors.interface import Account
from allears.connectors.meta_graph import Graph


def token_of(account: Account) -> str:
    """Return the page's token: the one that was found with the pasted one, else that itself."""
    return account.secrets.get("page_token") or account.secrets.get("token", "")


def graph_of(account: Account, token: str = "") -> Graph:
    """Open the Graph API for a page."""
    return Graph(account, token or token_of(account), account.secrets.get("app_secret", ""))


def page_of(settings: Mapping[str, str]) -> str:
    """Return the page's id as far as it is known; "me" is the page to whom a page's token belongs."""
    return settings.get("account_id") or settings.get("page_id") or "me"
