"""The ledger: who did what, when."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from allears.foundation.events.queries import Event, ledger_of
from allears.foundation.workspaces.queries import Member, members_of
from allears.pipeline.channels.queries import channels_of
from allears.pipeline.conversations.queries.queue import visible_ids
from allears.web.doors import MemberRequest, for_leads
from allears.web.settings.forms import LedgerForm
from allears.web.settings.ledger_words import GROUPS, WORDS, details_of

PAGE = 50


@require_GET
@for_leads
def show_ledger(request: MemberRequest) -> HttpResponse:
    members = list(members_of(request.member))
    form = LedgerForm(GROUPS, members, request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    filters = {name: chosen[name] for name in ("kind", "by") if chosen.get(name) not in {None, ""}}
    before = request.GET.get("before", "")
    events = ledger_of(
        request.member.workspace_id,
        **filters,
        before=int(before) if before.isdecimal() else None,
        size=PAGE + 1,
    )
    older = f"?{urlencode({**filters, 'before': events[PAGE - 1].id})}" if len(events) > PAGE else ""
    context = {
        "form": form,
        "rows": _rows(request.member, events[:PAGE]),
        "names": {member.id: member.name for member in members},
        "is_filtered": bool(filters),
        "newest_url": f"?{urlencode(filters)}" if before else "",
        "older_url": older,
    }
    return render(request, "settings/ledger.html", context)


def _rows(member: Member, events: list[Event]) -> list[tuple[Event, str | Promise, str]]:
    """Pair each event that the member may know of with its word and its details."""
    visible = visible_ids(member, [one.conversation for one in events if one.conversation])
    channels = {channel.id: channel.name for channel in channels_of(member)}
    return [
        (one, WORDS.get(one.kind, one.kind), _details_of(one, channels))
        for one in events
        if one.conversation is None or one.conversation in visible
    ]


def _details_of(event: Event, channels: dict[int, str]) -> str:
    facts = {"name": channels.get(event.channel or 0, ""), **event.facts}
    return details_of(facts)
