"""A service that speaks as OpenAI does: it says what it is told to say, and keeps what it was asked."""

import json
from typing import Any

from tests.networks.faults import Asked, FakeNetwork, Reply, answers

KEY = "sk-lantern-0001"
MODEL = "small-1"


class FakeModel(FakeNetwork):
    """`says` is what it answers, in turn, the last one for ever; `usage` what it says that cost."""

    def __init__(self, *says: str) -> None:
        super().__init__()
        self.says = list(says) or ["It is on its way."]
        self.usage: dict[str, Any] | None = {"prompt_tokens": 120, "completion_tokens": 30}
        self.ended = "stop"
        self.takes_only_completion_tokens = False

    @property
    def address(self) -> str:
        return f"{self.url}/v1"

    @property
    def prompts(self) -> list[str]:
        """All that it was told, each request as one text."""
        return ["\n".join(one["content"] for one in asked.json()["messages"]) for asked in self.asked]

    @answers("POST", "/v1/chat/completions")
    def complete(self, asked: Asked) -> Reply:
        wanted = asked.json()
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return self.revoked(asked)
        if wanted["model"] != MODEL:
            return Reply.json({"error": {"message": f"The model {wanted['model']} does not exist"}}, 404)
        if self.takes_only_completion_tokens and "max_tokens" in wanted:
            why = "Unsupported parameter: use max_completion_tokens instead."
            return Reply.json({"error": {"message": why}}, 400)
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        choice = {"index": 0, "finish_reason": self.ended, "message": {"role": "assistant", "content": said}}
        told = {"id": "c1", "object": "chat.completion", "model": MODEL, "choices": [choice]}
        return Reply.json(told | ({"usage": self.usage} if self.usage else {}))

    def revoked(self, _asked: Asked) -> Reply:
        return Reply.json(
            {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, 401
        )


def says_data(asked: Asked) -> Any:
    """Return the data of a request: what stands in its last message."""
    return json.loads(asked.json()["messages"][-1]["content"])
