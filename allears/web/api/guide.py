"""The code of the guide: from a token to an answer, in the shell and in Python."""

from dataclasses import dataclass

FIND = """\
curl "$ALLEARS/api/v1/conversations?waiting=yes&sort=waiting_since&limit=1" \\
  -H "Authorization: Bearer $TOKEN"\
"""
READ = """\
curl "$ALLEARS/api/v1/conversations/1284/messages" \\
  -H "Authorization: Bearer $TOKEN"\
"""
REPLY = """\
curl "$ALLEARS/api/v1/conversations/1284/replies" \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: answer-1284-1" \\
  -d '{"text": "It left this morning.", "then": "solve", "seen_message_id": 90210}'\
"""
STATE = """\
curl "$ALLEARS/api/v1/replies/17" \\
  -H "Authorization: Bearer $TOKEN"\
"""
SCRIPT = """\
import json, os, urllib.request

def ask(method, path, body=None, key=None):
    request = urllib.request.Request(os.environ["ALLEARS"] + "/api/v1" + path, method=method)
    request.add_header("Authorization", "Bearer " + os.environ["TOKEN"])
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if key:
        request.add_header("Idempotency-Key", key)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)

waiting = ask("GET", "/conversations?waiting=yes&sort=waiting_since&limit=1")["items"]
for conversation in waiting:
    path = f"/conversations/{conversation['id']}"
    messages = ask("GET", path + "/messages?sort=newest")["items"]
    print(conversation["customer"]["name"], "wrote:", messages[0]["text"])
    answer = {
        "text": "Thank you! It left this morning.",
        "then": "solve",
        "seen_message_id": conversation["last_message_id"],
    }
    print(ask("POST", path + "/replies", answer, key=f"answer-{conversation['last_message_id']}"))\
"""


@dataclass(frozen=True, slots=True)
class Guide:
    """What is to be typed, step by step."""

    token: str
    find: str = FIND
    read: str = READ
    reply: str = REPLY
    state: str = STATE
    script: str = SCRIPT


def make_guide(address: str) -> Guide:
    """Return the guide for an installation."""
    return Guide(token=f"export ALLEARS={address}\nexport TOKEN=ae_...")
