"""Examine an installation: what is well, what is not, and what to do."""

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from allears.cli.setting_up import console, fail, out, prepare

if TYPE_CHECKING:
    from allears.watch.health.findings import Finding

LAMPS = {"good": "ok  ", "warm": "SOON", "hot": "BAD "}


def examine(*, as_json: bool) -> None:
    """Print every finding; exit 1 when something needs a person now."""
    prepare()
    from allears.watch.health.queries import examine_installation

    findings = [*examine_installation(), *_files()]
    if as_json:
        out.print_json(json.dumps([_as_data(finding) for finding in findings]))
    for finding in findings if not as_json else []:
        name, message, advice = _sentences(finding)
        told = f"{message}. {advice}" if advice else message
        out.print(f"{LAMPS[finding.light]} {finding.group}: {name}: {told}", markup=False)
    if not all(finding.is_good for finding in findings):
        sys.exit(1)


def _as_data(finding: "Finding") -> dict[str, object]:
    name, message, advice = _sentences(finding)
    told = {"group": finding.group, "name": name, "light": str(finding.light), "is_good": finding.is_good}
    return {**told, "message": message, "advice": advice, "facts": dict(finding.facts)}


def _sentences(finding: "Finding") -> tuple[str, str, str]:
    """Say a finding in English; a sentence without facts may hold a bare per cent sign."""
    sentences = (finding.name, finding.message, finding.advice)
    name, message, advice = (one % finding.facts if "%(" in one else one for one in sentences)
    return name, message, advice


def _files() -> Iterator["Finding"]:
    """Read the SQLite files through: slow where they are large, so only here."""
    from django.db import connections

    from allears.watch.health.findings import Finding, Light

    for connection in connections.all():
        if connection.vendor != "sqlite":
            continue
        with connection.cursor() as cursor:
            found = cursor.execute("PRAGMA quick_check").fetchone()[0]
        yield Finding(
            group="files",
            name=f"file {connection.alias}",
            message=f"check {found}",
            light=Light.GOOD if found == "ok" else Light.HOT,
            advice="" if found == "ok" else "Put the last backup back.",
        )


def rotate_vault_key() -> None:
    """Seal what older vault keys sealed with the first one."""
    prepare()
    from allears.foundation.vault import VaultLocked
    from allears.pipeline.channels.actions import seal_channels_again
    from allears.pipeline.suggesting.actions.keeping import seal_models_again
    from allears.watch.webhooks.secrets import seal_endpoints_again

    try:
        count = seal_channels_again()
        others = seal_endpoints_again() + seal_models_again()
    except VaultLocked as error:
        fail(str(error))
    console.print(f"{count} channels were sealed again with the first vault key.")
    if others:
        console.print(f"{others} webhooks and language models, too.")


def retry_given_up() -> None:
    """Have work tried again that was given up."""
    prepare()
    from allears.foundation.work.actions import retry_parked_jobs

    console.print(f"{retry_parked_jobs()} pieces of work are tried again.")
