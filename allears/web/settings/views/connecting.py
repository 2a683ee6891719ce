"""Connecting a channel: choose the network, enter what it needs, see it tried, keep it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from allears.connectors.interface import Ability, Check
from allears.connectors.registry import all_connectors, get_connector
from allears.foundation.errors import AllEarsError, NotVisible
from allears.pipeline.channels.actions import add_channel, change_channel, check_values
from allears.pipeline.channels.queries import channels_of, get_visible_channel
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.channel_form import ChannelForm, initial_of
from allears.web.settings.shown_once import keep_secret


@require_GET
@for_administrators
def choose_network(request: MemberRequest) -> HttpResponse:
    connectors = sorted(all_connectors().values(), key=lambda one: (Ability.HEAR_PUSHED in one.can, one.kind))
    context = {"connectors": connectors, "is_first": not channels_of(request.member)}
    return render(request, "settings/networks.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@for_administrators
def connect_channel(request: MemberRequest, kind: str) -> HttpResponse:
    if kind not in all_connectors():
        raise NotVisible
    form = ChannelForm(get_connector(kind), posted(request))
    checks: list[Check] = []
    if form.is_valid():
        checks = check_values(kind, form.chosen_name(), form.values())
        if _may_go_on(request, checks):
            try:
                return _add(request, kind, form)
            except AllEarsError as error:
                form.add_error("name", str(error))
    return _render(request, form, checks, {"label": form.connector.label})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@for_administrators
def reconnect(request: MemberRequest, channel_id: int) -> HttpResponse:
    channel = get_visible_channel(request.member, channel_id)
    connector = get_connector(channel.kind)
    initial = initial_of(connector, channel.name, channel.settings)
    form = ChannelForm(connector, posted(request), initial=initial, keeps_secrets=True)
    checks: list[Check] = []
    if form.is_valid():
        checks = check_values(channel.kind, form.chosen_name(), form.values(), channel)
        if _may_go_on(request, checks):
            try:
                change_channel(channel, form.chosen_name(), form.values(), request.member)
            except AllEarsError as error:
                form.add_error("name", str(error))
            else:
                messages.success(request, _("Saved."))
                return _go_to(request, channel.id)
    context = {
        "kind": channel.kind,
        "label": connector.label,
        "channel": get_visible_channel(request.member, channel_id),
    }
    return _render(request, form, checks, context)


def _add(request: MemberRequest, kind: str, form: ChannelForm) -> HttpResponse:
    workspace, values = request.member.workspace, form.values()
    channel, secret = add_channel(workspace, kind, form.chosen_name(), values, request.member)
    if secret and secret not in values.values():
        keep_secret(request.session, channel.id, secret)
    if "anyway" in request.POST:
        messages.success(request, _("Saved. All Ears goes on trying to reach it."))
    else:
        messages.success(request, _("Connected. What customers write shows on the desk by itself."))
    return _go_to(request, channel.id)


def _may_go_on(request: MemberRequest, checks: list[Check]) -> bool:
    return "anyway" in request.POST or all(check.is_good for check in checks)


def _go_to(request: MemberRequest, channel_id: int) -> HttpResponse:
    url = reverse("channel", args=[channel_id])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _render(
    request: MemberRequest, form: ChannelForm, checks: list[Check], context: dict[str, object]
) -> HttpResponse:
    part = "#result" if request.htmx else ""
    status = 422 if (form.errors or checks) and not request.htmx else 200
    given = {"form": form, "checks": checks, **context}
    return render(request, f"settings/connect.html{part}", given, status=status)
