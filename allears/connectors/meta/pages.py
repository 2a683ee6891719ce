"""Find the page behind a token: Messenger always speaks for one, and Instagram often does."""

from dataclasses import dataclass

from allears.connectors.errors import Refused
from allears.connectors.interface import Account
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.values import Json, id_in, text_in
from allears.connectors.words import mark

PAGE_FIELDS = "id,name,username,link,category,instagram_business_account{id,username}"
PAGE = mark("Page")
NO_PAGE = mark("With this token no page can be reached. Choose the page while making the token.")
SEVERAL = mark("This token reaches several pages: %(pages)s. Enter the id of the one that is meant.")
ASK_PAGES = mark("Make the token again with every permission of the list, and choose the page.")


def token_of(account: Account) -> str:
    """Return the page's token: the one that was found with the pasted one, else that itself."""
    return account.secrets.get("page_token") or account.secrets.get("token", "")


def graph_of(account: Account, token: str = "") -> Graph:
    """Open the Graph API for a page."""
    return Graph(account, token or token_of(account), account.secrets.get("app_secret", ""))


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the token that speaks for it."""

    node: Json
    token: str

    @property
    def id(self) -> str:
        return id_in(self.node, "id")


def find_page(account: Account, token: str = "") -> Page:
    """Find the page behind a token: its own, or the one of a person's pages that is meant. Raise Refused."""
    given = token or token_of(account)
    graph = graph_of(account, given)
    try:
        return Page(graph.get("me", fields=PAGE_FIELDS), given)
    except Refused:
        pages = list(graph.rows("me/accounts", 5, fields=f"{PAGE_FIELDS},access_token", limit="100"))
    wanted = account.settings.get("page_id", "")
    fitting = [page for page in pages if wanted in {"", id_in(page, "id")}]
    if not fitting:
        raise Refused(NO_PAGE)
    if len(fitting) > 1:
        told = ", ".join(f"{text_in(page, 'name')} ({id_in(page, 'id')})" for page in fitting[:10])
        raise Refused(SEVERAL, pages=told)
    node = {name: value for name, value in fitting[0].items() if name != "access_token"}
    return Page(node, text_in(fitting[0], "access_token") or given)
