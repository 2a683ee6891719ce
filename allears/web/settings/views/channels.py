"""Channels as they are: their lights, their manners, pausing and checking."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allears.connectors.interface import Ability, Check
from allears.connectors.registry import all_connectors, get_connector
from allears.foundation.workspaces.queries import Member, brands_of, get_visible_brand, teams_of
from allears.pipeline.channels.actions import pause_channel, resume_channel
from allears.pipeline.channels.actions.connecting import begin_delivery, check_and_prove
from allears.pipeline.channels.actions.manners import set_channel_brand, set_channel_manners
from allears.pipeline.channels.lights import conditions_of, dollars
from allears.pipeline.channels.queries import Channel, channels_of, door_of_channel, get_visible_channel
from allears.web.doors import MemberRequest, for_administrators
from allears.web.settings.forms import MannersForm, in_dollars, in_micro_dollars
from allears.web.settings.guiding import Unreached, steps_of, unreached_networks
from allears.web.settings.shown_once import take_secret
from allears.web.settings.views.chats import site_of


@require_GET
@for_administrators
def list_channels(request: MemberRequest) -> HttpResponse:
    channels = channels_of(request.member)
    if not channels:
        return redirect("choose_network")
    context = {
        "conditions": conditions_of(channels),
        "labels": {kind: one.label for kind, one in all_connectors().items()},
        "unreached": _unreached(request.member, channels),
    }
    return render(request, "settings/channels.html", context)


@require_GET
@for_administrators
def show_channel(request: MemberRequest, channel_id: int) -> HttpResponse:
    return _show(request, channel_id)


@require_POST
@for_administrators
def save_manners(request: MemberRequest, channel_id: int) -> HttpResponse:
    channel = get_visible_channel(request.member, channel_id)
    form = _manners_form(request.member, channel, request.POST)
    if not form.is_valid():
        return _show(request, channel_id, manners=form)
    given = form.cleaned_data
    more: dict[str, int | None] = {
        name: given[name] for name in ("keep_raw_days", "backfill_days") if name in given
    }
    if "daily_budget" in given:
        more["daily_budget"] = in_micro_dollars(given["daily_budget"])
    set_channel_manners(channel, given["team"], given["signature"], request.member, **more)
    if "brand" in given:
        brand = get_visible_brand(request.member, given["brand"]) if given["brand"] else None
        set_channel_brand(channel, brand, request.member)
    messages.success(request, _("Saved."))
    return redirect("channel", channel_id)


@require_POST
@for_administrators
def pause(request: MemberRequest, channel_id: int) -> HttpResponse:
    pause_channel(get_visible_channel(request.member, channel_id), request.member)
    return redirect("channel", channel_id)


@require_POST
@for_administrators
def resume(request: MemberRequest, channel_id: int) -> HttpResponse:
    resume_channel(get_visible_channel(request.member, channel_id), request.member)
    return redirect("channel", channel_id)


@require_POST
@for_administrators
def check_now(request: MemberRequest, channel_id: int) -> HttpResponse:
    checks = check_and_prove(get_visible_channel(request.member, channel_id))
    return _show(request, channel_id, checks=checks)


@require_POST
@for_administrators
def subscribe(request: MemberRequest, channel_id: int) -> HttpResponse:
    check = begin_delivery(get_visible_channel(request.member, channel_id))
    return _show(request, channel_id, checks=[check] if check else [])


def _unreached(member: Member, channels: list[Channel]) -> Unreached | None:
    """Say which of the connected networks can't deliver here."""
    kinds = {channel.kind for channel in channels if not channel.is_sample}
    connectors = [one for kind, one in all_connectors().items() if kind in kinds]
    found = unreached_networks(member.workspace_id, connectors)
    return found if found and (found.asked or found.unheard) else None


def _show(
    request: MemberRequest,
    channel_id: int,
    manners: MannersForm | None = None,
    checks: list[Check] | None = None,
) -> HttpResponse:
    channel = get_visible_channel(request.member, channel_id)
    connector = get_connector(channel.kind)
    [condition] = conditions_of([channel])
    door = door_of_channel(channel)
    context = {
        "channel": channel,
        "condition": condition,
        "label": connector.label,
        "is_pushed": Ability.HEAR_PUSHED in connector.can and Ability.FIND_OUT not in connector.can,
        "address": door or request.build_absolute_uri(f"/in/{channel.key}"),
        "steps": [step for step in steps_of(connector, door, channel.settings) if step.door],
        "may_subscribe": Ability.SUBSCRIBE in connector.can and bool(door),
        "spent": dollars(condition.spent) if getattr(connector, "prices", ()) else "",
        "secret": take_secret(request.session, channel.id),
        "manners": manners or _manners_form(request.member, channel),
        "checks": checks,
        "site": site_of(channel.key, channel.settings) if Ability.CHAT in connector.can else None,
    }
    return render(request, "settings/channel.html", context, status=422 if manners else 200)


def _manners_form(member: Member, channel: Channel, data: QueryDict | None = None) -> MannersForm:
    present = {
        "team": channel.team_id,
        "brand": channel.brand_id,
        "signature": channel.signature,
        "keep_raw_days": channel.keep_raw_days,
        "backfill_days": channel.backfill_days,
        "daily_budget": in_dollars(channel.daily_budget),
    }
    connector = all_connectors().get(channel.kind)
    asks = connector is not None and Ability.FIND_OUT in connector.can
    costs = bool(getattr(connector, "prices", ()))
    teams = [(team.id, team.name) for team in teams_of(member)]
    brands = list(brands_of(member.workspace_id))
    return MannersForm(teams, brands, data, initial=present, asks=asks, costs=costs)
