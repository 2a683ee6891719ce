from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.queries import Member
from allears.pipeline.intake.queries import count_dead_letters
from allears.watch.webhooks.queries import count_troubled_endpoints
from allears.web.settings.sentences import fill

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    """One subject of the settings; `is_for_leads` says that leads may look at it too,
    `is_for_agents` those who answer, `is_for_all` everyone."""

    name: str
    label: str | Promise
    icon: str
    is_for_leads: bool = True
    is_for_all: bool = False
    is_for_agents: bool = False

    def may_open(self, member: Member) -> bool:
        if self.is_for_agents:
            return member.may_answer
        return self.is_for_all or member.may_administer or (self.is_for_leads and member.may_lead)


TABS = (
    Tab("channels", _("Channels"), "channels", is_for_leads=False),
    Tab("members", _("Members"), "members"),
    Tab("teams", _("Teams"), "team", is_for_leads=False),
    Tab("tags", _("Tags"), "tag"),
    Tab("brands", _("Brands"), "brand", is_for_leads=False),
    Tab("workspace", _("Workspace"), "settings", is_for_leads=False),
    Tab("webhooks", _("Webhooks"), "webhook", is_for_leads=False),
    Tab("saved_replies", _("Saved replies"), "reply", is_for_agents=True),
    Tab("tokens", _("API tokens"), "key", is_for_all=True),
    Tab("audit", _("Nothing lost"), "audit"),
    Tab("dead_letters", _("Dead letters"), "mail"),
    Tab("health", _("Health"), "health", is_for_leads=False),
    Tab("ledger", _("Ledger"), "file"),
    Tab("samples", _("Sample data"), "samples", is_for_leads=False),
)


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


@register.filter
def filled(sentence: str, facts: Mapping[str, str] | None = None) -> str:
    """Say a marked sentence in the reader's language, with its facts."""
    return fill(sentence, facts)


@register.filter
def named(key: object, names: Mapping[object, str]) -> str:
    """Look a name up by its key; nothing if it is not there."""
    return names.get(key, "")
