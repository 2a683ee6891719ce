"""Write the tables in docs/ that follow from the code: `.venv/bin/python -m tests.generated_docs`."""

import os
import re
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def events() -> str:
    """List every event that programs can be told, by group."""
    from allears.watch.webhooks.catalogue import CATALOGUE
    from allears.web.settings.ledger_words import WORDS

    lines = ["", "| `type` | in the ledger |", "|---|---|"]
    for group in CATALOGUE:
        lines += [f"| `{kind}` | {word} |" for kind, word in WORDS.items() if group.holds(kind)]
    return "\n".join([*lines, ""])


TABLES = {"webhooks.md": {"events": events}}


def wanted(name: str) -> str:
    """Return a page as it should be."""
    text = (DOCS / name).read_text()
    for mark, table in TABLES[name].items():
        place = rf"(<!-- {mark} -->\n).*?(<!-- end -->)"
        text, count = re.subn(
            place, lambda found, t=table: f"{found[1]}{t()}\n{found[2]}", text, flags=re.DOTALL
        )
        assert count == 1, f"{name} has no place for {mark}"
    return text


def write() -> None:
    for name in TABLES:
        (DOCS / name).write_text(wanted(name))


if __name__ == "__main__":
    import django

    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALLEARS_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "allears.settings"
        django.setup()
        write()
    sys.exit(0)
