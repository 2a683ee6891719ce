from collections.abc import Mapping

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from allears.pipeline.channels.lights import dollars
from allears.pipeline.intake.queries import count_dead_letters
from allears.watch.webhooks.queries import count_troubled_endpoints
from allears.web.settings.sentences import fill
from allears.web.ui.tabs import TABS

register = template.Library()


@register.inclusion_tag("settings/tabs.html", takes_context=True)
def settings_tabs(context: RequestContext, current: str) -> dict[str, object]:
    """Draw the subjects that the member may open."""
    member = context["request"].member
    counts = {"dead_letters": count_dead_letters(member)}
    if member.may_administer:
        counts["webhooks"] = count_troubled_endpoints(member)
    tabs = [
        {
            "label": tab.label,
            "url": reverse(tab.name),
            "icon": tab.icon,
            "is_current": tab.name == current,
            "count": counts.get(tab.name, 0),
        }
        for tab in TABS
        if tab.may_open(member)
    ]
    return {"tabs": tabs}


@register.filter(name="dollars")
def in_dollars(micro: int) -> str:
    """Write micro-dollars with as many digits as they need."""
    return dollars(micro)


@register.filter
def filled(sentence: str, facts: Mapping[str, str] | None = None) -> str:
    """Say a marked sentence in the reader's language, with its facts."""
    return fill(sentence, facts)


@register.filter
def named(key: object, names: Mapping[object, str]) -> str:
    """Look a name up by its key; nothing if it is not there."""
    return names.get(key, "")
