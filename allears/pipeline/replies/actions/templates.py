"""Templates: messages that a network approved beforehand; listed, kept for a while, filled and sent."""

from dataclasses import asdict, dataclass, field
from typing import cast

from django.db import transaction

from allears.connectors.errors import ConnectorError
from allears.connectors.interface import Ability, ConnectedConnector, FilledTemplate
from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, get_connector
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.models import Dispatch, TemplateShelf
from allears.pipeline.replies.templates import find_template, preview_of_template


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateWanted:
    """A template for a conversation, with what goes into its gaps by their names; the rest as in Reply."""

    name: str
    language: str
    values: dict[str, str] = field(default_factory=dict)
    idempotency_key: str
    seen_message_id: int
    then: str = ""


def list_templates(channel: Channel, by: Member | None = None) -> TemplateShelf:
    """Ask a channel's network which messages it has approved, and keep them; trouble is kept, too."""
    require_answering(by)
    shelf, _ = TemplateShelf.objects.get_or_create(channel=channel)
    connector = get_connector(channel.kind)
    if Ability.TEMPLATES not in connector.can or channel.is_sample:
        return shelf
    speaker = cast("ConnectedConnector", connector)
    try:
        found = with_fresh_keys(channel, lambda one: speaker.templates(account_of(one)))
    except ConnectorError as error:
        shelf.trouble, shelf.trouble_facts = error.detail[:300], dict(error.facts)
        shelf.save(update_fields=["trouble", "trouble_facts"])
        return shelf
    shelf.found, shelf.listed_at = [asdict(one) for one in found], now()
    shelf.trouble, shelf.trouble_facts = "", {}
    with transaction.atomic():
        shelf.save()
        record_event(
            "channel.templates_listed", channel.workspace_id, by, channel=channel.id, count=str(len(found))
        )
    return shelf


def queue_template(
    member: Member, conversation: Conversation, channel: Channel, wanted: TemplateWanted
) -> Dispatch:
    """Send an approved template, filled. Raise NotVisible when there is none of this name and language, HasGaps
    while something is missing, CannotReply when the network takes nothing at all."""
    template = find_template(channel, wanted.name, wanted.language)
    text = preview_of_template(template, wanted.values)
    values = {name: wanted.values[name].strip() for name in template.gaps}
    reply = Reply(
        text=text,
        idempotency_key=wanted.idempotency_key,
        seen_message_id=wanted.seen_message_id,
        then=wanted.then,
        is_from_draft=False,
        visibility="private",
        template=FilledTemplate(name=template.name, language=template.language, values=values),
    )
    return queue_reply(member, conversation, reply)


def known_templates(channel: Channel, by: Member) -> TemplateShelf:
    """Return what is kept, asking the network the first time."""
    shelf = TemplateShelf.objects.filter(channel=channel).first()
    return shelf if shelf and shelf.listed_at else list_templates(channel, by)
