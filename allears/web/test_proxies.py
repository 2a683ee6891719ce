import asyncio

import pytest

from allears.web.proxies import BehindProxies


@pytest.mark.parametrize(
    ("count", "forwarded", "asker"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(count, forwarded, asker):
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    scope = _pass_through(count, headers)
    assert (scope["client"][0], scope["scheme"]) == (asker, "https")


def test_a_strange_scheme_is_not_taken():
    assert _pass_through(1, [(b"x-forwarded-proto", b"gopher")])["scheme"] == "http"


def _pass_through(count, headers):
    scope = {"type": "http", "scheme": "http", "client": ("10.0.0.1", 5), "headers": headers}

    async def app(_scope, _receive, _send):
        pass

    asyncio.run(BehindProxies(app, count)(scope, None, None))
    return scope
