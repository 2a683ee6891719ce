"""What reading must reach, row by row: each module has `ROWS`, and `bench/understanding` measures them all.

A row is measured on a set's test part when it is there, else on its validation part, else on what training holds back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.sets import Row as Line
from training.sets import is_held_back, read_part

PARTS = ("test", "validation")


@dataclass(frozen=True, slots=True)
class Sets:
    """The data folders of the command line. `most`: so many texts of a set at most, 0 for all."""

    folders: Sequence[Path]
    most: int = 0

    def test(self, name: str, train: str = "train") -> list[Line]:
        """Return the rows a set is measured on; none when it is not there."""
        for folder in self.folders:
            parts = sorted(path.name.removesuffix(".csv.gz") for path in (folder / name).glob("test*.csv.gz"))
            if parts:
                return self._few([row for part in parts for row in read_part([folder], name, part)])
        if rows := read_part(self.folders, name, "validation"):
            return self._few(rows)
        return self._few([row for row in read_part(self.folders, name, train) if is_held_back(row["text"])])

    def has_test(self, name: str) -> bool:
        """Say whether the test part of a set is there."""
        return any(next((folder / name).glob("test*.csv.gz"), None) for folder in self.folders)

    def _few(self, rows: list[Line]) -> list[Line]:
        return rows[: self.most] if self.most else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table. `measure` returns figures by name, or none when its set is not there.

    `floor`, `reach` and `moonshot` are what it must reach, by the same names; `is_less_better` for costs.
    """

    task: str
    measure: Callable[[Sets], dict[str, float]]
    reach: dict[str, float]
    floor: dict[str, float]
    moonshot: dict[str, float]
    is_less_better: bool = False
