"""Find out whether keys are good: what they allow, until when, and whether Meta delivers to us."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from allears.connectors.errors import ConnectorError, Refused
from allears.connectors.interface import Account, Check
from allears.connectors.meta.graph import Graph
from allears.connectors.meta.values import Json, id_in, list_in, moment_if_any, object_in, objects_in, text_in
from allears.connectors.words import mark

PERMISSION = mark("Permission %(name)s")
GIVEN = mark("The token has it.")
MISSING = mark("The token does not have it.")
ASK_FOR_IT = mark("Make the token again with %(name)s ticked, and enter it here.")
TOKEN = mark("Access token")
NEVER_ENDS = mark("It does not end by itself.")
ENDS = mark("It ends on %(day)s.")
ENDS_SOON = mark("It ends on %(day)s and can't be renewed without the app's id and secret.")
ENTER_APP = mark("Enter the app's id and secret, so that All Ears renews it by itself.")
DELIVERIES = mark("Deliveries")
ALIVE = mark("Meta delivers what happens to All Ears.")
NOT_SUBSCRIBED = mark("The account is not subscribed to the app, so Meta delivers nothing.")
FIELDS_MISSING = mark("Meta does not deliver everything: %(names)s is missing.")
SUBSCRIBE_AGAIN = mark(
    "Press \u201cSubscribe again\u201d. If that does not help, tick these fields in the app's settings."
)
ELSEWHERE = mark("The app delivers to another address than All Ears: %(address)s.")
PUT_ADDRESS = mark("Enter this channel's address in the app's settings, under Webhooks.")
NO_DOOR = mark("Meta can't reach All Ears here, so it only asks now and then.")
GIVE_ADDRESS = mark("Give All Ears a public https address, and connect again.")


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What Meta tells of a token: whom it is for, what it allows, until when. `is_known` says that it told."""

    is_known: bool = False
    scopes: frozenset[str] = field(default_factory=frozenset)
    ends_at: datetime | None = None
    kind: str = ""


def app_token(account: Account) -> str:
    """Return the app's own token; "" without the app's id."""
    app, secret = account.settings.get("app_id", ""), account.secrets.get("app_secret", "")
    return f"{app}|{secret}" if app and secret else ""


def inspect_token(account: Account, token: str) -> TokenFacts:
    """Ask what a token allows and until when. Without the app's id a token may not be asked about."""
    asking = app_token(account) or token
    graph = Graph(account, asking, account.secrets.get("app_secret", ""))
    try:
        told = object_in(graph.get("debug_token", input_token=token), "data")
    except Refused:
        return TokenFacts()
    scopes = frozenset(one for one in list_in(told, "scopes") if isinstance(one, str))
    ends = [moment_if_any(told.get(name)) for name in ("expires_at", "data_access_expires_at")]
    return TokenFacts(True, scopes, ends[0], text_in(told, "type"))


def check_scopes(facts: TokenFacts, wanted: Sequence[str]) -> list[Check]:
    """Say of each permission, by its exact name, whether the token has it."""
    return [_check_scope(name, name in facts.scopes) for name in wanted] if facts.is_known else []


def _check_scope(name: str, is_given: bool) -> Check:
    return Check(
        name=PERMISSION,
        is_good=is_given,
        message=GIVEN if is_given else MISSING,
        advice="" if is_given else ASK_FOR_IT,
        facts={"name": name},
    )


def check_end(facts: TokenFacts, *, can_renew: bool) -> list[Check]:
    """Say until when a token counts."""
    if not facts.is_known:
        return []
    if facts.ends_at is None:
        return [Check(name=TOKEN, is_good=True, message=NEVER_ENDS)]
    day = {"day": facts.ends_at.date().isoformat()}
    if can_renew:
        return [Check(name=TOKEN, is_good=True, message=ENDS, facts=day)]
    return [Check(name=TOKEN, is_good=False, message=ENDS_SOON, advice=ENTER_APP, facts=day)]


def failed_check(name: str, error: ConnectorError, advice: str = "", **facts: str) -> Check:
    """Say what did not work, in the words of the error."""
    return Check(
        name=name, is_good=False, message=error.detail, advice=advice, facts={**error.facts, **facts}
    )


def check_subscription(account: Account, apps: Iterable[Json], wanted: Sequence[str]) -> Check:
    """Say whether the account is subscribed to our app with every field, and the app delivers to our door."""
    if not account.door:
        return Check(name=DELIVERIES, is_good=False, message=NO_DOOR, advice=GIVE_ADDRESS)
    ours = account.settings.get("app_id", "")
    names = [_fields_of(app) for app in apps if not ours or id_in(app, "id") in {ours, ""}]
    if not names:
        return Check(name=DELIVERIES, is_good=False, message=NOT_SUBSCRIBED, advice=SUBSCRIBE_AGAIN)
    given = max(names, key=lambda fields: len(fields & set(wanted)))
    if missing := [name for name in wanted if name not in given]:
        told = {"names": ", ".join(missing)}
        return Check(
            name=DELIVERIES, is_good=False, message=FIELDS_MISSING, advice=SUBSCRIBE_AGAIN, facts=told
        )
    return Check(name=DELIVERIES, is_good=True, message=ALIVE)


def _fields_of(app: Json) -> set[str]:
    found = list_in(app, "subscribed_fields")
    return {one for one in found if isinstance(one, str)} | {text_in(one, "name") for one in found}


def check_callback(account: Account, about: str) -> Check | None:
    """Ask where the app delivers what is about "page" or "instagram"; None if that can't be asked or is well."""
    token = app_token(account)
    if not (token and account.door):
        return None
    graph = Graph(account, token, account.secrets["app_secret"])
    try:
        page = graph.get(f"{account.settings['app_id']}/subscriptions")
    except ConnectorError as error:
        return failed_check(DELIVERIES, error)
    rows = [row for row in objects_in(page, "data") if row.get("object") == about]
    if any(row.get("active") is not False and row.get("callback_url") == account.door for row in rows):
        return None
    address = text_in(rows[0], "callback_url") if rows else "-"
    return Check(
        name=DELIVERIES, is_good=False, message=ELSEWHERE, advice=PUT_ADDRESS, facts={"address": address}
    )


def deliver_here(account: Account, about: str, fields: Sequence[str]) -> None:
    """Have the app deliver to our door, where the app's id is known; Meta asks the door meanwhile."""
    token = app_token(account)
    if not (token and account.door):
        return
    graph = Graph(account, token, account.secrets["app_secret"])
    graph.post(
        f"{account.settings['app_id']}/subscriptions",
        {
            "object": about,
            "callback_url": account.door,
            "verify_token": account.settings.get("verify_token", ""),
            "fields": ",".join(fields),
            "include_values": True,
        },
    )


def exchange_token(account: Account, token: str) -> tuple[str, datetime | None]:
    """Trade a token for a long-lived one; return it and its end (None: it has none)."""
    graph = Graph(account, token, account.secrets.get("app_secret", ""))
    answer = graph.get(
        "oauth/access_token",
        grant_type="fb_exchange_token",
        client_id=account.settings.get("app_id", ""),
        client_secret=account.secrets.get("app_secret", ""),
        fb_exchange_token=token,
    )
    return text_in(answer, "access_token") or token, end_of(answer)


def end_of(answer: Mapping[str, object]) -> datetime | None:
    """Read in how many seconds a token ends."""
    seconds = answer.get("expires_in")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < 10**9:
        return None
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC)
