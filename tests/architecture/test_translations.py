import ast

import polib
import pytest

from tests.architecture.catalogues import (
    PLURALS,
    Sentence,
    entry_faults,
    error_sentences,
    faults_of,
    new_entry,
    sentences_of,
    template_sentences,
)
from tests.architecture.verdict import expect_none


@pytest.mark.parametrize("language", PLURALS)
def test_every_sentence_is_translated(language):
    expect_none(faults_of(language))


def test_sentences_are_found_in_python():
    source = """
gettext("One " "sentence")
ngettext("%(n)s file", "%(n)s files", n)
label = pgettext_lazy("verb", "open")
hint = words.mark("Say it")
gettext(variable)
"""
    assert set(sentences_of(ast.parse(source))) == {
        Sentence("One sentence"),
        Sentence("%(n)s file", "%(n)s files"),
        Sentence("open", context="verb"),
        Sentence("Say it"),
    }


def test_sentences_are_found_in_errors_of_errors():
    source = """
class AllEarsError(Exception):
    "It went wrong."
class Closed(errors.AllEarsError):
    "It is closed."
class ClosedTwice(Closed):
    "It is closed twice."
class Open:
    "Not an error."
"""
    assert {sentence.text for sentence in error_sentences([ast.parse(source)])} == {
        "It went wrong.",
        "It is closed.",
        "It is closed twice.",
    }


def test_sentences_are_found_in_templates():
    source = """
{% translate "It's 5 o'clock" %} {% translate "open" context "verb" as word %} {{ _("Said")|upper }}
{% include "ui/button.html" with label=_("Save") only %}
{% blocktranslate trimmed count n=files|length %}
  {{ n }} file
{% plural %}
  {{ n }} files
{% endblocktranslate %}
<p>gettext("not this")</p>
"""
    assert set(template_sentences(source, "page.html")) == {
        Sentence("It's 5 o'clock"),
        Sentence("open", context="verb"),
        Sentence("Said"),
        Sentence("Save"),
        Sentence("%(n)s file", "%(n)s files"),
    }


@pytest.mark.parametrize(
    ("translation", "faults"),
    [
        ("Здравствуйте, <b>%(name)s</b>", []),
        ("", ["not translated"]),
        ("Здравствуйте, %(name)s", ["placeholders or tags differ from ['%(name)s', '</b>', '<b>']"]),
        ("Здравствуйте, <b>%(name)s</b> ", ["begins or ends with other white space"]),
    ],
)
def test_a_translation_keeps_placeholders_and_tags(translation, faults):
    entry = polib.POEntry(msgid="Hello, <b>%(name)s</b>", msgstr=translation)

    assert list(entry_faults(entry, "ru")) == faults


def test_every_plural_form_is_wanted():
    entry = new_entry(Sentence("%(n)s file", "%(n)s files"), "ru")
    entry.msgstr_plural = {0: "%(n)s файл", 1: "%(n)s файла"}
    assert list(entry_faults(entry, "ru")) == ["not translated"]

    entry.msgstr_plural[2] = "%(n)s файлов"
    assert list(entry_faults(entry, "ru")) == []
