"""Teams: made, renamed, opened or closed, and who belongs to them."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.errors import NameTaken, TeamIsPrivate
from allears.foundation.workspaces.models import Member, Team, TeamMember
from allears.foundation.workspaces.queries import active_members_of


@transaction.atomic
def create_team(by: Member, name: str, *, is_private: bool = False) -> Team:
    """Create a team. Raise NameTaken."""
    _check_may(by)
    team = Team(workspace_id=by.workspace_id, name=name.strip(), is_private=is_private)
    _save(team)
    record_event("team.created", by.workspace_id, by, f"team:{team.id}", name=team.name, private=is_private)
    return team


@transaction.atomic
def change_team(by: Member, team: Team, name: str, *, is_private: bool) -> None:
    """Rename a team, and say whether what it handles is private. Raise NameTaken."""
    _check_may(by)
    team.name, team.is_private = name.strip(), is_private
    _save(team)
    record_event("team.changed", by.workspace_id, by, f"team:{team.id}", name=team.name, private=is_private)


@transaction.atomic
def set_team_members(by: Member, team: Team, member_ids: Collection[int]) -> None:
    """Let exactly these active members of the workspace make up a team."""
    _check_may(by)
    wanted = set(active_members_of(by.workspace_id).filter(id__in=member_ids).values_list("id", flat=True))
    present = set(TeamMember.objects.filter(team=team).values_list("member_id", flat=True))
    TeamMember.objects.filter(team=team, member_id__in=present - wanted).delete()
    TeamMember.objects.bulk_create(
        [TeamMember(team=team, member_id=member_id) for member_id in sorted(wanted - present)]
    )
    facts = {"name": team.name, "added": sorted(wanted - present), "removed": sorted(present - wanted)}
    for member_id in sorted(present - wanted) if team.is_private else ():
        put_job("release_hidden_conversations", key=f"member:{member_id}", member_id=member_id)
    if wanted != present:
        record_event("team.members_changed", by.workspace_id, by, f"team:{team.id}", **facts)


@transaction.atomic
def delete_team(by: Member, team: Team) -> None:
    """Delete an open team; what it handled goes back to everyone. Raise TeamIsPrivate."""
    _check_may(by)
    if team.is_private:
        raise TeamIsPrivate
    record_event("team.deleted", by.workspace_id, by, f"team:{team.id}", name=team.name)
    team.delete()


def _check_may(by: Member) -> None:
    if not by.may_administer:
        raise NotAllowed


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise NameTaken from error
