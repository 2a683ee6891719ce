"""Take what a network says about our own account."""

from allears.connectors.errors import ConnectorError, Disconnected
from allears.connectors.interface import Notice
from allears.foundation.events.actions import record_event
from allears.pipeline.channels.actions import note_trouble, note_well
from allears.pipeline.channels.models import Channel


def take_notice(channel_id: int, notice: Notice) -> bool:
    """Show a network's notice as the channel's trouble, or its end; say whether it is news.

    One that `disconnects` does: our keys no longer count. The advice that came with it stands in the ledger.
    """
    channel = Channel.objects.get(id=channel_id)
    before = (channel.trouble, channel.state)
    if notice.is_good:
        note_well(channel)
    else:
        kind = Disconnected if notice.disconnects else ConnectorError
        note_trouble(channel, kind(notice.message, **notice.facts))
    channel.refresh_from_db(fields=["trouble", "state"])
    is_news = (channel.trouble, channel.state) != before
    if is_news and notice.advice:
        record_event(
            "channel.advised",
            channel.workspace_id,
            channel=channel.id,
            name=channel.name,
            advice=notice.advice,
            advice_facts=dict(notice.facts),
        )
    return is_news
