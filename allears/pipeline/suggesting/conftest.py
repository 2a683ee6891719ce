"""A desk with a language model: a fake one on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from allears.foundation.workspaces.models import Member
from allears.pipeline.conftest import (  # noqa: F401 - fixtures
    agent,
    channel,
    colleague,
    deliver,
    network,
    observer,
    owner,
    stranger,
)
from allears.pipeline.suggesting.actions.keeping import Wanted, set_language_model
from allears.pipeline.suggesting.actions.writing import waiting_suggestions, write_suggestion
from allears.pipeline.suggesting.models import LanguageModel, Use
from allears.pipeline.suggesting.speaking import way_out
from tests.networks.language_model import KEY, MODEL, FakeModel


@pytest.fixture
def fake(settings) -> Iterator[FakeModel]:
    settings.MAY_REACH_PRIVATE_ADDRESSES = True
    with FakeModel() as fake:
        yield fake


@pytest.fixture
def model(owner: Member, fake: FakeModel) -> LanguageModel:  # noqa: F811
    return set_language_model(owner, wanted(fake))


def wanted(fake: FakeModel, **more: Any) -> Wanted:
    """Say what an administrator would enter for the fake."""
    given = {"address": fake.address, "name": MODEL, "secret": KEY, "is_on": True, "uses": tuple(Use.values)}
    return Wanted(**given | more)


def write_all() -> int:
    """Have everything written that waits, as the worker does; return how much it was."""
    ids = waiting_suggestions()
    for id_ in ids:
        write_suggestion(id_, way_out(5.0))
    return len(ids)
