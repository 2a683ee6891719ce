"""Connect a page: find it behind the token, try what is needed, have Facebook deliver, renew the token."""

from collections.abc import Mapping
from datetime import datetime

from allears.connectors.errors import ConnectorError, Disconnected, Expired, Refused
from allears.connectors.facebook.keys import graph_of, token_of
from allears.connectors.interface import Account, Check, Tokens
from allears.connectors.meta.connecting import (
    app_token,
    check_callback,
    check_end,
    check_scopes,
    check_subscription,
    deliver_here,
    exchange_token,
    failed_check,
    inspect_token,
)
from allears.connectors.meta.errors import TOKEN_ENDED
from allears.connectors.meta.pages import ASK_PAGES, PAGE, Page, find_page
from allears.connectors.meta.values import id_in, text_in
from allears.connectors.words import mark

PERMISSIONS = (
    "pages_show_list",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_messaging",
)
FIELDS = (
    "feed",
    "mention",
    "ratings",
    "messages",
    "messaging_postbacks",
    "message_echoes",
    "message_reads",
    "message_deliveries",
    "message_reactions",
    "message_edits",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
)

FOUND = mark("This is the page %(page)s.")
READS = mark("Comments and posts")
READS_CHATS = mark("Messages")
CAN_READ = mark("They can be read.")


def find_out_page(account: Account) -> Mapping[str, str]:
    """Return the page's id, name and address, and the Instagram account that belongs to it."""
    page = find_page(account)
    found = {
        "account_id": page.id,
        "page_name": text_in(page.node, "name"),
        "handle": text_in(page.node, "username"),
        "url": text_in(page.node, "link"),
        "instagram_id": id_in(page.node, "instagram_business_account", "id"),
        "instagram_handle": text_in(page.node, "instagram_business_account", "username"),
    }
    return {name: value for name, value in found.items() if value}


def check_page(account: Account) -> list[Check]:
    """Try the token, every permission, and reading what is public and private."""
    try:
        page = find_page(account)
    except ConnectorError as error:
        return [failed_check(PAGE, error, ASK_PAGES)]
    checks = [Check(name=PAGE, is_good=True, message=FOUND, facts={"page": text_in(page.node, "name")})]
    facts = inspect_token(account, page.token)
    checks += check_end(facts, can_renew=bool(app_token(account)))
    checks += check_scopes(facts, PERMISSIONS)
    checks.append(_try(account, page, READS, "feed", {"fields": "id", "limit": "1"}))
    asked = {"fields": "id", "limit": "1", "platform": "MESSENGER"}
    checks.append(_try(account, page, READS_CHATS, "conversations", asked))
    return checks


def _try(account: Account, page: Page, name: str, edge: str, query: Mapping[str, str]) -> Check:
    try:
        graph_of(account, page.token).get(f"{page.id}/{edge}", **query)
    except ConnectorError as error:
        return failed_check(name, error, ASK_PAGES)
    return Check(name=name, is_good=True, message=CAN_READ)


def subscribe_page(account: Account) -> None:
    """Have Facebook deliver what happens to this page, to our door where the app's id is known."""
    page = find_page(account)
    deliver_here(account, "page", FIELDS)
    graph_of(account, page.token).post(f"{page.id}/subscribed_apps", {"subscribed_fields": list(FIELDS)})


def check_page_subscription(account: Account) -> Check:
    """Ask Facebook whether it delivers what happens to this page."""
    page = find_page(account)
    apps = list(graph_of(account, page.token).rows(f"{page.id}/subscribed_apps", 5))
    found = check_subscription(account, apps, FIELDS)
    return (found.is_good and check_callback(account, "page")) or found


def refresh_page(account: Account) -> Tokens:
    """Trade the pasted token for a long-lived one, and find the page's with it. Raise Disconnected."""
    pasted = account.secrets.get("token") or token_of(account)
    ends_at: datetime | None = None
    try:
        if app_token(account):
            pasted, ends_at = exchange_token(account, pasted)
        page = find_page(account, pasted)
        facts = inspect_token(account, page.token)
    except (Expired, Refused) as error:
        raise Disconnected(TOKEN_ENDED, raw=error.raw) from error
    return Tokens(
        secrets={"token": pasted, "page_token": page.token},
        ends_at=facts.ends_at if facts.is_known else ends_at,
    )
