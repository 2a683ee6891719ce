"""What a live chat channel shows besides: the tag for a site, what its policy must allow, a page to try it on."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from allears.connectors.chat.connector import allowed_origins
from allears.connectors.interface import Ability
from allears.connectors.registry import get_connector
from allears.pipeline.channels.queries import get_visible_channel
from allears.public.chat.queries.places import chat_page, script_tag
from allears.web.doors import MemberRequest, for_administrators

LANGUAGES = (("", _("As the browser")), ("en", "English"), ("ru", "Русский"), ("vi", "Tiếng Việt"))
THEMES = (("", _("As the device")), ("light", _("Light")), ("dark", _("Dark")))
POSITIONS = (("", _("Right")), ("left", _("Left")))
CHOICES = {"language": LANGUAGES, "theme": THEMES, "position": POSITIONS}
TITLES = {"language": _("Language"), "theme": _("Theme"), "position": _("Where it stands")}


@dataclass(frozen=True, slots=True)
class Site:
    """What a site's developer needs: the tag, the lines of a policy, the sites that may show it."""

    tag: str
    page: str
    policy: str
    origins: list[str]

    @property
    def without_script(self) -> str:
        """Return what a page says to those whose browser runs no scripts."""
        return f'<noscript><a href="{self.page}">{_("Chat with us")}</a></noscript>'


def site_of(key: str, settings: dict[str, str]) -> Site:
    """Say how a channel comes into a page."""
    page = chat_page(key)
    parts = urlsplit(page)
    desk = f"{parts.scheme}://{parts.netloc}"
    policy = f"script-src {desk}; connect-src {desk}"
    return Site(script_tag(key), page, policy, allowed_origins(settings))


@require_GET
@for_administrators
def try_chat(request: MemberRequest, channel_id: int) -> HttpResponse:
    """Show the widget on a page of ours, as visitors would see it."""
    channel = get_visible_channel(request.member, channel_id)
    if Ability.CHAT not in get_connector(channel.kind).can:
        return redirect("channel", channel_id)
    chosen = {
        name: request.GET.get(name, "")
        for name, options in CHOICES.items()
        if request.GET.get(name, "") in dict(options)
    }
    choices = [(name, TITLES[name], options, chosen.get(name, "")) for name, options in CHOICES.items()]
    context = {"channel": channel, "chosen": chosen, "choices": choices}
    return render(request, "settings/try_chat.html", context)
