"""Connect a number: whether its keys are good, who it is, and whether WhatsApp delivers to us."""

import mimetypes
from collections.abc import Mapping
from urllib.parse import urlsplit

from allears.connectors.errors import ConnectorError, Refused, Unreachable
from allears.connectors.interface import Account, Check, File, Template
from allears.connectors.meta import graph as meta_graph
from allears.connectors.meta.connecting import (
    ALIVE,
    DELIVERIES,
    ELSEWHERE,
    GIVE_ADDRESS,
    NO_DOOR,
    NOT_SUBSCRIBED,
    SUBSCRIBE_AGAIN,
    check_scopes,
    deliver_here,
    failed_check,
    inspect_token,
)
from allears.connectors.meta.errors import error_in
from allears.connectors.meta.values import Json, id_in, objects_in, text_in
from allears.connectors.whatsapp.sending import graph_of, number_id
from allears.connectors.whatsapp.templates import template_of
from allears.connectors.words import mark

PERMISSIONS = ("whatsapp_business_messaging", "whatsapp_business_management")
ABOUT = "whatsapp_business_account"
FIELDS = (
    "messages",
    "smb_message_echoes",
    "account_update",
    "account_review_update",
    "account_alerts",
    "phone_number_quality_update",
    "phone_number_name_update",
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
    "business_username_update",
)
NUMBER_FIELDS = (
    "display_phone_number,verified_name,quality_rating,code_verification_status,platform_type,name_status"
)
LARGEST = 100 * 1024 * 1024
HOSTS = (".facebook.com", ".fbsbx.com", ".whatsapp.net", ".whatsapp.com")

NUMBER = mark("Number")
NUMBER_GOOD = mark("%(number)s, shown as %(name)s.")
NUMBER_ADVICE = mark("Copy the id of the number, not the number itself, from WhatsApp Manager.")
NOT_ON_CLOUD = mark("%(number)s is not registered with the Cloud API.")
REGISTER = mark("Register it in WhatsApp Manager; its PIN is asked for there.")
QUALITY = mark("Quality")
QUALITY_GOOD = mark("Customers are content with what this number sends.")
QUALITY_LOW = mark("Customers block or report this number (%(rating)s).")
FEWER = mark("Send fewer templates, and only to those who want them.")
BUSINESS = mark("Business account")
BUSINESS_GOOD = mark("Its templates can be read.")
BUSINESS_ADVICE = mark("Copy the id of the WhatsApp Business account from WhatsApp Manager.")
FILE_ENDED = mark("WhatsApp keeps files for 30 days; this one is gone.")
FILE_ELSEWHERE = mark("WhatsApp names an address for the file that is not its own.")


def find_out_number(account: Account) -> Mapping[str, str]:
    """Ask what must be known of our number."""
    told = _number(account)
    return {
        "account_id": number_id(account),
        "handle": text_in(told, "display_phone_number"),
        "verified_name": text_in(told, "verified_name"),
        "quality": text_in(told, "quality_rating").lower(),
    }


def _number(account: Account) -> Json:
    return graph_of(account).get(number_id(account), fields=NUMBER_FIELDS)


def check_number(account: Account) -> list[Check]:
    """Try the token, its permissions, the number and the business account."""
    try:
        facts = inspect_token(account, account.secrets.get("token", "").strip())
        told = _number(account)
    except ConnectorError as error:
        return [failed_check(NUMBER, error, NUMBER_ADVICE)]
    return [*check_scopes(facts, PERMISSIONS), *_judge_number(told), _check_business(account)]


def _judge_number(told: Json) -> list[Check]:
    number = {
        "number": text_in(told, "display_phone_number") or "?",
        "name": text_in(told, "verified_name") or "?",
    }
    if text_in(told, "platform_type") not in {"", "CLOUD_API"}:
        return [Check(name=NUMBER, is_good=False, message=NOT_ON_CLOUD, advice=REGISTER, facts=number)]
    rating = text_in(told, "quality_rating")
    is_low = rating in {"RED", "YELLOW"}
    return [
        Check(name=NUMBER, is_good=True, message=NUMBER_GOOD, facts=number),
        Check(
            name=QUALITY,
            is_good=not is_low,
            message=QUALITY_LOW if is_low else QUALITY_GOOD,
            advice=FEWER if is_low else "",
            facts={"rating": rating.lower()},
        ),
    ]


def _check_business(account: Account) -> Check:
    try:
        graph_of(account).get(f"{_waba(account)}/message_templates", limit="1")
    except ConnectorError as error:
        return failed_check(BUSINESS, error, BUSINESS_ADVICE)
    return Check(name=BUSINESS, is_good=True, message=BUSINESS_GOOD)


def _waba(account: Account) -> str:
    found = account.settings.get("waba_id", "").strip()
    if not found.isdigit():
        raise Refused(BUSINESS_ADVICE)
    return found


def subscribe_number(account: Account) -> None:
    """Have WhatsApp deliver what happens in the business account to our door."""
    deliver_here(account, ABOUT, FIELDS)
    ours = (
        {"override_callback_uri": account.door, "verify_token": account.settings.get("verify_token", "")}
        if account.door
        else {}
    )
    graph_of(account).post(f"{_waba(account)}/subscribed_apps", ours)


def check_deliveries(account: Account) -> Check:
    """Say whether the business account is subscribed to our app, and where that delivers."""
    if not account.door:
        return Check(name=DELIVERIES, is_good=False, message=NO_DOOR, advice=GIVE_ADDRESS)
    page = graph_of(account).get(f"{_waba(account)}/subscribed_apps")
    ours = account.settings.get("app_id", "")
    apps = [
        app
        for app in objects_in(page, "data")
        if not ours or id_in(app, "whatsapp_business_api_data", "id") in {ours, ""}
    ]
    if not apps:
        return Check(name=DELIVERIES, is_good=False, message=NOT_SUBSCRIBED, advice=SUBSCRIBE_AGAIN)
    addresses = [text_in(app, "override_callback_uri") for app in apps]
    if account.door in addresses or "" in addresses:
        return Check(name=DELIVERIES, is_good=True, message=ALIVE)
    return Check(
        name=DELIVERIES,
        is_good=False,
        message=ELSEWHERE,
        advice=SUBSCRIBE_AGAIN,
        facts={"address": addresses[0]},
    )


def list_templates(account: Account) -> list[Template]:
    """List the templates that WhatsApp has approved."""
    rows = graph_of(account).rows(f"{_waba(account)}/message_templates", status="APPROVED", limit="100")
    return [template_of(told) for told in rows if text_in(told, "status").upper() in {"", "APPROVED"}]


def fetch_media(remote: str, account: Account) -> File:
    """Bring a file by its id: first its address, which ends after five minutes and wants the token, then its bytes."""
    if not remote.isalnum():
        raise Refused(FILE_ENDED)
    graph = graph_of(account)
    try:
        told = graph.get(remote, phone_number_id=number_id(account))
    except Refused as error:
        raise Refused(FILE_ENDED, raw=error.raw) from error
    url = text_in(told, "url")
    if not _is_theirs(url):
        raise Refused(FILE_ELSEWHERE)
    if account.web is None:
        raise Unreachable
    response = account.web.get(url, headers={"authorization": f"Bearer {graph.token}"}, largest=LARGEST)
    if response.status_code in {404, 410}:
        raise Refused(FILE_ENDED)
    if trouble := error_in(response, writes=False):
        raise trouble
    plain = text_in(told, "mime_type").partition(";")[0].strip() or "application/octet-stream"
    name = f"file{mimetypes.guess_extension(plain) or ''}"
    return File(name=name, content_type=plain, data=response.content)


def _is_theirs(url: str) -> bool:
    """Say whether an address is one of Meta's: only there may the token go."""
    at, graph = urlsplit(url), urlsplit(meta_graph.FACEBOOK)
    is_known = at.scheme == "https" and f".{at.hostname or ''}".endswith(HOSTS)
    return is_known or (at.scheme, at.netloc) == (graph.scheme, graph.netloc)
