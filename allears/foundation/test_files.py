"""Bytes stay while a row names them, and for a while after."""

import os
from datetime import timedelta
from time import time

import pytest

from allears.foundation.files import let_go_of_unused_files, path_of_file, read_file, store_file

MONTHS = timedelta(days=60)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES = tmp_path


def store_long_ago(data: bytes) -> str:
    digest = store_file(data)
    then = time() - MONTHS.total_seconds()
    os.utime(path_of_file(digest), (then, then))
    return digest


@pytest.fixture
def named(monkeypatch):
    """Say which digests a row names."""
    names: set[str] = set()
    monkeypatch.setattr("allears.foundation.files._named_digests", names.intersection)
    return names


def test_what_no_row_names_is_let_go_of_after_a_while(named):
    new, old, kept = store_file(b"new"), store_long_ago(b"old"), store_long_ago(b"kept")
    named.add(kept)

    assert let_go_of_unused_files() == 1
    assert (read_file(new), read_file(kept)) == (b"new", b"kept")
    with pytest.raises(FileNotFoundError):
        read_file(old)


def test_what_is_stored_again_is_new_again(named):
    digest = store_long_ago(b"twice")
    store_file(b"twice")

    assert let_go_of_unused_files() == 0
    assert read_file(digest) == b"twice"


def test_what_is_named_at_the_last_moment_stays(monkeypatch):
    digest = store_long_ago(b"just in time")
    answers = iter([set(), {digest}])
    monkeypatch.setattr("allears.foundation.files._named_digests", lambda _digests: next(answers))

    assert let_go_of_unused_files() == 0
    assert read_file(digest) == b"just in time"


def test_what_an_interrupted_sweep_had_put_aside_is_put_back(named):
    digest = store_long_ago(b"aside")
    path_of_file(digest).rename(path_of_file(digest).with_name(f"{digest}.leaving"))
    named.add(digest)

    assert let_go_of_unused_files() == 0
    assert read_file(digest) == b"aside"
