"""The two ways to an Instagram account, and the keys of each."""

from allears.connectors.interface import Account
from allears.connectors.meta.graph import FACEBOOK, INSTAGRAM, Graph
from allears.connectors.meta.pages import token_of

BY_FACEBOOK, BY_INSTAGRAM = "facebook", "instagram"


def is_own_login(account: Account) -> bool:
    """Say whether the account is reached by its own login, without a page."""
    return account.settings.get("login") == BY_INSTAGRAM


def graph_of(account: Account, token: str = "") -> Graph:
    """Open the Graph API for an account, at the host of its way. Only Facebook's takes a proof with each call."""
    own = is_own_login(account)
    secret = "" if own else account.secrets.get("app_secret", "")
    return Graph(account, token or token_of(account), secret, host=INSTAGRAM if own else FACEBOOK)


def us_of(account: Account) -> str:
    """Return the account's own id; "me" until it was found out."""
    return account.settings.get("account_id") or "me"


def chats_of(account: Account) -> str:
    """Return the node that holds the chats: the page, or the account itself."""
    return us_of(account) if is_own_login(account) else account.settings.get("page_id") or "me"
