"""The small desk of the pipeline's tests."""

from allears.pipeline.conftest import (  # noqa: F401 - fixtures
    _quick_passwords,
    agent,
    channel,
    deliver,
    network,
    owner,
)
