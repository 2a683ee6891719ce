"""The subjects of the settings, and who may open which."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.queries import Member


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
    Tab("language_model", _("Language model"), "machine", is_for_leads=False),
    Tab("tokens", _("API tokens"), "key", is_for_all=True),
    Tab("understanding", _("Understanding"), "mood-good"),
    Tab("audit", _("Nothing lost"), "audit"),
    Tab("dead_letters", _("Dead letters"), "mail"),
    Tab("costs", _("Costs"), "costs", is_for_leads=False),
    Tab("health", _("Health"), "health", is_for_leads=False),
    Tab("ledger", _("Ledger"), "file"),
    Tab("samples", _("Sample data"), "samples", is_for_leads=False),
)
