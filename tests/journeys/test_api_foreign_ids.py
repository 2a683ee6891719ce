"""Every address of the API that names something is walked with what is another workspace's, or another private
team's: none may open (scar 22). The addresses come from the description, so that none is forgotten.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from functools import partial

import pytest
from django.db.models import QuerySet

from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.assigning import give_to_team
from allears.pipeline.conversations.models import Attachment, Conversation, Message, SavedView
from allears.pipeline.people.models import Customer, CustomerMerge
from allears.pipeline.replies.models import Dispatch
from allears.web.api.document import open_api, operations_in
from tests.journeys.programs import program_of
from tests.journeys.worlds import World, a_deed, a_suggestion, deliver, join, make_world, message_from
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")
PARAMETER = re.compile(r"{(\w+)}")


def first_of(rows: QuerySet, path: str, world: World) -> int:
    return rows.filter(**{path: world.owner.workspace}).earliest("id").id


# What each name in an address may stand for.
NAMED: dict[str, Callable[[World], int | str]] = {
    "conversation_id": partial(first_of, Conversation.objects.all(), "workspace"),
    "customer_id": partial(first_of, Customer.objects.all(), "workspace"),
    "view_id": partial(first_of, SavedView.objects.all(), "workspace"),
    "merge_id": partial(first_of, CustomerMerge.objects.all(), "workspace"),
    "reply_id": partial(first_of, Dispatch.objects.all(), "workspace"),
    "message_id": partial(first_of, Message.objects.all(), "workspace"),
    "question": lambda _world: "sentiment",
    "suggestion_id": lambda world: a_suggestion(world.owner.workspace_id),
    "deed_id": lambda world: a_deed(world.owner.workspace_id),
    "attachment_id": partial(first_of, Attachment.objects.all(), "message__workspace"),
}
OPERATIONS = [(verb, path) for path, verb, _operation in operations_in(open_api()) if "{" in path]
BODIES = {
    "replies": {"text": "Hello"},
    "notes": {"text": "Hello"},
    "suggestions": {"use": "summary"},
    "deeds": {"kind": "like"},
    "outcome": {"outcome": "spam"},
    "decision": {"was_sent": True},
    "corrections": {"question": "sentiment", "answer": "negative"},
    "{customer_id}": {"name": "Anna"},
}


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


def ask(program, verb, path, world):
    """Ask for what a world has there."""
    address = PARAMETER.sub(lambda found: str(NAMED[found[1]](world)), path.removeprefix("/api/v1"))
    body = BODIES.get(path.rpartition("/")[2], {}) if verb in {"post", "patch"} else None
    if path.endswith("/merges"):
        body = {"absorbed_id": NAMED["customer_id"](world)}
    response = program.ask(verb.upper(), address, body)
    if response.streaming:
        response.getvalue()
    return response.status_code


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_what_is_another_workspaces_does_not_open(verb, path, world):
    stranger = make_world("Elsewhere")
    assert ask(program_of(stranger.owner), verb, path, world) == 404
    assert ask(program_of(world.owner), verb, path, world) not in {401, 403, 404, 405, 500}


# A saved view shows each member what they may see.
OF_A_TEAM = [(verb, path) for verb, path in OPERATIONS if "{view_id}" not in path]


@pytest.mark.parametrize(("verb", "path"), OF_A_TEAM)
def test_what_is_another_private_teams_does_not_open(verb, path, world):
    team = create_team(world.owner, "Board", is_private=True)
    set_team_members(world.owner, team, [world.owner.id])
    for conversation in Conversation.objects.filter(workspace=world.owner.workspace):
        give_to_team(conversation.id, team.id, world.owner)
    outsider = join(world.owner, Role.LEAD, "lena@lantern.example")

    assert ask(program_of(outsider), verb, path, world) == 404
    assert ask(program_of(world.owner), verb, path, world) not in {401, 403, 404, 405, 500}


def test_a_view_for_everyone_shows_nobody_what_is_hidden_from_them(world):
    deliver(world.channel, message_from("Maria Petrova", "Where is my parcel?"))
    path = f"/views/{NAMED['view_id'](world)}/conversations"
    team = create_team(world.owner, "Board", is_private=True)
    set_team_members(world.owner, team, [world.owner.id])
    outsider = program_of(join(world.owner, Role.LEAD, "lena@lantern.example"))
    before = {one["id"] for one in outsider.get(path).json()["items"]}
    hidden = Conversation.objects.get(customer_name="Maria Petrova")
    give_to_team(hidden.id, team.id, world.owner)

    assert hidden.id in before
    assert {one["id"] for one in outsider.get(path).json()["items"]} == before - {hidden.id}
