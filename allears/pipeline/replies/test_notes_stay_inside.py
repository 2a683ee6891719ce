"""A note can't leave (scar 13): whatever members do in whatever order, no note's words reach a network."""

import ast
import re
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import allears
from allears.connectors.errors import Refused, Unknown, Unreachable
from allears.foundation.errors import AllEarsError
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Conversation, Note
from allears.pipeline.replies.actions.deciding import decide_unknown_dispatch, edit_dispatch, retry_dispatch
from allears.pipeline.replies.actions.drafting import add_draft_file, save_draft
from allears.pipeline.replies.actions.queueing import undo_reply
from allears.pipeline.replies.actions.sending import look_up_unknown
from allears.pipeline.replies.models import Dispatch, Draft
from tests.fake_network import said

SECRET = "between us"
PACKAGE = Path(allears.__file__).parent
DEEDS = """note, note draft, note file, to note, reply draft, reply, reply from draft, undo, send, fail, retry,
edit, decide, look up, customer, join, solve"""
deeds = some.lists(some.sampled_from(re.split(r",\s", DEEDS)), min_size=3, max_size=14)


class Desk:
    """A member who does one thing after another; every word meant for colleagues holds the secret."""

    def __init__(self, network, deliver, agent):
        self.network, self.deliver, self.agent = network, deliver, agent
        self.count = 0

    def do(self, deed):
        self.count += 1
        try:
            with transaction.atomic():
                getattr(self, deed.replace(" ", "_"))()
        except AllEarsError:
            return

    @property
    def conversation(self):
        return Conversation.objects.order_by("id")[0]

    def dispatches(self, *states):
        return Dispatch.objects.filter(state__in=states).order_by("id")

    def note(self):
        write_note(self.conversation, f"{SECRET} @Ada {self.count}", self.agent)

    def note_draft(self):
        save_draft(self.agent, self.conversation, "note", f"{SECRET} {self.count}")

    def note_file(self):
        add_draft_file(self.agent, self.conversation, "note", f"{SECRET}.txt", "text/plain", SECRET.encode())

    def to_note(self):
        for draft in Draft.objects.filter(kind="note"):
            write_note(self.conversation, draft.text or SECRET, self.agent)

    def reply_draft(self):
        save_draft(self.agent, self.conversation, "reply", f"to you {self.count}")

    def reply(self):
        reply(self.conversation, self.agent, f"to you {self.count}")

    def reply_from_draft(self):
        for draft in Draft.objects.filter(kind="reply"):
            reply(self.conversation, self.agent, draft.text, files=list(draft.files.all()))

    def undo(self):
        for dispatch in self.dispatches("held"):
            undo_reply(self.agent, dispatch)

    def send(self):
        send_everything()

    def fail(self):
        self.network.answers = [(Refused(), Unknown(), Unreachable())[self.count % 3]]
        send_everything()
        self.network.answers = []

    def retry(self):
        for dispatch in self.dispatches("refused", "waiting"):
            retry_dispatch(self.agent, dispatch)

    def edit(self):
        for dispatch in self.dispatches("refused", "waiting"):
            edit_dispatch(self.agent, dispatch)

    def decide(self):
        for dispatch in self.dispatches("unknown"):
            decide_unknown_dispatch(self.agent, dispatch, was_sent=False)

    def look_up(self):
        look_up_unknown()

    def customer(self):
        self.deliver(said(f"c{self.count}"))

    def join(self):
        self.deliver(said(f"j{self.count}", references=("first", f"c{self.count - 1}", f"c{self.count - 2}")))

    def solve(self):
        set_status(self.conversation.id, "solved", self.agent, SECRET)


@pytest.mark.django_db(databases="__all__")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds)
def test_no_order_of_deeds_lets_a_note_out(network, deliver, agent, done):
    network.sent.clear()
    network.answers.clear()
    with transaction.atomic():
        desk = Desk(network, deliver, agent)
        deliver(said("first"))
        write_note(only_conversation(), f"{SECRET} from the start", agent)
        for deed in [*done, "reply", "send"]:
            desk.do(deed)

        assert Note.objects.exists()
        assert network.sent
        assert not [one for one in network.sent if SECRET in repr(one)]
        transaction.set_rollback(True)


def names_in(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield ("", node.attr)


def test_nothing_on_the_way_out_knows_what_a_note_is():
    """Neither replies nor connectors name the table of notes, its actions, or the way back to it."""
    forbidden = {"Note", "CallIn", "Mention", "write_note", "notes", "note_set"}
    files = [
        path
        for room in ("pipeline/replies", "connectors")
        for path in (PACKAGE / room).rglob("*.py")
        if "test" not in path.name and "tests" not in path.parts
    ]
    assert len(files) > 30

    found = [(path.name, name) for path in files for _, name in names_in(path) if name in forbidden]
    modules = [
        (path.name, module) for path in files for module, _ in names_in(path) if module.endswith("notes")
    ]

    assert found == []
    assert modules == []


def test_the_rule_above_would_notice(tmp_path):
    path = tmp_path / "leak.py"
    path.write_text("from allears.pipeline.conversations.models import Note\nconversation.notes.all()\n")

    assert {name for _, name in names_in(path)} >= {"Note", "notes"}
