"""Opening channels: one that can't be opened whole never stops the others."""

import pytest

from allears.foundation import vault
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import close_opened_channels, open_channel_by_key, open_channels
from allears.pipeline.conversations.models import Message
from tests.journeys.worlds import deliver, make_world, one_message

pytestmark = pytest.mark.django_db(databases="__all__")


def test_what_was_taken_in_is_read_even_while_the_vault_is_locked():
    world = make_world("Quay")
    Channel.objects.filter(id=world.channel.id).update(sealed_secrets="v1.gone.AAAA")
    close_opened_channels()

    deliver(world.channel, one_message("locked", "Are you there?"))

    assert Message.objects.filter(external_id="locked").exists()
    with pytest.raises(vault.VaultLocked):
        open_channel_by_key(world.channel.key)


def test_a_channel_whose_connector_is_gone_is_left_out():
    world = make_world("Quay")
    Channel.objects.filter(id=world.channel.id).update(kind="pigeon")
    close_opened_channels()

    assert open_channels({world.channel.id}) == {}
