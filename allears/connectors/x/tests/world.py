"""Who and what the tests of X share."""

from datetime import UTC, datetime
from pathlib import Path

from allears.connectors.account import Account
from allears.connectors.interface import Delivery, Nothing
from allears.connectors.x import CONNECTOR

US, MIA, TOM, RIN, LEA = (
    "1790000000000000001",
    "2200000000000000002",
    "2300000000000000003",
    "2400000000000000004",
    "2500000000000000005",
)
AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
PAYLOADS = Path(__file__).parent.parent / "payloads"
SECRET = "brook-and-willow"


def account(web=None, *, door="", since=None, meter=None, secrets=None, **settings):
    """Our account, connected by the four keys."""
    keys = {
        "consumer_secret": SECRET,
        "access_token": "at",
        "access_token_secret": "ats",
        "bearer_token": "app",
    }
    return Account(
        channel_id=1,
        name="Lumen on X",
        settings={"account_id": US, "handle": "@lumenkettles", "consumer_key": "ck", **settings},
        secrets=keys if secrets is None else secrets,
        web=web,
        door=door,
        since=since,
        meter=meter,
        may_reach_private_addresses=True,
    )


def payload(name):
    return (PAYLOADS / f"{name}.json").read_bytes()


def delivery(body):
    return Delivery(body=body, received_at=AT)


def heard(body, **settings):
    """All records and reasons that a delivery or page holds, piece by piece."""
    pieces = (
        CONNECTOR.cut(body) if b'"meta"' in body or b'"errors"' in body else CONNECTOR.split(delivery(body))
    )
    read = [CONNECTOR.read(delivery(piece.body), account(**settings)) for piece in pieces]
    return [one for answer in read for one in ([answer] if isinstance(answer, Nothing) else answer)]


def one(name, **settings):
    """The only record of a payload."""
    (record,) = heard(payload(name), **settings)
    return record
