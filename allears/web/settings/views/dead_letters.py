"""What could not be read: look at it, have it read again, or say that there is nothing to do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allears.pipeline.channels.queries import channels_of
from allears.pipeline.intake.actions import replay_dead_letter, settle_dead_letter
from allears.pipeline.intake.errors import EnvelopeGone
from allears.pipeline.intake.queries import dead_letters, get_visible_dead_letter
from allears.web.doors import MemberRequest, for_leads
from allears.web.settings.bytes_shown import headers_in, show_as_hex, show_as_text
from allears.web.settings.forms import SettleForm

PAGE = 50


@require_GET
@for_leads
def list_dead_letters(request: MemberRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    letters = dead_letters(request.member, int(before) if before.isdecimal() else None, PAGE + 1)
    older = f"?before={letters[PAGE - 1].envelope_id}" if len(letters) > PAGE else ""
    context = {
        "letters": letters[:PAGE],
        "names": {channel.id: channel.name for channel in channels_of(request.member)},
        "newest_url": reverse("dead_letters") if before else "",
        "older_url": older,
    }
    return render(request, "settings/dead_letters.html", context)


@require_GET
@for_leads
def show_dead_letter(request: MemberRequest, envelope_id: int) -> HttpResponse:
    return _show(request, envelope_id)


@require_GET
@for_leads
def download(request: MemberRequest, envelope_id: int) -> HttpResponse:
    letter = get_visible_dead_letter(request.member, envelope_id)
    if letter.envelope is None:
        raise EnvelopeGone
    response = HttpResponse(bytes(letter.envelope.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="envelope-{envelope_id}.bin"'
    return response


@require_POST
@for_leads
def replay(request: MemberRequest, envelope_id: int) -> HttpResponse:
    letter = get_visible_dead_letter(request.member, envelope_id)
    replay_dead_letter(letter.ending.envelope_id, request.member.workspace_id, request.member)
    messages.success(request, _("It is being read again. If it still can't be, it comes back here."))
    return redirect("dead_letters")


@require_POST
@for_leads
def settle(request: MemberRequest, envelope_id: int) -> HttpResponse:
    letter = get_visible_dead_letter(request.member, envelope_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _show(request, envelope_id, form)
    reason = form.cleaned_data["reason"]
    settle_dead_letter(letter.ending.envelope_id, request.member.workspace_id, reason, request.member)
    messages.success(request, _("Settled. It stays in the ledger, with your reason."))
    return redirect("dead_letters")


def _show(request: MemberRequest, envelope_id: int, form: SettleForm | None = None) -> HttpResponse:
    letter = get_visible_dead_letter(request.member, envelope_id)
    is_hex = request.GET.get("as") == "hex"
    envelope = letter.envelope
    body = bytes(envelope.body) if envelope else b""
    names = {channel.id: channel.name for channel in channels_of(request.member)}
    context = {
        "ending": letter.ending,
        "envelope": envelope,
        "channel_name": names.get(letter.ending.channel_id, ""),
        "headers": headers_in(envelope.headers) if envelope else {},
        "size": len(body),
        "shown": show_as_hex(body) if is_hex else show_as_text(body),
        "is_hex": is_hex,
        "form": form or SettleForm(),
    }
    return render(request, "settings/dead_letter.html", context, status=422 if form else 200)
