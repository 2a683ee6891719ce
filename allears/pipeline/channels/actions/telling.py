"""Tell those who can mend a channel, by letter."""

from collections.abc import Mapping

from django.conf import settings

from allears.foundation.letters import can_send_letters, queue_letter
from allears.foundation.workspaces.models import Role
from allears.foundation.workspaces.queries import active_members_of
from allears.pipeline.channels.models import Channel


def write_to_administrators(channel: Channel, kind: str, context: Mapping[str, str] | None = None) -> None:
    """Queue a letter about a channel to everyone who can mend it, in the present transaction."""
    if not can_send_letters(channel.workspace_id):
        return
    link = f"{settings.BASE_URL}/settings/channels/{channel.id}/"
    among = active_members_of(channel.workspace_id).filter(role__in=[Role.OWNER, Role.ADMIN])
    for member in among.select_related("account", "workspace"):
        language = member.account.language or member.workspace.language
        words = {"name": member.name, "channel": channel.name, "link": link, **(context or {})}
        queue_letter(kind, channel.workspace_id, member.account.email, language, words)
