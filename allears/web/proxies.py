"""Behind proxies of ours: who really asks, and whether by https.

A proxy appends the address it was asked from to X-Forwarded-For, so with one proxy the last entry is true
and with two the one before it; whatever stands further left was written by the asker and is worth nothing.
"""

from starlette.types import ASGIApp, Receive, Scope, Send


class BehindProxies:
    """Take the asker's address and the scheme from the outermost of so many proxies of ours."""

    def __init__(self, app: ASGIApp, count: int) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as the proxies heard it."""
        if scope["type"] == "http":
            hops = _values(scope, b"x-forwarded-for")
            if len(hops) >= self._count:
                scope["client"] = (_without_port(hops[-self._count]), 0)
            schemes = _values(scope, b"x-forwarded-proto")
            if schemes and schemes[0] in {"http", "https"}:
                scope["scheme"] = schemes[0]
        await self._app(scope, receive, send)


def _values(scope: Scope, name: bytes) -> list[str]:
    found = b",".join(value for key, value in scope["headers"] if key == name).decode("latin-1")
    return [value.strip() for value in found.split(",") if value.strip()]


def _without_port(address: str) -> str:
    """Drop the port that some proxies write: 192.0.2.1:4711, [2001:db8::1]:4711."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
