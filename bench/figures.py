"""Figures: percentiles, medians of several runs, and saying them."""

import json
import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from bench.machine import describe_machine


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of all lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def in_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 95th and 99th percentile in ms."""
    return {name: round(percentile(seconds, share) * 1000, 2) for name, share in PERCENTILES.items()}


PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def median_of(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Take the median of each number over several runs; other values are those of the first."""
    found: dict[str, Any] = {}
    for name, value in runs[0].items():
        values = [run[name] for run in runs]
        if isinstance(value, dict):
            found[name] = median_of(values)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = round(median(values), 2)
        else:
            found[name] = value
    return found


def tell(line: str) -> None:
    """Say something to whoever watches."""
    print(line, file=sys.stderr, flush=True)


def report(name: str, options: dict[str, Any], figures: dict[str, Any]) -> None:
    """Print all figures as one JSON object, with the machine they were measured on."""
    print(json.dumps({"bench": name, "options": options, "machine": describe_machine(), **figures}, indent=1))
