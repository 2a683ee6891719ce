"""Connect an Instagram account: find it, try what is needed, have Instagram deliver, renew the token."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from allears.connectors.errors import ConnectorError, Disconnected, Expired, Refused
from allears.connectors.instagram.keys import graph_of, is_own_login, us_of
from allears.connectors.interface import Account, Check, Tokens
from allears.connectors.meta.connecting import (
    app_token,
    check_callback,
    check_end,
    check_scopes,
    check_subscription,
    deliver_here,
    end_of,
    exchange_token,
    failed_check,
    inspect_token,
)
from allears.connectors.meta.errors import TOKEN_ENDED
from allears.connectors.meta.pages import find_page, token_of
from allears.connectors.meta.values import Json, id_in, text_in
from allears.connectors.words import mark

BY_PAGE_PERMISSIONS = (
    "pages_show_list",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_messaging",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
)
OWN_PERMISSIONS = (
    "instagram_business_basic",
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
)
FIELDS = (
    "comments",
    "live_comments",
    "mentions",
    "messages",
    "messaging_postbacks",
    "messaging_seen",
    "message_reactions",
    "message_edit",
    "messaging_handover",
    "standby",
)
PAGE_SUBSCRIPTION = ("messages",)

ACCOUNT = mark("Account")
FOUND = mark("This is the account %(handle)s.")
COMMENTS = mark("Comments and posts")
CHATS = mark("Messages")
CAN_READ = mark("They can be read.")
NO_ACCOUNT = mark("No professional Instagram account belongs to this page.")
ASK = mark("Make the token again with every permission of the list. The account must be a professional one.")
ALLOW_CHATS = mark(
    "In Instagram's settings, allow connected tools to read messages, and make the token again."
)


def find_account(account: Account) -> Mapping[str, str]:
    """Return the account's id and names, and the page through which it is reached. Raise Refused."""
    if is_own_login(account):
        node = graph_of(account).get("me", fields="id,user_id,username,name")
        told = {"account_id": id_in(node, "user_id") or id_in(node, "id")}
        return _names(node, told)
    page = find_page(account)
    known = id_in(page.node, "instagram_business_account", "id")
    if not known:
        raise Refused(NO_ACCOUNT)
    node = graph_of(account, page.token).get(known, fields="id,username,name")
    return _names(node, {"account_id": known, "page_id": page.id})


def _names(node: Json, told: Mapping[str, str]) -> Mapping[str, str]:
    found = {**told, "handle": text_in(node, "username"), "account_name": text_in(node, "name")}
    return {name: value for name, value in found.items() if value}


def check_account(account: Account) -> list[Check]:
    """Try the token, every permission, and reading what is public and private."""
    try:
        found = find_account(account)
        token = token_of(account) if is_own_login(account) else find_page(account).token
    except ConnectorError as error:
        return [failed_check(ACCOUNT, error, ASK)]
    handle = {"handle": f"@{found.get('handle', '')}"}
    checks = [Check(name=ACCOUNT, is_good=True, message=FOUND, facts=handle)]
    if not is_own_login(account):
        facts = inspect_token(account, token)
        checks += check_end(facts, can_renew=bool(app_token(account)))
        checks += check_scopes(facts, BY_PAGE_PERMISSIONS)
    node = found["account_id"] if is_own_login(account) else found["page_id"]
    asked = {"fields": "id", "limit": "1"}
    checks.append(_try(account, token, COMMENTS, f"{found['account_id']}/media", asked, ASK))
    chats = {**asked, "platform": "INSTAGRAM"}
    checks.append(_try(account, token, CHATS, f"{node}/conversations", chats, ALLOW_CHATS))
    return checks


def _try(account: Account, token: str, name: str, path: str, query: Mapping[str, str], advice: str) -> Check:
    try:
        graph_of(account, token).get(path, **query)
    except ConnectorError as error:
        return failed_check(name, error, advice)
    return Check(name=name, is_good=True, message=CAN_READ)


def subscribe_account(account: Account) -> None:
    """Have Instagram deliver what happens to this account."""
    node, token, fields = _subscribed(account)
    if not is_own_login(account):
        deliver_here(account, "instagram", FIELDS)
    graph_of(account, token).post(f"{node}/subscribed_apps", {"subscribed_fields": list(fields)})


def check_account_subscription(account: Account) -> Check:
    """Ask whether what happens to this account is delivered."""
    node, token, fields = _subscribed(account)
    apps = list(graph_of(account, token).rows(f"{node}/subscribed_apps", 5))
    found = check_subscription(account, apps, fields)
    if not found.is_good or is_own_login(account):
        return found
    return check_callback(account, "instagram") or found


def _subscribed(account: Account) -> tuple[str, str, Sequence[str]]:
    """Say which node is subscribed, with which token, to what: by a page, the page stands for its account."""
    if is_own_login(account):
        return us_of(account), token_of(account), FIELDS
    page = find_page(account)
    return page.id, page.token, PAGE_SUBSCRIPTION


def refresh_account(account: Account) -> Tokens:
    """Renew the token for another 60 days, or find the page's own, which does not end. Raise Disconnected."""
    try:
        return _renewed(account) if is_own_login(account) else _page_tokens(account)
    except (Expired, Refused) as error:
        raise Disconnected(TOKEN_ENDED, raw=error.raw) from error


def _renewed(account: Account) -> Tokens:
    token = account.secrets.get("token", "")
    graph = graph_of(account)
    try:
        answer = graph.get("/refresh_access_token", grant_type="ig_refresh_token", access_token=token)
    except Refused:
        secret = account.secrets.get("app_secret", "")
        answer = graph.get(
            "/access_token", grant_type="ig_exchange_token", client_secret=secret, access_token=token
        )
    return Tokens(secrets={"token": text_in(answer, "access_token") or token}, ends_at=end_of(answer))


def _page_tokens(account: Account) -> Tokens:
    pasted, ends_at = account.secrets.get("token") or token_of(account), None
    if app_token(account):
        pasted, ends_at = exchange_token(account, pasted)
    page = find_page(account, pasted)
    facts = inspect_token(account, page.token)
    end: datetime | None = facts.ends_at if facts.is_known else ends_at
    return Tokens(secrets={"token": pasted, "page_token": page.token}, ends_at=end)
