"""The proof that nothing was lost: the equation, what does not add up, and every day of every channel."""

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from allears.pipeline.audit.days import AuditDay, audit_days
from allears.pipeline.audit.queries import audit_workspace
from allears.web.doors import MemberRequest, for_leads

DAYS = 30
STATES = {
    "sent": (_("Sent"), "good"),
    "held": (_("Held for undo"), ""),
    "waiting": (_("Waiting"), ""),
    "sending": (_("Being sent"), ""),
    "unknown": (_("Unknown"), "warm"),
    "refused": (_("Refused"), "hot"),
    "cancelled": (_("Taken back"), ""),
}
COLUMNS = (
    "day",
    "channel",
    "received",
    "processed",
    "dead",
    "at_source",
    "stored",
    "missing",
    "extra",
    "late",
)


@require_GET
@for_leads
def show_audit(request: MemberRequest) -> HttpResponse:
    audit = audit_workspace(request.member.workspace_id)
    states = [(label, tone, audit.dispatches.get(state, 0)) for state, (label, tone) in STATES.items()]
    context = {
        "audit": audit,
        "states": [state for state in states if state[2]],
        "days": audit_days(request.member.workspace_id, DAYS),
    }
    return render(request, "settings/audit.html", context)


@require_GET
@for_leads
def download_days(request: MemberRequest) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="nothing-lost.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    writer.writerows(_row(day) for day in audit_days(request.member.workspace_id, DAYS))
    return response


def _row(day: AuditDay) -> list[object]:
    source = day.source
    counts = (
        [source.at_source, source.stored, source.missing, source.extra, source.late] if source else [""] * 5
    )
    return [day.on, _as_text(day.channel_name), day.received, day.processed, day.dead, *counts]


def _as_text(name: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name
