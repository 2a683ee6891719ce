import pytest

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.workspaces.actions import change_team, create_team, delete_team, set_team_members
from allears.foundation.workspaces.errors import NameTaken, TeamIsPrivate
from allears.foundation.workspaces.models import Team
from allears.foundation.workspaces.queries import (
    get_visible_team,
    hidden_team_ids,
    teams_of,
    teams_with_members,
)


def test_a_team_has_the_members_it_was_given_and_none_from_elsewhere(owner, agent, stranger):
    team = create_team(owner, "Billing")
    set_team_members(owner, team, [agent.id, stranger.id, 999])
    assert list(team.members.all()) == [agent]
    set_team_members(owner, team, [owner.id])
    assert list(team.members.all()) == [owner]


def test_names_of_teams_differ_in_more_than_case(owner, stranger):
    create_team(owner, "Billing")
    with pytest.raises(NameTaken):
        create_team(owner, "BILLING")
    assert create_team(stranger, "Billing").name == "Billing"


def test_a_private_team_is_hidden_from_who_does_not_belong(owner, agent):
    team = create_team(owner, "Legal", is_private=True)
    assert (hidden_team_ids(agent), hidden_team_ids(owner)) == ([team.id], [])
    with pytest.raises(NotVisible):
        get_visible_team(agent, team.id)
    set_team_members(owner, team, [agent.id])
    assert (hidden_team_ids(agent), list(teams_of(agent))) == ([], [team])


def test_a_private_team_is_opened_before_it_is_deleted(owner):
    team = create_team(owner, "Legal", is_private=True)
    with pytest.raises(TeamIsPrivate):
        delete_team(owner, team)
    change_team(owner, team, "Legal", is_private=False)
    delete_team(owner, team)
    assert not Team.objects.exists()


def test_only_administrators_shape_teams_and_only_their_own(owner, agent, stranger):
    team = create_team(owner, "Billing")
    with pytest.raises(NotAllowed):
        create_team(agent, "Mine")
    with pytest.raises(NotVisible):
        get_visible_team(stranger, team.id)


def test_listing_teams_costs_the_same_for_one_and_three(owner, agent, django_assert_num_queries):
    for count in (1, 3):
        while Team.objects.count() < count:
            set_team_members(owner, create_team(owner, f"Team {Team.objects.count()}"), [agent.id])
        with django_assert_num_queries(2):
            assert [len(team.active_members) for team in teams_with_members(owner)] == [1] * count
