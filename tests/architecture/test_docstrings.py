"""Who reads the code meets a sentence wherever it matters."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import PACKAGE, name_of, product_files, python_files, syntax_of
from tests.architecture.verdict import expect_none

LONGEST = 8
WORDLESS = {"migrations", "templatetags", "tests", "commands", "management"}


def is_package(path: Path) -> bool:
    return path.name == "__init__.py" and path.parent.name not in WORDLESS


def has_verbs(path: Path) -> bool:
    """Queries and actions live in a file, or in a folder by subject."""
    return bool({"queries", "actions"} & {path.stem, path.parent.name})


def undocumented(path: Path, kind: type[ast.stmt] | tuple[type[ast.stmt], ...]) -> Iterator[str]:
    for node in syntax_of(path).body:
        if isinstance(node, kind) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{name_of(path)}: {node.name} has no docstring"


def test_every_package_says_what_it_is():
    lengths = {path: length_of_words(path) for path in filter(is_package, python_files(PACKAGE))}
    expect_none(
        f"{name_of(path)}: {lines} lines of docstring, wanted are 1 to {LONGEST}"
        for path, lines in lengths.items()
        if not 1 <= lines <= LONGEST
    )


def length_of_words(path: Path) -> int:
    words = ast.get_docstring(syntax_of(path)) or ""
    return len([line for line in words.splitlines() if line])


def test_every_model_says_what_it_is():
    models = [path for path in product_files() if path.name == "models.py" or path.parent.name == "models"]
    expect_none(fault for path in models for fault in undocumented(path, ast.ClassDef))


def test_every_query_and_action_says_what_it_does():
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    verbs = [path for path in product_files() if has_verbs(path)]
    expect_none(fault for path in verbs for fault in undocumented(path, kinds))


def test_every_error_is_one_sentence_for_a_person():
    expect_none(fault for path in product_files() if path.name == "errors.py" for fault in error_faults(path))


def error_faults(path: Path) -> Iterator[str]:
    for node in syntax_of(path).body:
        if isinstance(node, ast.ClassDef):
            words = ast.get_docstring(node, clean=False) or ""
            if not words or "\n" in words:
                yield f"{name_of(path)}: the docstring of {node.name} is the one line a person reads"
