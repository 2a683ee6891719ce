"""Webhooks: which programs are told what happens here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allears.foundation.errors import AllEarsError
from allears.watch.webhooks.actions.keeping import (
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
)
from allears.watch.webhooks.errors import NoEventsChosen, WebhookAddressNotValid
from allears.watch.webhooks.queries import (
    call_counts,
    calls_of,
    count_events_since,
    endpoints_with_counts,
    get_visible_endpoint,
)
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.ledger_words import WORDS
from allears.web.settings.shown_once import keep_secret, take_secret
from allears.web.settings.webhook_forms import CallFilterForm, ReplayForm, WebhookForm, initial_of_webhook

PAGE = 50


@require_GET
@for_administrators
def list_webhooks(request: MemberRequest) -> HttpResponse:
    return render(request, "settings/webhooks.html", {"endpoints": endpoints_with_counts(request.member)})


@require_http_methods(["GET", "POST"])
@for_administrators
@sensitive_variables("secret")
def add_webhook(request: MemberRequest) -> HttpResponse:
    form = WebhookForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        try:
            endpoint, secret = add_endpoint(
                request.member,
                given["name"],
                given["url"],
                form.chosen_kinds(),
                sees_private_teams=given["sees_private_teams"],
            )
        except AllEarsError as error:
            form.add_error(_field_of(error), str(error))
        else:
            keep_secret(request.session, f"webhook:{endpoint.id}", secret)
            return redirect("webhook", endpoint.id)
    return render(request, "settings/webhook_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def change_webhook(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_visible_endpoint(request.member, endpoint_id)
    name = endpoint.name
    form = WebhookForm(posted(request), initial=initial_of_webhook(endpoint))
    if form.is_valid():
        given = form.cleaned_data
        try:
            change_endpoint(
                request.member,
                endpoint,
                given["name"],
                given["url"],
                form.chosen_kinds(),
                sees_private_teams=given["sees_private_teams"],
            )
        except AllEarsError as error:
            form.add_error(_field_of(error), str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("webhook", endpoint_id)
    context = {"form": form, "endpoint": endpoint, "name": name}
    return render(request, "settings/webhook_form.html", context, status=422 if form.errors else 200)


@require_GET
@for_administrators
def show_webhook(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_visible_endpoint(request.member, endpoint_id)
    form = CallFilterForm(request.GET)
    filters = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    before = request.GET.get("before", "")
    calls = calls_of(endpoint, **filters, before=int(before) if before.isdecimal() else None, size=PAGE + 1)
    older = f"?{urlencode({**filters, 'before': calls[PAGE - 1].id})}" if len(calls) > PAGE else ""
    context = {
        "endpoint": endpoint,
        "secret": take_secret(request.session, f"webhook:{endpoint.id}"),
        "counts": call_counts(endpoint),
        "missed": 0 if endpoint.is_on else count_events_since(endpoint),
        "form": form,
        "replay": ReplayForm(),
        "is_filtered": bool(filters),
        "calls": calls[:PAGE],
        "words": WORDS,
        "newest_url": f"?{urlencode(filters)}" if before else "",
        "older_url": older,
    }
    return render(request, "settings/webhook.html", context)


@require_http_methods(["GET", "POST"])
@for_administrators
@sensitive_variables("secret")
def change_secret(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_visible_endpoint(request.member, endpoint_id)
    if request.method == "GET":
        return render(request, "settings/webhook_secret.html", {"endpoint": endpoint})
    secret = rotate_secret(request.member, endpoint)
    keep_secret(request.session, f"webhook:{endpoint.id}", secret)
    return redirect("webhook", endpoint_id)


@require_POST
@for_administrators
def pause(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    pause_endpoint(request.member, get_visible_endpoint(request.member, endpoint_id))
    return redirect("webhook", endpoint_id)


@require_POST
@for_administrators
def resume(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_visible_endpoint(request.member, endpoint_id)
    resume_endpoint(request.member, endpoint, from_now="from_now" in request.POST)
    return redirect("webhook", endpoint_id)


@require_http_methods(["GET", "POST"])
@for_administrators
def delete(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    endpoint = get_visible_endpoint(request.member, endpoint_id)
    if request.method == "GET":
        return render(request, "settings/webhook_delete.html", {"endpoint": endpoint})
    delete_endpoint(request.member, endpoint)
    messages.success(request, _("The webhook is gone. That program is told nothing more."))
    return redirect("webhooks")


def _field_of(error: AllEarsError) -> str:
    if isinstance(error, WebhookAddressNotValid):
        return "url"
    return "scope" if isinstance(error, NoEventsChosen) else "name"
