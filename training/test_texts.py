"""Our own training texts: in the shape that `bin/train` reads, each said once, every answer well represented."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

TEXTS = Path(__file__).parent / "texts"
COLUMNS = ["text", "sentiment", "intent", "asks", "urgency", "setting", "marks"]
ANSWERS = {
    "sentiment": {"neg", "neu", "pos"},
    "intent": {"question", "complaint", "request", "praise", "chatter", "spam"},
    "asks": {"y", "n"},
    "urgency": {"0", "1", "2", "3"},
    "setting": {"private", "to_us", "about_us", "among_others"},
}
MARKS = {
    *("sarcasm", "mixed", "sensitive", "leaving", "legal", "personal", "campaign"),
    *("slang", "noaccents", "translit", "typos", "emoji", "caps"),
}
LANGUAGES = sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir())
# Of every hundred texts of a language, each answer to a question has at least so many.
FEWEST = {"sentiment": 10, "intent": 2, "asks": 15, "urgency": 2, "setting": 3}


def rows_of(language: str) -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted((TEXTS / language).glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                yield f"{path.relative_to(TEXTS)}:{number}", row


def said(text: str) -> str:
    """Return the text as the ear hears it: letters and digits alone."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip() or text


def test_every_file_has_the_columns() -> None:
    paths = sorted(TEXTS.glob("*/*.tsv"))
    assert paths
    for path in paths:
        assert path.read_text("utf-8").split("\n", 1)[0].split("\t") == COLUMNS, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_is_whole_and_its_answers_are_known(language: str) -> None:
    wrong = []
    for where, row in rows_of(language):
        is_whole = None not in row and None not in row.values() and row["text"].strip() == row["text"] != ""
        if not is_whole or any(row[question] not in known for question, known in ANSWERS.items()):
            wrong.append(where)
        elif not set(filter(None, row["marks"].split(","))) <= MARKS:
            wrong.append(f"{where} {row['marks']}")
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_there_twice(language: str) -> None:
    first: dict[str, str] = {}
    twice = [
        f"{where} repeats {first[key]}"
        for where, row in rows_of(language)
        if first.setdefault(key := said(row["text"]), where) != where
    ]
    assert twice == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_well_represented(language: str) -> None:
    rows = [row for _, row in rows_of(language)]
    if len(rows) < 1000:
        pytest.skip(f"{language} has {len(rows)} texts so far")
    for question, known in ANSWERS.items():
        counts = Counter(row[question] for row in rows)
        rare = {answer for answer in known if counts[answer] * 100 < FEWEST[question] * len(rows)}
        assert not rare, (question, counts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_praise_with_a_complaint_in_it_is_no_praise(language: str) -> None:
    wrong = [
        where for where, row in rows_of(language) if "mixed" in row["marks"] and row["intent"] == "praise"
    ]
    assert wrong == []
