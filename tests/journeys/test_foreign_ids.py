"""Every address that names something is walked with another workspace's things: none may open.

New addresses are found by themselves. Where one has a new kind of parameter, say in NAMED how to find
such a thing in a world.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from allears.foundation.clock import now
from allears.foundation.tokens.models import ApiToken
from allears.foundation.workspaces.models import Brand, Invitation, SignIn, Team
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.conversations.models import (
    Attachment,
    BulkChange,
    Conversation,
    Leg,
    Message,
    Post,
    SavedView,
    Tag,
    Thread,
)
from allears.pipeline.intake.models import Ending
from allears.pipeline.people.models import Customer, CustomerMerge, CustomerNote
from allears.pipeline.replies.models import Dispatch, DraftFile, SavedReply
from allears.public.chat.models import Visitor
from allears.watch.webhooks.models import Call, Endpoint
from tests.journeys.worlds import World, a_deed, a_suggestion, browser_of, make_world
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
FIXED = {"kind": "api", "view_name": "open"}
OPEN_BY_TOKEN = {"token", "key"}
# The API has a walk of its own: test_api_foreign_ids.py.
ADDRESSES_WITHIN = {"rest"}


def mine(rows: QuerySet[Any], world: World, path: str = "workspace") -> int:
    """Find the first of these that belongs to a world."""
    return int(rows.filter(**{path: world.owner.workspace}).earliest("pk").pk)


# By the name of the parameter, and before it what the address says it is a part of, where that matters.
NAMED: dict[str, Callable[[World], int]] = {
    "workspace_id": lambda world: world.owner.workspace_id,
    "member_id": lambda world: world.agent.id,
    "brand_id": partial(mine, Brand.objects.all()),
    "token_id": lambda world: ApiToken.objects.get(member=world.agent).id,
    "team_id": partial(mine, Team.objects.all()),
    "tag_id": partial(mine, Tag.objects.all()),
    "saved_view_id": partial(mine, SavedView.objects.all()),
    "bulk_id": partial(mine, BulkChange.objects.all()),
    "channel_id": lambda world: world.channel.id,
    "invitation_id": partial(mine, Invitation.objects.filter(accepted_at=None)),
    "envelope_id": partial(mine, Ending.objects.filter(ended_as="dead")),
    "sign_in_id": lambda world: SignIn.objects.filter(account=world.owner.account).latest("id").id,
    "conversation_id": partial(mine, Conversation.objects.all()),
    "endpoint_id": partial(mine, Endpoint.objects.all()),
    "call_id": partial(mine, Call.objects.all(), path="endpoint__workspace"),
    "customer_id": partial(mine, Customer.objects.all()),
    "other_id": partial(mine, Customer.objects.all()),
    "note_id": partial(mine, CustomerNote.objects.all(), path="customer__workspace"),
    "merge_id": partial(mine, CustomerMerge.objects.all()),
    "saved_reply_id": partial(mine, SavedReply.objects.all()),
    "message_id": partial(mine, Message.objects.all()),
    "post_id": partial(mine, Post.objects.all()),
    "suggestion_id": lambda world: a_suggestion(world.owner.workspace_id),
    "deed_id": lambda world: a_deed(world.owner.workspace_id),
    "dispatch_id": partial(mine, Dispatch.objects.all()),
    "file_id": partial(mine, Attachment.objects.all(), path="message__workspace"),
    "draft/files/file_id": partial(mine, DraftFile.objects.all(), path="draft__conversation__workspace"),
}


def addresses() -> Iterator[str]:
    """Yield the route of every address that names something by its id."""
    for route in routes(get_resolver()):
        names = set(PARAMETER.findall(route))
        if names - set(FIXED) - OPEN_BY_TOKEN - ADDRESSES_WITHIN:
            yield route


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def make_both() -> tuple[World, World]:
    theirs = make_world("Elsewhere")
    let_visitor_in(theirs)
    write_under_post(theirs)
    return theirs, make_world("Lantern")


both = keep(make_both)


@pytest.mark.parametrize("route", list(addresses()))
def test_what_is_another_workspaces_does_not_open(route, both):
    theirs, ours = deepcopy(both)
    stranger, owner = browser_of(ours.owner), browser_of(theirs.owner)
    address = "/" + PARAMETER.sub(lambda found: value_of(found, theirs), route)
    refused = {method: open_it(stranger, method, address) for method in ("get", "post")}
    taken = {method: status for method, status in refused.items() if status != 405}
    assert set(taken.values()) <= {403, 404}
    assert taken
    for method in taken:
        assert open_it(owner, method, address) not in {403, 404, 405, 500}


def let_visitor_in(world: World) -> None:
    """Let the world's customer chat too, in a leg of their conversation."""
    workspace, at = world.owner.workspace, now()
    channel, _secret = add_channel(workspace, "chat", "Widget", {}, world.owner)
    thread = Thread.objects.create(
        workspace=workspace, channel=channel, external_id="v1", visibility="private"
    )
    Leg.objects.create(thread=thread, conversation_id=NAMED["conversation_id"](world))
    place = {"workspace": workspace, "channel": channel, "thread": "v1"}
    Visitor.objects.create(public_id=f"v{channel.id}", first_seen_at=at, last_seen_at=at, **place)


def write_under_post(world: World) -> None:
    """Let what the world's customer wrote stand under a public post."""
    channel = world.channel
    post = Post.objects.create(workspace_id=channel.workspace_id, channel=channel, external_id="p1")
    Message.objects.filter(channel=channel, direction="in").update(post=post)


def value_of(found: re.Match[str], world: World) -> str:
    name = found.group(1)
    if name in FIXED:
        return FIXED[name]
    before = found.string[: found.start()]
    special = [key for key in NAMED if key.endswith(f"/{name}") and before.endswith(key.removesuffix(name))]
    return str(NAMED[special[0] if special else name](world))


def open_it(browser: Client, method: str, address: str) -> int:
    browser.raise_request_exception = False
    response = getattr(browser, method)(address)
    if response.streaming:
        response.getvalue()
    return int(response.status_code)
