"""Connecting a channel: choose the network, enter what it needs, see it tried, keep it."""

from secrets import token_urlsafe

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from allears.connectors.interface import Check, Connector
from allears.connectors.registry import all_connectors, get_connector
from allears.foundation.errors import AllEarsError, NotVisible
from allears.pipeline.channels.actions.connecting import (
    Trial,
    begin_delivery,
    connect_again,
    connect_channel,
    try_values,
)
from allears.pipeline.channels.doors import door_of
from allears.pipeline.channels.queries import (
    Channel,
    channels_of,
    door_of_channel,
    get_visible_channel,
)
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.channel_form import PREFIX, ChannelForm, initial_of
from allears.web.settings.guiding import grouped_networks, steps_of, suggestions_for, unreached_networks
from allears.web.settings.sentences import fill
from allears.web.settings.shown_once import keep_secret


@require_GET
@for_administrators
def choose_network(request: MemberRequest) -> HttpResponse:
    connectors = list(all_connectors().values())
    context = {
        "groups": grouped_networks(connectors),
        "unreached": unreached_networks(request.member.workspace_id, connectors),
        "is_first": not channels_of(request.member),
    }
    return render(request, "settings/networks.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@for_administrators
def connect(request: MemberRequest, kind: str) -> HttpResponse:
    if kind not in all_connectors():
        raise NotVisible
    connector = get_connector(kind)
    suggested = _suggested(request, connector)
    initial = {f"{PREFIX}{name}": value for name, value in suggested.items()}
    form, trial = ChannelForm(connector, posted(request), initial=initial), Trial([])
    key = _reserved_key(request, kind)
    if form.is_valid():
        trial = try_values(request.member.workspace_id, kind, form.chosen_name(), form.values(), key=key)
        if _may_go_on(request, trial):
            try:
                return _add(request, kind, form, trial)
            except AllEarsError as error:
                form.add_error("name", str(error))
    door = door_of(request.member.workspace_id, key)
    context = {"label": connector.label, "steps": steps_of(connector, door, suggested)}
    return _render(request, form, trial, {**context, "kind": kind})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@for_administrators
def reconnect(request: MemberRequest, channel_id: int) -> HttpResponse:
    channel = get_visible_channel(request.member, channel_id)
    connector = get_connector(channel.kind)
    initial = initial_of(connector, channel.name, channel.settings)
    form = ChannelForm(connector, posted(request), initial=initial, keeps_secrets=True)
    trial = Trial([])
    if form.is_valid():
        name, values = form.chosen_name(), form.values()
        trial = try_values(channel.workspace_id, channel.kind, name, values, channel)
        if _may_go_on(request, trial):
            try:
                connect_again(channel, name, values, found=trial.found, by=request.member)
            except AllEarsError as error:
                form.add_error("name", str(error))
            else:
                return _saved(request, channel, _("Saved."))
    context = {
        "kind": channel.kind,
        "label": connector.label,
        "channel": get_visible_channel(request.member, channel_id),
        "steps": steps_of(connector, door_of_channel(channel), channel.settings),
    }
    return _render(request, form, trial, context)


def _add(request: MemberRequest, kind: str, form: ChannelForm, trial: Trial) -> HttpResponse:
    member, values = request.member, form.values()
    if trial.same:
        same = get_visible_channel(member, trial.same.id)
        connect_again(same, same.name, values, found=trial.found, by=member)
        return _saved(request, same, _("Connected again. Its history goes on."))
    name, key = form.chosen_name(), _reserved_key(request, kind)
    channel, secret = connect_channel(
        member.workspace, kind, name, values, found=trial.found, by=member, key=key
    )
    request.session.pop(f"door-key:{kind}", None)
    request.session.pop(f"suggested:{kind}", None)
    if secret and secret not in values.values():
        keep_secret(request.session, channel.id, secret)
    if "anyway" in request.POST:
        return _saved(request, channel, _("Saved. All Ears goes on trying to reach it."))
    return _saved(request, channel, _("Connected. What customers write shows on the desk by itself."))


def _saved(request: MemberRequest, channel: Channel, words: str) -> HttpResponse:
    """Have the network deliver, and say how it went."""
    check = None if "anyway" in request.POST else begin_delivery(channel)
    if check and not check.is_good:
        messages.warning(request, _subscription_words(check))
    else:
        messages.success(request, words)
    return _go_to(request, channel.id)


def _subscription_words(check: Check) -> str:
    said = _("Saved, but the network does not deliver here yet: %(reason)s")
    return said % {"reason": fill(check.message, check.facts)}


def _may_go_on(request: MemberRequest, trial: Trial) -> bool:
    if trial.same:
        return request.POST.get("again") == str(trial.same.id)
    return "anyway" in request.POST or trial.is_good


def _reserved_key(request: MemberRequest, kind: str) -> str:
    """Return the key that the channel's address will have, so that the address can be shown beforehand."""
    key: str = request.session.setdefault(f"door-key:{kind}", token_urlsafe(24))
    return key


def _suggested(request: MemberRequest, connector: Connector) -> dict[str, str]:
    """Suggest the same words however often the page is opened: they may have been copied already."""
    name = f"suggested:{connector.kind}"
    if name not in request.session and (found := suggestions_for(connector)):
        request.session[name] = found
    suggested: dict[str, str] = request.session.get(name, {})
    return suggested


def _go_to(request: MemberRequest, channel_id: int) -> HttpResponse:
    url = reverse("channel", args=[channel_id])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _render(
    request: MemberRequest, form: ChannelForm, trial: Trial, context: dict[str, object]
) -> HttpResponse:
    part = "#result" if request.htmx else ""
    has_trouble = form.errors or trial.checks or trial.same
    status = 422 if has_trouble and not request.htmx else 200
    given = {"form": form, "checks": trial.checks, "same": trial.same, **context}
    return render(request, f"settings/connect.html{part}", given, status=status)
