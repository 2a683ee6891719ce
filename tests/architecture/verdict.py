"""How a house rule speaks: one line per fault, whole, so that it can be put right at once."""

from collections.abc import Iterable

import pytest

MOST = 60


def expect_none(faults: Iterable[str]) -> None:
    lines = list(faults)
    if lines:
        shown = lines[:MOST] + ([f"... and {len(lines) - MOST} more"] if len(lines) > MOST else [])
        pytest.fail("\n".join(shown), pytrace=False)
