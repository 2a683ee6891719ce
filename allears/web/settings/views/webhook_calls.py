"""What a webhook was told, and what it answered."""

import json
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from allears.foundation.clock import now
from allears.watch.webhooks.actions.calling import replay_call, replay_failed_calls, send_test_call
from allears.watch.webhooks.queries import get_visible_call, get_visible_endpoint
from allears.web.doors import MemberRequest, for_administrators
from allears.web.settings.bytes_shown import show_as_text
from allears.web.settings.ledger_words import WORDS
from allears.web.settings.webhook_forms import ReplayForm


@require_GET
@for_administrators
def show_call(request: MemberRequest, call_id: int) -> HttpResponse:
    call = get_visible_call(request.member, call_id)
    pretty = json.dumps(json.loads(call.payload), ensure_ascii=False, indent=2)
    context = {
        "call": call,
        "endpoint": call.endpoint,
        "word": WORDS.get(call.kind, _("Test event") if call.is_test else call.kind),
        "payload": show_as_text(pretty.encode()),
        "answer": show_as_text(call.answer.encode()),
    }
    return render(request, "settings/webhook_call.html", context)


@require_POST
@for_administrators
def replay(request: MemberRequest, call_id: int) -> HttpResponse:
    replay_call(request.member, get_visible_call(request.member, call_id))
    messages.success(request, _("It is being told once more, with the same id."))
    return redirect("webhook_call", call_id)


@require_POST
@for_administrators
def replay_failed(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_visible_endpoint(request.member, endpoint_id)
    form = ReplayForm(request.POST)
    hours = form.cleaned_data["since"] if form.is_valid() else 24
    count = replay_failed_calls(request.member, endpoint, now() - timedelta(hours=hours))
    told = ngettext("%(count)s call is made once more.", "%(count)s calls are made once more.", count)
    messages.success(request, told % {"count": count} if count else _("Nothing failed in that time."))
    return redirect("webhook", endpoint_id)


@require_POST
@for_administrators
def send_test(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    call = send_test_call(request.member, get_visible_endpoint(request.member, endpoint_id))
    return redirect("webhook_call", call.id)
