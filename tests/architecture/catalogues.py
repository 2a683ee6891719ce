"""The translations: what the source asks for, what the catalogues hold, and where they differ.

Pure Python, so that it works alike on every machine. Beside Django's own functions a sentence is found
in `mark("...")` and in the docstring of every error, because a person reads those too.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

from tests.architecture.tree import PACKAGE, name_of, product_files, syntax_of, templates

PLURALS = {
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    ),
    "vi": "nplurals=1; plural=0;",
}
# Which argument is the context, the sentence, its plural.
PLAIN, CONTEXT, PLURAL, BOTH = (None, 0, None), (0, 1, None), (None, 0, 1), (0, 1, 2)
FUNCTIONS = {
    "_": PLAIN,
    "mark": PLAIN,
    "gettext": PLAIN,
    "gettext_lazy": PLAIN,
    "gettext_noop": PLAIN,
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "npgettext": BOTH,
    "npgettext_lazy": BOTH,
}
ERRORS = {"AllEarsError", "ConnectorError"}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(({LITERAL}(?:, ?{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|</?[a-z][^>]*>")


class Sentence(NamedTuple):
    """What a person reads, in English, as the source writes it."""

    text: str
    plural: str = ""
    context: str = ""


@cache
def source_sentences() -> frozenset[Sentence]:
    """Find every sentence that the source marks for translation."""
    trees = [syntax_of(path) for path in product_files()]
    found = {sentence for tree in trees for sentence in sentences_of(tree)}
    found |= set(error_sentences(trees))
    for path in templates():
        found |= set(template_sentences(path.read_text(), name_of(path)))
    return frozenset(found)


def sentences_of(tree: ast.AST) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (places := FUNCTIONS.get(called_name(node.func))):
            texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            yield from sentence_at(texts, places)


def called_name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def sentence_at(texts: list[object], places: tuple[int | None, int | None, int | None]) -> Iterator[Sentence]:
    context, text, plural = ("" if place is None else texts[place] for place in places)
    if isinstance(text, str) and text:
        yield Sentence(text, str(plural), str(context))


def error_sentences(trees: Iterable[ast.AST]) -> Iterator[Sentence]:
    """Yield the docstring of every error of ours; an error is known by what it descends from."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    errors = set(ERRORS)
    while more := {c.name for c in classes if errors & {called_name(base) for base in c.bases}} - errors:
        errors |= more
    for node in classes:
        if node.name in errors and (text := ast.get_docstring(node, clean=False)):
            yield Sentence(text)


def template_sentences(source: str, origin: str) -> Iterator[Sentence]:
    for name, arguments in TEMPLATE_CALL.findall(templatize(source, origin)):
        texts = [ast.literal_eval(literal) for literal in re.findall(LITERAL, arguments)]
        yield from sentence_at(texts, FUNCTIONS[name])


def catalogue_path(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> polib.POFile:
    path = catalogue_path(language)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def key_of(entry: polib.POEntry) -> Sentence:
    return Sentence(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def update_catalogue(language: str) -> int:
    """Write the catalogue anew from the source, keep what is translated; say how many are not."""
    known = {key_of(entry): entry for entry in read_catalogue(language)}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for sentence in sorted(source_sentences()):
        catalogue.append(known.get(sentence) or new_entry(sentence, language))
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_if_new(path, str(catalogue).rstrip("\n").encode() + b"\n")
    write_if_new(path.with_suffix(".mo"), catalogue.to_binary())
    return len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())


def new_entry(sentence: Sentence, language: str) -> polib.POEntry:
    entry = polib.POEntry(msgid=sentence.text, msgctxt=sentence.context or None)
    if sentence.plural:
        entry.msgid_plural = sentence.plural
        entry.msgstr_plural = dict.fromkeys(range(plural_count(language)), "")
    return entry


def plural_count(language: str) -> int:
    return int(PLURALS[language].split(";")[0].removeprefix("nplurals="))


def write_if_new(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def faults_of(language: str) -> Iterator[str]:
    """Say what is wrong with a catalogue, one line each."""
    catalogue = read_catalogue(language)
    held = {key_of(entry) for entry in catalogue if not entry.obsolete}
    wanted = source_sentences()
    yield from (f"not in the catalogue: {sentence.text!r}" for sentence in sorted(wanted - held))
    yield from (f"no longer in the source: {sentence.text!r}" for sentence in sorted(held - wanted))
    for entry in catalogue:
        yield from (f"{fault}: {entry.msgid!r}" for fault in entry_faults(entry, language))
    binary = catalogue_path(language).with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != catalogue.to_binary():
        yield "the compiled catalogue is older than its source"


def entry_faults(entry: polib.POEntry, language: str) -> Iterator[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        yield "only guessed (fuzzy)"
    if not all(texts) or (entry.msgid_plural and len(texts) != plural_count(language)):
        yield "not translated"
        return
    asked = placeholders(entry.msgid_plural or entry.msgid)
    if any(placeholders(text) != asked for text in texts):
        yield f"placeholders or tags differ from {asked}"
    if any(edges(text) != edges(entry.msgid) for text in texts):
        yield "begins or ends with other white space"


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
