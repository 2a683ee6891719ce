import json

import pytest

from allears.connectors.errors import Unreadable
from allears.connectors.interface import Account, Author, Delivery
from allears.foundation.clock import now
from allears.pipeline.imports.readers import read_jsonl_piece

LINE = {"id": "2", "thread": "t", "author": {"id": "us"}, "text": "Hello Kim", "direction": "out"}


def test_our_own_words_name_their_customer():
    (found,) = _read(json.dumps({**LINE, "to": {"id": "kim", "name": "Kim"}}))
    assert (found.is_ours, found.recipient) == (True, Author(id="kim", name="Kim"))


def test_in_a_known_thread_nobody_need_be_named():
    (found,) = _read(json.dumps(LINE))
    assert (found.is_ours, found.recipient) == (True, None)


@pytest.mark.parametrize(
    "line", ["{", "[]", "7", json.dumps({**LINE, "to": "kim"}), json.dumps({**LINE, "to": {}})]
)
def test_what_can_not_be_read_says_why(line):
    with pytest.raises(Unreadable):
        _read(line)


def _read(line):
    found = read_jsonl_piece(
        Delivery(body=line.encode(), received_at=now()), Account(channel_id=1, name="Shop")
    )
    assert isinstance(found, list)
    return found
