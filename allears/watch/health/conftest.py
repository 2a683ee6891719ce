"""The small desk of the pipeline's tests."""

from allears.pipeline.conftest import (  # noqa: F401 - fixtures
    agent,
    channel,
    deliver,
    network,
    owner,
)
