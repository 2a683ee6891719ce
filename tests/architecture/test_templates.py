"""What the template linters miss, and what our pages promise."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import name_of, templates
from tests.architecture.verdict import expect_none

FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|importmap)\")[^>]*>",
    "an inline style": r"<style\b|\sstyle=[\"']",
    "an inline handler": r"<[^>]*\son[a-z]+=[\"']",
    "a script address": r"(?:href|src|action)=[\"']\s*javascript:",
    "text marked safe": r"\|\s*safe(?:seq)?\b",
    "escaping switched off": r"\{%-?\s*autoescape\s+off",
    "a word we do not use": r"\bsuccessfully\b",
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
FORM = re.compile(r"<form\b[^>]*?method=[\"']?post.*?</form>", re.DOTALL | re.IGNORECASE)
INCLUDE = re.compile(r"\{%\s*include\s+[\"']ui/[^%]*%\}")
EXTENDS = re.compile(r"\{%\s*extends\s+[\"']([^\"']+)[\"']\s*%\}")
# page -> layout -> ui/page.html
DEEPEST = 3


def faults_in(source: str) -> Iterator[str]:
    text = COMMENT.sub("", source)
    for fault, pattern in FORBIDDEN.items():
        yield from (f"{fault}: {found.group()}" for found in re.finditer(pattern, text, re.IGNORECASE))
    if any("csrf_token" not in form.group() for form in FORM.finditer(text)):
        yield "a POST form without {% csrf_token %}"
    for include in INCLUDE.finditer(text):
        if not re.search(r"\bonly\s*%\}$", include.group()):
            yield f"a component that sees everything (say `only`): {include.group()}"


def test_templates_keep_the_rules():
    expect_none(f"{name_of(path)}: {fault}" for path in templates() for fault in faults_in(path.read_text()))


def test_components_begin_by_naming_their_inputs():
    components = [path for path in templates() if path.match("ui/templates/ui/*.html")]
    pages = {"page.html"}
    expect_none(
        f"{name_of(path)}: the first line is a comment that names the inputs"
        for path in components
        if path.name not in pages and not path.read_text().startswith("{#")
    )


def test_inheritance_is_shallow():
    parents = {
        name_of(path).split("/templates/")[-1]: EXTENDS.search(path.read_text()) for path in templates()
    }

    def depth(name: str) -> int:
        parent = parents.get(name)
        return 1 + depth(parent.group(1)) if parent else 1

    expect_none(f"{name}: {depth(name)} deep, at most {DEEPEST}" for name in parents if depth(name) > DEEPEST)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('<script src="{% static "ui/a.js" %}" type="module"></script>', 0),
        ("<script>alert(1)</script>", 1),
        ('<p style="color: red">', 1),
        ('<button type="button" onclick="go()">', 1),
        ("{{ html|safe }}", 1),
        ("{{ html|safe_html }}", 0),
        ("{% autoescape off %}", 1),
        ('<form method="post">{% csrf_token %}</form>', 0),
        ('<form method="post"></form>', 1),
        ('<form method="get"></form>', 0),
        ('{# <p style="color: red"> #}', 0),
        ('{% include "ui/badge.html" with tone="hot" only %}', 0),
        ('{% include "ui/badge.html" with tone="hot" %}', 1),
    ],
)
def test_faults_are_seen(source, count):
    assert len(list(faults_in(source))) == count
