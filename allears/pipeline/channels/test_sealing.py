import base64

import pytest

from allears.foundation import vault
from allears.foundation.clock import now
from allears.foundation.vault import VaultLocked
from allears.foundation.workspaces.models import Workspace
from allears.pipeline.channels.actions import add_channel, seal_channels_again
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import secrets_of

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))


@pytest.fixture(autouse=True)
def keys(settings):
    """Change the vault's keys, as a restart would."""

    def change(*lines: str) -> None:
        settings.VAULT_KEYS = ",".join(lines)
        vault._keys.cache_clear()

    change(OLD)
    yield change
    vault._keys.cache_clear()


def test_secrets_are_sealed_again_with_the_first_key_and_the_old_one_may_go(db, keys):
    _add("Shop")
    keys(NEW, OLD)
    assert (seal_channels_again(), seal_channels_again()) == (1, 0)
    keys(NEW)
    assert secrets_of(Channel.objects.get()) == {"secret": "tide"}


def test_without_the_old_key_nothing_is_changed(db, keys):
    before = _add("Shop").sealed_secrets
    keys(NEW)
    with pytest.raises(VaultLocked):
        seal_channels_again()
    assert Channel.objects.get().sealed_secrets == before


def _add(name: str) -> Channel:
    workspace = Workspace.objects.create(name="Lantern", created_at=now())
    return add_channel(workspace, "api", name, {"secret": "tide"})[0]
