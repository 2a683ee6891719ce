"""Who and what there is, what happened, and whether it adds up."""

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.queries import Event, last_event_id_of, settled_events
from allears.foundation.workspaces.queries import (
    Member,
    brands_of,
    hours_of,
    members_of,
    teams_of,
    teams_with_members,
)
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.channels.queries import channels_of, hidden_channel_ids
from allears.pipeline.conversations.queries.queue import visible_ids
from allears.pipeline.conversations.queries.tags import used_tags
from allears.web.api.door import ApiRequest
from allears.web.api.shapes import workspace as shapes
from allears.web.api.shapes.conversations import TagList
from allears.web.api.telling import tell_tag
from allears.web.api.writing import answer

router = Router(tags=["Workspace"])


@router.get("/me", response=shapes.Me, summary="Who am I?")
def read_me(request: ApiRequest) -> HttpResponse:
    """Say for whom the token stands, and what they may do: a good first request."""
    member, token = request.member, request.token
    return answer(
        {
            "member_id": member.id,
            "name": member.name,
            "email": member.account.email,
            "role": member.role,
            "workspace": {"id": member.workspace_id, "name": member.workspace.name},
            "token": {"id": token.id, "name": token.name},
            "token_expires_at": token.expires_at,
            "newest_event_id": last_event_id_of(member.workspace_id),
        }
    )


@router.get("/members", response=shapes.MemberList, summary="List members")
def list_members(request: ApiRequest) -> HttpResponse:
    """List everyone who works here, those who left among them."""
    return _all(
        {
            "id": one.id,
            "name": one.name,
            "email": one.account.email,
            "role": one.role,
            "is_active": one.is_active,
            "teams": [{"id": team.id, "name": team.name} for team in one.teams.all()],
        }
        for one in members_of(request.member)
    )


@router.get("/teams", response=shapes.TeamList, summary="List teams")
def list_teams(request: ApiRequest) -> HttpResponse:
    """List the teams you may know of."""
    return _all(
        {
            "id": team.id,
            "name": team.name,
            "is_private": team.is_private,
            "member_ids": [member.id for member in team.active_members],  # type: ignore[attr-defined]
        }
        for team in teams_with_members(request.member)
    )


@router.get("/channels", response=shapes.ChannelList, summary="List channels")
def list_channels(request: ApiRequest) -> HttpResponse:
    """List the channels and how they are."""
    known = {team.id: team.name for team in teams_of(request.member)}
    hidden = hidden_channel_ids(request.member)
    return _all(
        {
            "id": channel.id,
            "name": channel.name,
            "kind": channel.kind,
            "address": channel.address,
            "state": channel.state,
            "trouble": _(channel.trouble) % (channel.trouble_facts or {}) if channel.trouble else "",
            "team": {"id": channel.team_id, "name": known[channel.team_id]}
            if channel.team_id in known
            else None,
            "last_heard_at": channel.last_heard_at,
            "last_sent_at": channel.last_sent_at,
        }
        for channel in channels_of(request.member)
        if channel.id not in hidden
    )


@router.get("/tags", response=TagList, summary="List tags")
def list_tags(request: ApiRequest) -> HttpResponse:
    """List the tags, and on how many conversations each stands; the most used first."""
    return _all({**tell_tag(tag), "conversations": tag.count} for tag in used_tags(request.member))


@router.get("/brands", response=shapes.BrandList, summary="List brands")
def list_brands(request: ApiRequest) -> HttpResponse:
    """List the brands of the workspace, the default one first."""
    at = now()
    return _all(
        {
            "id": brand.id,
            "name": brand.name,
            "is_default": brand.is_default,
            "language": brand.language,
            "time_zone": brand.time_zone,
            "colour": brand.colour,
            "signature": brand.signature,
            "is_open": hours_of(brand).is_open(at),
        }
        for brand in brands_of(request.member.workspace_id)
    )


@router.get("/events", response=shapes.EventList, summary="Hear what happens", tags=["Events"])
def list_events(
    request: ApiRequest,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="The id of the last event you know.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="How many to look at, at most.")] = 100,
) -> HttpResponse:
    """List what happened after an event, in order, as far as you may know of it.

    Go on with `next_after`. None is ever left out that comes later with a smaller id. Agents hear what
    happens in conversations they may see; leads and administrators hear the rest too.
    """
    events = settled_events(request.member.workspace_id, after, limit + 1)
    has_more, events = len(events) > limit, events[:limit]
    told = [_tell_event(event) for event in _known_to(request.member, events)]
    next_after = events[-1].id if events else after
    return answer({"items": told, "next_after": next_after, "has_more": has_more})


def _known_to(member: Member, events: list[Event]) -> list[Event]:
    """Keep what a member may know of: of conversations they see; the rest is for those who lead."""
    visible = visible_ids(member, {one.conversation for one in events if one.conversation})
    return [one for one in events if (one.conversation in visible if one.conversation else member.may_lead)]


def _tell_event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind,
        "at": event.at,
        "by": event.by,
        "conversation_id": event.conversation,
        "channel_id": event.channel,
        "subject": event.subject,
        "facts": event.facts,
    }


@router.get("/audit", response=shapes.Audit, summary="Prove that nothing was lost")
def read_audit(request: ApiRequest) -> HttpResponse:
    """Count whether all that was received has an outcome, anew each time; for leads and above."""
    if not request.member.may_lead:
        raise NotAllowed
    audit = audit_workspace(request.member.workspace_id)
    return answer({"is_good": audit.is_good, **audit.as_json()})


def _all(items: Any) -> HttpResponse:
    """Answer with a list that is short enough to be told whole."""
    return answer({"items": list(items), "next_cursor": None})
