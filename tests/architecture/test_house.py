"""Rules of the house that no linter knows."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import (
    PACKAGE,
    ROOT,
    name_of,
    product_files,
    project_files,
    python_files,
    syntax_of,
)
from tests.architecture.verdict import expect_none

VAGUE_NAMES = {"services", "utils", "helpers", "managers", "mixins", "common", "base", "core"}
NAMED_BY_DJANGO = {"allears/foundation/sqlite/base.py"}
# Who requests and answers web pages lives in web; who says what a form holds, too.
ONLY_FOR_PAGES = ("django.http", "django.shortcuts", "django.forms", "django.template", "django.views")
BELOW_THE_PAGES = ("pipeline", "public", "watch", "publishing", "flow.py")
SHARED_BY_CONNECTORS = {path.stem for path in (PACKAGE / "connectors").glob("*.py")} | {"meta"}
WANTED = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "docs/architecture.md", "docs/words.md")


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("name", WANTED)
def test_the_reader_finds(name):
    assert (ROOT / name).is_file()


def test_no_import_is_relative():
    expect_none(
        f"{name_of(path)}: {name}"
        for path in python_files()
        for name in imported_names(path)
        if name.startswith(".")
    )


def test_no_module_has_a_name_that_says_nothing():
    expect_none(
        name_of(path)
        for path in product_files()
        if {path.stem, path.parent.name} & VAGUE_NAMES and name_of(path) not in NAMED_BY_DJANGO
    )


def test_only_pages_know_requests_and_forms():
    expect_none(
        f"{name_of(path)}: {name}"
        for path in product_files()
        if path.relative_to(PACKAGE).parts[0] in BELOW_THE_PAGES
        for name in imported_names(path)
        if name.startswith(ONLY_FOR_PAGES)
    )


def test_pages_of_the_desk_are_drawn_as_the_member_may_see_them():
    desk = PACKAGE / "web" / "desk"
    expect_none(
        f"{name_of(path)}: draws by itself, not by drawing.render, which hides personal data"
        for path in product_files()
        if path.is_relative_to(desk) and path.name != "drawing.py"
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.shortcuts"
        if any(alias.name == "render" for alias in node.names)
    )


def test_no_connector_knows_another():
    expect_none(
        f"{name_of(path)}: {name}"
        for path in product_files()
        for name in imported_names(path)
        if path.is_relative_to(PACKAGE / "connectors") and is_foreign(path, name)
    )


def is_foreign(path: Path, name: str) -> bool:
    parts = name.split(".")
    if parts[:2] != ["allears", "connectors"] or len(parts) == 2:
        return False
    own = path.relative_to(PACKAGE / "connectors").parts[0]
    return parts[2] not in SHARED_BY_CONNECTORS | {own}


def test_no_model_overrides_saving():
    expect_none(
        f"{name_of(path)}: {node.name} defines {method.name}()"
        for path in product_files()
        if path.name == "models.py" or path.parent.name == "models"
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete", "full_clean"}
    )


def test_migrations_stand_in_line_and_have_names():
    numbers = defaultdict(list)
    for path in python_files(PACKAGE):
        if path.parent.name == "migrations" and (found := re.match(r"(\d{4})_(.+)\.py", path.name)):
            numbers[name_of(path.parent)].append(int(found[1]))
            assert not found[2].startswith("auto_"), name_of(path)
    for folder, found in numbers.items():
        assert sorted(found) == list(range(1, len(found) + 1)), folder


# Each has a class of one character, so that this file does not find itself.
ADDRESSES = (
    "pypi[.]org",
    "python[h]osted",
    "registry[.]npm",
    "deb[.]debian",
    "npmjs[.]org",
    r"https?://[\w.-]*(?:mirror|artifact|nexus|proxy)[\w.-]*[:/]",
    "index-[u]rl[= ]+http",
)
PLACES = (r"(?<![\w./-])/(?:[r]oot|[w]ork|[h]ome/\w+|[U]sers/\w+)/[\w.]",)
ONLY_HERE = re.compile("|".join(ADDRESSES + PLACES))
# Other people's words: what networks and people sent is kept as it came.
AS_IT_CAME = {"payloads", "samples", "data"}


def test_nothing_names_the_machine_it_was_made_on():
    expect_none(
        f"{name_of(path)}:{number}: {found.group()}"
        for path in project_files()
        if not AS_IT_CAME & set(path.parts) and (text := read_text(path))
        for number, line in enumerate(text.splitlines(), 1)
        if (found := ONLY_HERE.search(line))
    )


def read_text(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def test_places_are_seen():
    assert ONLY_HERE.search("cd /" + "root/project")
    assert ONLY_HERE.search("https://" + "mirror.example/simple/")
    assert not ONLY_HERE.search("https://example.com/home/anna/")
