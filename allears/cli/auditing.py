"""Prove that nothing was lost; have dead letters read again."""

import json
import sys
from typing import TYPE_CHECKING

from allears.cli.setting_up import fail, out, prepare

if TYPE_CHECKING:
    from allears.pipeline.audit.queries import Audit


def audit(workspace: str, *, as_json: bool, compare: bool) -> None:
    """Print the audit of one workspace or all; exit 1 when something does not add up."""
    prepare()
    from allears.cli.finding import find_workspace
    from allears.pipeline.audit.queries import audit_workspace

    if compare:
        from allears.housekeeping import compare_with_sources

        compare_with_sources()
    found = audit_workspace(find_workspace(workspace).id if workspace else None)
    if as_json:
        out.print_json(json.dumps(found.as_json()))
    else:
        _tell(found)
    if not found.is_good:
        sys.exit(1)


def _tell(found: "Audit") -> None:
    sign = "=" if found.envelopes == found.accounted else "≠"
    out.print(
        f"{found.envelopes} envelopes {sign} {found.processed} processed + {found.waiting} waiting"
        f" + {found.dead} dead letters"
    )
    out.print(
        f"{found.inbound_messages} inbound messages in {found.conversations} conversations,"
        f" {found.unanswered_messages} of them still waiting for an outcome"
    )
    out.print("Dispatches: " + ", ".join(f"{count} {state}" for state, count in found.dispatches.items()))
    for problem in found.problems:
        out.print(f"PROBLEM: {problem} {' '.join(problem.rows)}", markup=False)
    out.print("Everything adds up." if found.is_good else "Something does not add up.")


def replay(envelopes: list[int], *, all_dead: bool) -> None:
    """Have dead letters read again by the worker."""
    prepare()
    from allears.foundation.errors import AllEarsError
    from allears.pipeline.intake.actions import replay_dead_letter
    from allears.pipeline.intake.models import EndedAs, Ending

    dead = Ending.objects.filter(ended_as=EndedAs.DEAD)
    if not all_dead:
        dead = dead.filter(envelope_id__in=envelopes)
    rows = list(dead.values_list("envelope_id", "workspace_id"))
    unknown = set(envelopes) - {envelope_id for envelope_id, _ in rows}
    if unknown and not all_dead:
        fail(f"these are no dead letters: {', '.join(map(str, sorted(unknown)))}.")
    for envelope_id, workspace_id in rows:
        try:
            replay_dead_letter(envelope_id, workspace_id)
        except AllEarsError as error:
            out.print(f"{envelope_id}: {error}", markup=False)
    out.print(f"{len(rows)} dead letters are read again as soon as All Ears runs.")
