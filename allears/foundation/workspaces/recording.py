"""What an account does belongs to the ledger of every workspace it is a member of."""

from typing import Any

from allears.foundation.events.actions import Happening, record_events
from allears.foundation.workspaces.models import Account
from allears.foundation.workspaces.queries import memberships_of


def record_for_account(kind: str, account: Account, **facts: Any) -> None:
    """Write one event in every workspace the account belongs to, by the member it is there."""
    record_events(
        Happening(
            kind=kind, workspace_id=one.workspace_id, by=one.id, subject=f"member:{one.id}", facts=dict(facts)
        )
        for one in memberships_of(account)
    )
