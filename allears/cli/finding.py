"""Find the workspace and the channel a command speaks of."""

from allears.cli.setting_up import fail
from allears.foundation.workspaces.models import Workspace
from allears.pipeline.channels.models import Channel


def find_workspace(given: str) -> Workspace:
    """Find a workspace by name or id; the only one needs no name."""
    found = list(Workspace.objects.order_by("id"))
    if given:
        found = [one for one in found if given == str(one.id) or given.lower() == one.name.lower()]
    if len(found) == 1:
        return found[0]
    if not found and given:
        fail(f"there is no workspace {given!r}.")
    if not found:
        fail("there is no workspace yet. Run `setup` first.")
    return fail(
        "there are several workspaces. Say which by --workspace: " + ", ".join(one.name for one in found)
    )


def find_channel(workspace: Workspace, given: str) -> Channel:
    """Find a channel of a workspace by name or id."""
    channels = Channel.objects.filter(workspace=workspace)
    found = channels.filter(name__iexact=given).first()
    if found is None and given.isdecimal():
        found = channels.filter(id=int(given)).first()
    if found is None:
        fail(f"there is no channel {given!r}. `channel list` shows those there are.")
    return found
