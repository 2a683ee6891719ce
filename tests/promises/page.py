"""The connector of docs/connectors.md, built from the page's own words as a package with an entry point."""

import re
import sys
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from allears.connectors.registry import all_connectors
from tests.architecture.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allears.connectors.interface import Connector

PAGE = ROOT / "docs" / "connectors.md"


def block(language: str) -> str:
    """Return the page's first block of code in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"the page shows no {language}"
    return found[1]


@cache
def installed_package() -> Path:
    """Lay out the package as pip would: the code, its payloads, and what names the entry point."""
    folder = Path(tempfile.mkdtemp(prefix="allears-page-"))
    payloads = folder / "allears_guestbook" / "payloads"
    payloads.mkdir(parents=True)
    (folder / "allears_guestbook" / "__init__.py").write_text(block("python"), encoding="utf-8")
    (payloads / "own_among_two.json").write_text(block("json"), encoding="utf-8")
    (payloads / "account.json").write_text('{"settings": {"account_id": "1"}}', encoding="utf-8")
    named = re.search(r'entry-points\."(.+?)"\]\n(.+?) = "(.+?)"', block("toml"))
    assert named
    about = folder / "allears_guestbook-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: allears-guestbook\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{named[1]}]\n{named[2]} = {named[3]}\n")
    return folder


@contextmanager
def installed() -> "Iterator[dict[str, Connector]]":
    """Let the registry find the page's connector for a while, by its entry point as any other."""
    sys.path.insert(0, str(installed_package()))
    before = dict(all_connectors())
    all_connectors.cache_clear()
    try:
        yield all_connectors()
    finally:
        sys.path.remove(str(installed_package()))
        all_connectors.cache_clear()
        all_connectors().update(before)


@cache
def connectors() -> "dict[str, Connector]":
    """Return every connector, the page's among them."""
    with installed() as found:
        return dict(found)
