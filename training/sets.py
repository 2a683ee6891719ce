"""The sets models are made from: where they lie, what their licences allow, what is held back."""

import csv
import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PERMISSIVE = frozenset({
    "care_forum_firefox", "care_forum_thunderbird", "intent_banking77", "intent_clinc150", "intent_hint3",
    "intent_multidogo", "langid", "sentiment_xlmt_8lang",
})  # fmt: skip
UNSTATED = frozenset({
    "care_app_reviews", "complaints_acl19", "complaints_rigaut", "intent_bitext_6k", "ru_cedr_emotion",
    "ru_sentirueval_brands", "sentiment_tweeteval_en", "spam_sms", "spam_youtube", "tweeteval_emotion",
    "tweeteval_hate", "tweeteval_irony", "tweeteval_offensive", "vi_aivivn_reviews",
})  # fmt: skip
"""Tier A, and tier B: no licence stated, a public benchmark; each of those can be left out by --without."""

TEXTS = Path(__file__).parent / "texts"
Row = dict[str, str]
csv.field_size_limit(1 << 30)


class OutOfBounds(Exception):
    """This set may be measured on only; nothing that ships is made from it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with what is known of it. `source` is its set; `is_held`: never trained on, measured on.

    `is_late`: among the latest of its set, so that nothing earlier repeats it; see `making`.
    """

    text: str
    label: str
    source: str
    language: str = ""
    weight: float = 1.0
    is_held: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class Library:
    """The data folders of the command line. A set that isn't there, or is left out, has no rows."""

    folders: Sequence[Path]
    without: frozenset[str] = frozenset()
    opened: set[str] = field(default_factory=set)

    def rows(self, name: str, part: str = "train") -> list[Row]:
        """Read a part of a set that may be trained on: train, validation, reviews, ..."""
        if name not in PERMISSIVE | UNSTATED:
            raise OutOfBounds(name)
        if name in self.without:
            return []
        found = read_part(self.folders, name, part)
        if found:
            self.opened.add(name)
        return found

    @cached_property
    def texts(self) -> list[Row]:
        """Read our own texts; each row has `language` and `domain` beside the columns of its file."""
        return list(_own_texts())


def read_part(folders: Sequence[Path], name: str, part: str) -> list[Row]:
    """Read one file of a set, whatever its tier; benches measure by it. No file, no rows."""
    for folder in folders:
        path = folder / name / f"{part}.csv.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
    return []


def _own_texts() -> Iterator[Row]:
    for path in sorted(TEXTS.rglob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        names = lines[0].split("\t")
        for line in lines[1:]:
            values = line.split("\t")
            if len(values) < len(names) - 1:
                continue
            row = dict(zip(names, [*values, ""], strict=False))
            row["text"] = row["text"].replace("⏎", "\n")
            yield row | {"language": path.parent.name, "domain": path.stem}


def is_held_back(text: str, one_in: int = 10) -> bool:
    """Say whether a text of a set without a validation file is held back; near-equal texts fall together."""
    digest = hashlib.sha256(plain(text).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % one_in == 0


def plain(text: str) -> str:
    """Return the words of a text alone, so that near-equal texts become equal."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())
