"""How the installation is, for those who keep it running."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from allears.watch.health.queries import Finding, Light, examine_installation, worst_light
from allears.web.doors import MemberRequest, for_administrators
from allears.web.settings.sentences import fill

TITLES: dict[str, str | Promise] = {
    "queues": _("Queues"),
    "channels": _("Channels"),
    "workers": _("Workers"),
    "backup": _("Backup"),
    "disk": _("Disk"),
    "machine": _("Machine"),
    "secrets": _("Secrets"),
    "versions": _("Versions"),
}
HEADLINES = {
    Light.GOOD: _("Everything is well."),
    Light.WARM: _("It works. Something wants your attention soon."),
    Light.HOT: _("Something needs you now."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in the reader's language, with the page where something can be done."""

    light: Light
    name: str
    message: str
    advice: str
    url: str


@require_GET
@for_administrators
def show_health(request: MemberRequest) -> HttpResponse:
    """Show what was found, what needs somebody first."""
    findings = examine_installation(request.member.workspace_id)
    light = worst_light(findings)
    groups = [
        (title, [_line(one) for one in findings if one.group == group]) for group, title in TITLES.items()
    ]
    context = {
        "light": light,
        "headline": HEADLINES[light],
        "urgent": [_line(one) for one in findings if one.light == Light.HOT],
        "soon": [_line(one) for one in findings if one.light == Light.WARM],
        "groups": [(title, lines) for title, lines in groups if lines],
    }
    return render(request, "settings/health.html", context)


def _line(finding: Finding) -> Line:
    url = ""
    if finding.place:
        arguments = [finding.facts["id"]] if finding.place == "channel" else []
        url = reverse(finding.place, args=arguments)
    name, message, advice = (
        fill(one, finding.facts) for one in (finding.name, finding.message, finding.advice)
    )
    return Line(finding.light, name, message, advice, url)
