"""Look at an installation: one function for each group of findings."""

from collections import Counter
from collections.abc import Callable, Iterator

from allears.watch.health.findings import Finding, Light
from allears.watch.health.flowing import look_at_channels, look_at_queues, look_at_secrets
from allears.watch.health.machine import look_at_disk, look_at_machine, look_at_versions
from allears.watch.health.running import look_at_backups, look_at_workers

__all__ = ["Finding", "Light"]

Look = Callable[[int | None], Iterator[Finding]]
GROUPS: dict[str, Look] = {
    "queues": look_at_queues,
    "channels": look_at_channels,
    "workers": look_at_workers,
    "backup": look_at_backups,
    "disk": look_at_disk,
    "machine": look_at_machine,
    "secrets": look_at_secrets,
    "versions": look_at_versions,
}


def examine_installation(workspace_id: int | None = None) -> list[Finding]:
    """Look at everything; of what belongs to somebody only at one workspace's, where one is given."""
    return [finding for look in GROUPS.values() for finding in look(workspace_id)]


def worst_light(findings: list[Finding]) -> Light:
    """Return the light of the finding that needs somebody most."""
    lights = Counter(finding.light for finding in findings)
    return next((light for light in (Light.HOT, Light.WARM) if lights[light]), Light.GOOD)
