"""Begin: the first workspace and its owner, and further ones."""

from django.db import connection, transaction

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.actions.accounts import create_account
from allears.foundation.workspaces.errors import AlreadySetUp
from allears.foundation.workspaces.models import Account, Brand, Member, Role, Workspace
from allears.foundation.workspaces.queries import has_workspace

SET_UP_LOCK = 7_215_001


@transaction.atomic
def create_workspace_with_owner(
    *, workspace_name: str, name: str, email: str, password: str, language: str = "en", time_zone: str = "UTC"
) -> Member:
    """Set up All Ears: its first workspace and its owner. Raise AlreadySetUp when there is one."""
    _let_others_wait()
    if has_workspace():
        raise AlreadySetUp
    return create_workspace(
        create_account(name, email, password), workspace_name, language=language, time_zone=time_zone
    )


@transaction.atomic
def create_workspace(account: Account, name: str, *, language: str = "en", time_zone: str = "UTC") -> Member:
    """Create a workspace owned by an account, with a brand of its name, and return the owner."""
    at = now()
    workspace = Workspace.objects.create(
        name=name.strip(), language=language, time_zone=time_zone, created_at=at
    )
    owner = Member.objects.create(
        workspace=workspace, account=account, name=account.name, role=Role.OWNER, joined_at=at
    )
    Brand.objects.create(
        workspace=workspace,
        name=workspace.name,
        language=language,
        time_zone=time_zone,
        is_default=True,
        created_at=at,
    )
    record_event("workspace.created", workspace, owner, f"workspace:{workspace.id}", name=workspace.name)
    return owner


@transaction.atomic
def change_workspace(by: Member, *, name: str, language: str, time_zone: str, public_url: str = "") -> None:
    """Change a workspace's name, and the language and time zone that hold where nobody chose."""
    changes = {"name": name.strip(), "language": language, "time_zone": time_zone}
    changes["public_url"] = public_url.strip().rstrip("/")
    Workspace.objects.filter(id=by.workspace_id).update(**changes)
    record_event("workspace.changed", by.workspace_id, by, f"workspace:{by.workspace_id}", **changes)


def _let_others_wait() -> None:
    """Let one set-up at a time through; on SQLite the transaction itself does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SET_UP_LOCK])
