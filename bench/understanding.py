"""How well and how fast texts are read, row by row. One command: bench/understanding --data FOLDER."""

import argparse
import importlib
import pkgutil
from pathlib import Path
from typing import Any

from bench import reading
from bench.figures import report, tell
from bench.reading import Row, Sets

FEW = 200


def rows() -> list[Row]:
    """List the rows of every module in `bench.reading`."""
    names = sorted(one.name for one in pkgutil.iter_modules(reading.__path__))
    return [row for name in names for row in importlib.import_module(f"bench.reading.{name}").ROWS]


def judge(row: Row, figures: dict[str, float]) -> str:
    """Say how far a row got: moonshot, reached, floor, below; "not measured" without its set."""
    if not figures:
        return "not measured"
    sign = -1 if row.is_less_better else 1
    for name, goal in (("moonshot", row.moonshot), ("reached", row.reach), ("floor", row.floor)):
        if all(figures[one] * sign >= least * sign for one, least in goal.items()):
            return name
    return "below"


def show(row: Row, figures: dict[str, float], verdict: str) -> str:
    """Say a row in one line for people."""
    said = " ".join(f"{name} {figure}" for name, figure in figures.items())
    goals = " / ".join(
        ", ".join(f"{one:g}" for one in goal.values()) for goal in (row.floor, row.reach, row.moonshot)
    )
    return f"{row.task:<46} {verdict:<13} {said or '-':<40} ({goals})"


def main() -> None:
    """Measure every row whose set is there."""
    parser = argparse.ArgumentParser(prog="bench/understanding", description=__doc__)
    parser.add_argument(
        "--data", type=Path, action="append", default=[], help="a folder with one folder a set in it"
    )
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--quick", action="store_true", help=f"{FEW} texts of each set")
    given = parser.parse_args()
    sets = Sets(given.data, FEW if given.quick else 0)
    table: list[dict[str, Any]] = []
    for row in rows():
        if given.only in row.task:
            figures = row.measure(sets)
            verdict = judge(row, figures)
            tell(show(row, figures, verdict))
            goals = {"floor": row.floor, "reach": row.reach, "moonshot": row.moonshot}
            table.append({"task": row.task, "figures": figures, "verdict": verdict, **goals})
    options = {**vars(given), "data": [str(folder) for folder in given.data]}
    report("understanding", options, {"table": table})


if __name__ == "__main__":
    main()
