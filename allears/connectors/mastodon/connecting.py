"""Connect an account: what a person enters, what they do on the instance, and what is tried."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from allears.connectors.errors import ConnectorError, Refused
from allears.connectors.interface import Account, Check, Field, Post, Step
from allears.connectors.json_values import Json, id_in, number_in, object_in, text_in
from allears.connectors.mastodon.client import GONE, Client, base_of
from allears.connectors.mastodon.statuses import post_of
from allears.connectors.words import mark

SCOPES = (
    "read:accounts",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write:favourites",
    "write:media",
    "write:statuses",
)
FIELDS = (
    Field(
        name="instance", label=mark("Server"), help=mark("Where the account lives, such as mastodon.social.")
    ),
    Field(name="token", label=mark("Access token"), is_secret=True),
    Field(
        name="words",
        label=mark("Also hear posts with these words"),
        help=mark("Words and #hashtags, with commas between them. Only what this server knows of is found."),
        is_required=False,
    ),
)
GUIDE = (
    Step(text=mark("Sign in on your server with the account that customers write to.")),
    Step(text=mark("Open Preferences, Development, and make a new application. Any name will do.")),
    Step(text=mark("Tick these permissions and no others:"), words=SCOPES),
    Step(text=mark("Save it, open it again, and copy what stands under Your access token.")),
    Step(text=mark("Enter the server and the token here. Nothing has to be reachable from outside.")),
)
ACCOUNT, PERMISSIONS, SERVER, STREAM = (
    mark("Account"),
    mark("Permissions"),
    mark("Server"),
    mark("Live stream"),
)
IS_THERE = mark("The token belongs to %(handle)s.")
HAS_ALL = mark("The token has all the permissions that are needed.")
LACKS = mark("The token lacks %(missing)s.")
MAKE_ANOTHER = mark("Make another application with all permissions that the steps name, and enter its token.")
CANT_TELL = mark(
    "The server does not say which permissions the token has. What is missing shows when it is needed."
)
TAKES = mark("%(server)s takes %(characters)s characters and %(files)s files in a post.")
STREAMS = mark("New posts arrive at once.")
NO_STREAM = mark("There is no live stream, so new posts are looked for every minute.")


def address_of(settings: Mapping[str, str]) -> str:
    """Give the full name of the account, or the server as long as it is not known."""
    return settings.get("handle", "") or settings.get("instance", "")


def find_out(account: Account) -> dict[str, str]:
    """Ask who we are and what the instance allows."""
    client = Client(account)
    us = client.ask("/api/v1/accounts/verify_credentials")
    found = {"account_id": id_in(us, "id"), "handle": _full_name(us, client.base)}
    return {name: value for name, value in {**found, **_limits(_instance(client))}.items() if value}


def _full_name(us: object, base: str) -> str:
    acct = text_in(us, "acct") or text_in(us, "username")
    # The url of the profile has the domain people know, which may differ from the server's address.
    host = urlsplit(text_in(us, "url")).netloc or urlsplit(base).netloc
    return f"@{acct}" if "@" in acct else f"@{acct}@{host}"


def _instance(client: Client) -> Json:
    try:
        found = client.ask("/api/v2/instance")
    except Refused:
        found = client.ask("/api/v1/instance")
    return found if isinstance(found, dict) else {}


def _limits(instance: Json) -> dict[str, str]:
    configuration = object_in(instance, "configuration")
    statuses, media = object_in(configuration, "statuses"), object_in(configuration, "media_attachments")
    streaming = text_in(object_in(configuration, "urls"), "streaming") or text_in(
        object_in(instance, "urls"), "streaming_api"
    )
    numbers = {
        "characters": number_in(statuses, "max_characters"),
        "files": number_in(statuses, "max_media_attachments"),
        "largest_file": number_in(media, "image_size_limit"),
    }
    types = media.get("supported_mime_types")
    names = [one for one in types if isinstance(one, str)] if isinstance(types, list) else []
    return {
        **{name: str(value) for name, value in numbers.items() if value},
        "file_types": " ".join(names),
        "streaming_url": _http(streaming),
        "version": text_in(instance, "version")[:60],
    }


def _http(url: str) -> str:
    """Give the address of the stream for plain HTTP; it is named for web sockets."""
    parts = urlsplit(url)
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc}" if parts.netloc and scheme in {"http", "https"} else ""


def check_account(account: Account) -> list[Check]:
    """Try the token, its permissions, the server and the stream."""
    try:
        found = find_out(account)
    except ConnectorError as error:
        return [
            Check(name=ACCOUNT, is_good=False, message=error.detail, facts=error.facts, advice=MAKE_ANOTHER)
        ]
    server = urlsplit(base_of(account.settings)).netloc
    limits = {
        "server": server,
        "characters": found.get("characters", "500"),
        "files": found.get("files", "4"),
    }
    return [
        Check(name=ACCOUNT, is_good=True, message=IS_THERE, facts={"handle": found.get("handle", "")}),
        _check_permissions(Client(account)),
        Check(name=SERVER, is_good=True, message=TAKES, facts=limits),
        _check_stream(account, found),
    ]


def _check_permissions(client: Client) -> Check:
    try:
        client.ask("/api/v1/notifications", {"limit": "1"})
    except ConnectorError as error:
        return Check(
            name=PERMISSIONS, is_good=False, message=error.detail, facts=error.facts, advice=MAKE_ANOTHER
        )
    try:
        app = client.ask("/api/v1/apps/verify_credentials")
    except ConnectorError:
        app = {}
    scopes = app.get("scopes") if isinstance(app, dict) else None
    if not isinstance(scopes, list) or not scopes:
        return Check(name=PERMISSIONS, is_good=True, message=CANT_TELL)
    missing = [one for one in SCOPES if one not in scopes and one.split(":")[0] not in scopes]
    if missing:
        facts = {"missing": ", ".join(missing)}
        return Check(name=PERMISSIONS, is_good=False, message=LACKS, facts=facts, advice=MAKE_ANOTHER)
    return Check(name=PERMISSIONS, is_good=True, message=HAS_ALL)


def _check_stream(account: Account, found: Mapping[str, str]) -> Check:
    client = Client(account)
    base = found.get("streaming_url") or client.base
    try:
        is_well = client.web.get(f"{base}/api/v1/streaming/health").status_code == 200
    except ConnectorError:
        is_well = False
    return Check(name=STREAM, is_good=True, message=STREAMS if is_well else NO_STREAM)


def see_status(post_id: str, account: Account) -> Post | None:
    """Ask for a status as it stands now."""
    try:
        status = Client(account).ask(f"/api/v1/statuses/{quote(post_id, safe='')}")
    except Refused as error:
        if error.detail == GONE:
            return None
        raise
    return post_of(status, account.settings.get("account_id", "")) if isinstance(status, dict) else None
