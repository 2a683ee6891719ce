"""Who speaks is proved: X to us, and we to X."""

import json

import pytest
from oauthlib.oauth1 import Client

from allears.connectors.errors import Unverified
from allears.connectors.interface import Asked, Delivery
from allears.connectors.x import CONNECTOR
from allears.connectors.x.signing import NEW, OLD, oauth1_header
from allears.connectors.x.tests.world import AT, account
from tests.networks.shared import channel_folder, needs_shared

KEYS = {"consumer_secret": "one", "client_secret": "two"}
BODY = b'{"a": 1}'


def signed(secret, body):
    from tests.networks.x import signature

    return signature(secret, body)


def is_taken(headers, keys=KEYS):
    try:
        CONNECTOR.verify(Delivery(body=BODY, headers=headers, received_at=AT), account(secrets=keys))
    except Unverified:
        return False
    return True


def test_a_delivery_is_signed_with_one_of_the_apps_two_secrets():
    assert is_taken({OLD: signed("one", BODY)})
    assert is_taken({NEW: signed("two", BODY)})
    assert is_taken({NEW: "sha256=wrong", OLD: signed("one", BODY)})
    assert not is_taken({OLD: signed("two", BODY)})
    assert not is_taken({OLD: signed("one", BODY + b" ")})
    assert not is_taken({OLD: "sha256=ž"})
    assert not is_taken({})
    assert not is_taken({OLD: signed("", BODY)}, keys={})


def test_the_challenge_is_answered_and_nothing_else():
    challenge = Asked(method="GET", query={"crc_token": "abc"}, headers={})
    answer = CONNECTOR.greet(challenge, account(secrets={"consumer_secret": "one"}))
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {"response_token": signed("one", b"abc")}
    newer = CONNECTOR.greet(challenge, account(secrets=KEYS))
    assert json.loads(newer.body) == {"response_token": signed("two", b"abc")}
    with pytest.raises(Unverified):
        CONNECTOR.greet(Asked(method="GET", query={}, headers={}), account())
    assert CONNECTOR.greet(Asked(method="POST", query={}, headers={}, body=b"{}"), account()) is None


@needs_shared
def test_the_vectors_of_others():
    vectors = json.loads((channel_folder("signatures") / "vectors.json").read_text())["x"]
    for vector in vectors["vectors"]:
        keys = account(secrets={"consumer_secret": vector["secret"]})
        delivery = Delivery(
            body=vector["body"].encode(), headers={vector["header"]: vector["value"]}, received_at=AT
        )
        try:
            CONNECTOR.verify(delivery, keys)
            taken = True
        except Unverified:
            taken = False
        assert taken is vector["valid"], vector
    for vector in vectors["crc"]:
        asked = Asked(method="GET", query={"crc_token": vector["crc_token"]}, headers={})
        answer = CONNECTOR.greet(asked, account(secrets={"consumer_secret": vector["secret"]}))
        assert json.loads(answer.body)["response_token"] == vector["response_token"]


@pytest.mark.parametrize(
    ("method", "url", "query"),
    [
        ("GET", "https://api.x.com/2/users/me", {}),
        (
            "GET",
            "https://api.x.com/2/tweets/search/recent",
            {"query": 'kettle OR "tea pot" ☕ -is:retweet', "a": "b&c=d+e", "max_results": "10"},
        ),
        ("POST", "https://api.x.com:8443/2/tweets", {}),
        ("DELETE", "https://api.x.com/2/tweets/1?x=ý", {}),
    ],
)
def test_the_four_keys_sign_as_another_library_does(method, url, query):
    from urllib.parse import quote, urlencode

    keys = {
        "consumer_key": "ck",
        "consumer_secret": "c/s",
        "access_token": "t-1",
        "access_token_secret": "t&s",
    }
    ours = oauth1_header(method, url, query, keys, at=1_795_000_000, nonce="abc123")
    other = Client("ck", "c/s", "t-1", "t&s", nonce="abc123", timestamp="1795000000")
    whole = quote(url, safe=":/?=&") + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    _, headers, _ = other.sign(whole, method)
    assert sorted(ours.removeprefix("OAuth ").split(", ")) == sorted(
        headers["Authorization"].removeprefix("OAuth ").split(", ")
    )
