"""Programs that come with a token, as a test has them: in this process, without a network."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from allears.foundation.tokens.actions import make_api_token
from allears.foundation.workspaces.models import Member


@dataclass
class Program:
    """Speaks to /api/v1 with a token."""

    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request; a body is sent as JSON, headers are named with underscores."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return self.client.generic(method, f"/api/v1{path}", headers=given, **_encoded(more))

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read something."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Write something."""
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """Change something."""
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """Take something back."""
        return self.ask("DELETE", path, **headers)


def program_of(member: Member) -> Program:
    """Let a program act as a member."""
    return Program(make_api_token(member, "Test", None)[1])


def _encoded(more: dict[str, Any]) -> dict[str, Any]:
    import json

    if "data" in more and not isinstance(more["data"], bytes):
        more["data"] = json.dumps(more["data"]).encode()
    return more
