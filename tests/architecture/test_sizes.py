"""Sizes keep a file readable at one sitting. Where splitting makes it worse, raise one here and say why."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import PACKAGE, ROOT, files_of, is_test, name_of, python_files, syntax_of
from tests.architecture.verdict import expect_none

FILE, FILE_HARD = 300, 400
FUNCTION, FUNCTION_HARD = 25, 40
MODEL_METHODS = 10
OTHERS = {".html": 120, ".css": 300, ".js": 150}

# "path": (lines, "reason") and "path:function": (lines, "reason").
ONE_ROW = "one line for each field of one row"
RAISED: dict[str, tuple[int, str]] = {
    "allears/connectors/interface.py": (330, "all that a connector needs to know, on one page"),
    "allears/web/desk/pages.py:reading_context": (30, "one line for each thing the page shows"),
    "allears/workers.py": (310, "every loop there is, on one page"),
    "allears/asgi.py:make_application": (29, "everything that runs, started and ended in order"),
    "allears/public/chat/actions/writing.py:prepare_line": (27, ONE_ROW),
    "allears/pipeline/conversations/actions/writing.py:_message": (27, ONE_ROW),
    "allears/connectors/email/reading.py:_make_message": (26, ONE_ROW),
    "bench/naive.py:_file": (28, "the naive way, in one piece, to measure against"),
    "bench/naive.py:_conversation": (32, "the naive way, in one piece, to measure against"),
    "allears/pipeline/people/actions/__init__.py:_make": (27, ONE_ROW),
    "allears/pipeline/replies/actions/sending.py:_outgoing": (30, ONE_ROW),
}


def limit(name: str, usual: int, hard: int) -> int:
    return min(RAISED.get(name, (usual, ""))[0], hard)


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring."""
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    words = first.end_lineno - first.lineno + 1 if has_docstring else 0
    return function.end_lineno - function.lineno + 1 - words


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def long_files() -> Iterator[str]:
    for path in python_files():
        name, lines = name_of(path), len(path.read_text().splitlines())
        allowed = FILE_HARD if is_test(path) else limit(name, FILE, FILE_HARD)
        if lines > allowed and "migrations" not in path.parts:
            yield f"{name}: {lines} lines, at most {allowed}"


def long_functions() -> Iterator[str]:
    for path in python_files():
        if "migrations" in path.parts:
            continue
        for function in functions_of(syntax_of(path)):
            name, lines = f"{name_of(path)}:{function.name}", length_of(function)
            allowed = FUNCTION_HARD if is_test(path) else limit(name, FUNCTION, FUNCTION_HARD)
            if lines > allowed:
                yield f"{name}: {lines} lines, at most {allowed}"


def long_others() -> Iterator[str]:
    for path in files_of(*OTHERS, under=PACKAGE):
        name, lines = name_of(path), len(path.read_text().splitlines())
        allowed = RAISED.get(name, (OTHERS[path.suffix], ""))[0]
        if lines > allowed and not is_test(path):
            yield f"{name}: {lines} lines, at most {allowed}"


def wide_models() -> Iterator[str]:
    for path in python_files(PACKAGE):
        if path.name != "models.py" and path.parent.name != "models":
            continue
        for node in ast.walk(syntax_of(path)):
            if isinstance(node, ast.ClassDef) and len(list(functions_of(node))) > MODEL_METHODS:
                yield f"{name_of(path)}: {node.name} has more than {MODEL_METHODS} methods"


@pytest.mark.parametrize("rule", [long_files, long_functions, long_others, wide_models])
def test_sizes_are_kept(rule):
    expect_none(rule())


def test_every_raised_size_has_a_reason_and_is_still_there():
    for name, (lines, reason) in RAISED.items():
        assert lines
        assert reason
        assert (ROOT / name.split(":")[0]).exists()


def test_a_docstring_does_not_count():
    tree = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n')

    assert [length_of(function) for function in functions_of(tree)] == [2]
