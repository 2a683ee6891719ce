"""Write the tables in docs/ that follow from the code: `.venv/bin/python -m tests.generated_docs`."""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"


def events() -> str:
    """List every event that programs can be told, by group."""
    from allears.watch.webhooks.catalogue import CATALOGUE
    from allears.web.settings.ledger_words import WORDS

    lines = ["", "| `type` | in the ledger |", "|---|---|"]
    for group in CATALOGUE:
        lines += [f"| `{kind}` | {word} |" for kind, word in WORDS.items() if group.holds(kind)]
    return "\n".join([*lines, ""])


def kinds() -> str:
    """List every kind in an archive with its columns."""
    from allears.archives.kinds import all_kinds

    lines = []
    for kind in all_kinds():
        about = " ".join((kind.model.__doc__ or "").split("\n\n")[0].split())
        lines += ["", f"### `{kind.file}`", "", about, "", "| column | holds |", "|---|---|"]
        lines += [f"| `{field.attname}` | {_holds(kind, field)} |" for field in kind.fields]
    return "\n".join([*lines, ""])


def _holds(kind: Any, field: Any) -> str:
    from allears.archives.references import IDS

    other = f"{kind.label}.{field.attname}"
    label = IDS.get(other) or (field.related_model and field.related_model._meta.label_lower)
    what = f"id in `{label}`" if label else WORDS_OF_TYPES.get(field.get_internal_type(), "text")
    choices = [str(value) for value, _ in field.choices or () if value != ""]
    named = f": {', '.join(f'`{choice}`' for choice in choices)}" if choices else ""
    return f"{what}{named}{'; or null' if field.null else ''}"


WORDS_OF_TYPES = {
    "BigAutoField": "its id",
    "BigIntegerField": "whole number",
    "BinaryField": "bytes, as base64",
    "BooleanField": "true or false",
    "DateField": "day",
    "DateTimeField": "moment",
    "JSONField": "JSON",
    "PositiveIntegerField": "whole number",
    "PositiveSmallIntegerField": "whole number",
    "SmallIntegerField": "whole number",
}


def left_out() -> str:
    """List what is not in an archive, and why."""
    from allears.archives.kinds import HIDDEN, LEFT_OUT

    lines = ["", "| left out | why |", "|---|---|"]
    lines += [f"| `{label}` | {reason} |" for label, reason in LEFT_OUT.items()]
    lines += [
        f"| `{label}`, column `{name}` | {why} |"
        for label, names in HIDDEN.items()
        for name, why in names.items()
    ]
    return "\n".join([*lines, ""])


TABLES = {
    "exporting.md": {"left out": left_out, "kinds": kinds},
    "webhooks.md": {"events": events},
}


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
