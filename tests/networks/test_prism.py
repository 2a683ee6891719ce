"""Prism objects to what the description does not allow, and to nothing else."""

import json
from pathlib import Path

import httpx
import pytest

from tests.networks.faults import Asked, FakeNetwork, Reply, answers
from tests.networks.prism import judged

pytestmark = pytest.mark.slow

NOTE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
DESCRIPTION = {
    "openapi": "3.0.3",
    "info": {"title": "Wall", "version": "1"},
    "servers": [{"url": "https://wall.example/v2"}],
    "paths": {
        "/notes": {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": NOTE}}},
                "responses": {"201": {"description": "Kept"}},
            }
        }
    },
}


class FakeWall(FakeNetwork):
    @answers("POST", "/notes")
    def add(self, asked: Asked) -> Reply:
        return Reply(status=201)


def test_prism_tells_right_from_wrong(tmp_path: Path) -> None:
    description = tmp_path / "wall.json"
    description.write_text(json.dumps(DESCRIPTION))
    with FakeWall() as fake, judged(fake, description) as judge:
        httpx.post(f"{judge.url}/notes", json={"text": "Hello"})
        assert judge.violations == []
        assert [it.json() for it in fake.asked] == [{"text": "Hello"}]
        httpx.post(f"{judge.url}/notes", json={"words": "Hello"})
        assert judge.of_requests() == [
            "POST /notes (201) request.body: Request body must have required property 'text'"
        ]
