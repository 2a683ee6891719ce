"""Carry our own letters by a workspace's first mailbox, where the installation has no SMTP server."""

from uuid import uuid4

from allears.connectors.interface import Ability, Author, Outgoing, Visibility
from allears.foundation.clock import now
from allears.foundation.letters import Letter, NoWayToSend
from allears.pipeline.channels.models import Channel, ChannelState
from allears.pipeline.channels.queries import account_of, all_connectors, get_connector


class MailboxCarrier:
    """Sends letters through the first channel that can write to any address."""

    def can_carry(self, workspace_id: int) -> bool:
        """Say whether the workspace has such a channel."""
        return _mailbox(workspace_id) is not None

    def carry(self, letter: Letter) -> None:
        """Send one letter. Raise NoWayToSend, or what the connector raises."""
        channel = _mailbox(letter.workspace_id)
        if channel is None:
            raise NoWayToSend
        outgoing = Outgoing(
            key=uuid4().hex,
            external_id=f"{uuid4().hex}@{channel.address.rpartition('@')[2]}",
            text=letter.text,
            subject=letter.subject,
            visibility=Visibility.PRIVATE,
            to=Author(id=letter.to, address=letter.to),
            sent_at=now(),
        )
        get_connector(channel.kind).send(outgoing, account_of(channel))


def _mailbox(workspace_id: int) -> Channel | None:
    kinds = [kind for kind, connector in all_connectors().items() if Ability.SUBJECT in connector.can]
    channels = Channel.objects.filter(workspace=workspace_id, kind__in=kinds, state=ChannelState.ON)
    channels = channels.filter(is_sample=False)
    return channels.order_by("id").first()
