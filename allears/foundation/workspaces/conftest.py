"""A small workspace for the tests beside this code."""

import pytest

from allears.foundation.workspaces.actions import (
    accept_invitation_as_new,
    create_account,
    create_workspace,
    create_workspace_with_owner,
    invite_member,
)
from allears.foundation.workspaces.models import Member, Role

PASSWORD = "kettle-harbour-39"


@pytest.fixture
def owner(db) -> Member:
    return create_workspace_with_owner(
        workspace_name="Lantern", name="Ada", email="Ada@Lantern.example ", password=PASSWORD
    )


@pytest.fixture
def stranger(owner) -> Member:
    """The owner of another workspace."""
    account = create_account("Sten", "sten@elsewhere.example", PASSWORD)
    return create_workspace(account, "Elsewhere")


@pytest.fixture
def admin(owner) -> Member:
    return join(owner, Role.ADMIN, "Bela")


@pytest.fixture
def agent(owner) -> Member:
    return join(owner, Role.AGENT, "Chi")


def join(by: Member, role: str, name: str) -> Member:
    _invitation, token = invite_member(by, role)
    return accept_invitation_as_new(token, name, f"{name.lower()}@lantern.example", PASSWORD)
