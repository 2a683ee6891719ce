"""Old messages come in once, in silence; a broken file gives what it holds."""

import gzip
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from rich.progress import Progress

from allears.cli import importing
from allears.cli.importing import import_file
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import read_all
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.imports.splitting import NotThatForm, split_jsonl, split_mbox, split_twcs
from allears.pipeline.intake.models import Ending, Envelope
from allears.pipeline.replies.models import Dispatch

pytestmark = pytest.mark.django_db(databases="__all__")
CORPUS = Path(__file__).parents[4] / "shared/data/care_twitter_twcs/messages.csv.gz"

TWCS = """\
thread_id,message_id,in_reply_to,brand,author,direction,created_at,text
t1,1,,shop,u10,inbound,2017-10-31T21:45:10Z,@shop Where is my parcel?
t1,2,1,shop,brand:shop,outbound,2017-10-31T21:46:24Z,@10 It is on its way.
t1,3,2,shop,u10,inbound,2017-10-31T21:49:35Z,"@shop Thanks, all of you"
t1,4,1,shop,u11,inbound,2017-10-31T21:50:00Z,@shop Mine too!
t1,5,4,shop,brand:shop,outbound,2017-10-31T21:55:00Z,@11 Yours as well.
t2,6,,shop,u12,inbound,2017-11-01T08:00:00Z,"@shop Два слова
на двух строках"
"""
UNTHREADED = """\
message_id,in_reply_to,author,direction,created_at,text
3,2,u10,inbound,2017-10-31T21:49:35Z,Thanks
2,1,brand:shop,outbound,2017-10-31T21:46:24Z,@10 It is on its way.
1,,u10,inbound,2017-10-31T21:45:10Z,Where is my parcel?
"""


def mbox(*texts):
    return "".join(
        f"From ann@customers.example Sat Jan  3 01:05:34 2026\n"
        f"From: Ann <ann{n}@customers.example>\nTo: care@shop.example\nMessage-ID: <m{n}@customers.example>\n"
        f"Date: Sat, 3 Jan 2026 01:05:34 +0000\nSubject: Question {n}\n\n{text}\n\n"
        for n, text in enumerate(texts)
    ).encode()


def jsonl(*lines):
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def line(id_, **more):
    author = {"id": "7", "name": "Anna"}
    return {
        "id": id_,
        "thread": "t",
        "author": author,
        "text": f"Line {id_}",
        "sent_at": "2026-01-03T01:00:00Z",
        **more,
    }


SAMPLES = {
    "mbox": mbox("One", "Two\n\n>From here on quoted\n\nFrom this line on nothing new begins", "Three"),
    "jsonl": jsonl(line("1"), line("2"), line("3", direction="out", to={"id": "7"})),
    "twcs": TWCS.encode(),
}


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    """Import in this process, on the database of the test."""
    monkeypatch.setattr(importing, "prepare", lambda: None)
    monkeypatch.setattr("allears.workers.hold_pipeline", lambda: True)


@pytest.fixture
def bring_in(channel, tmp_path, capsys):
    def bring(content, form, name="file"):
        path = tmp_path / name
        path.write_bytes(content)
        import_file(path, form, channel.name, "", as_json=True)
        return json.loads(capsys.readouterr().out)

    return bring


@pytest.mark.parametrize("form", SAMPLES)
@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress], ids=["plain", "gzip"])
def test_a_file_twice_is_once_and_silent(bring_in, form, pack):
    first = bring_in(pack(SAMPLES[form]), form)
    count = Message.objects.count()
    assert first["messages"] == count == first["pieces"] == {"mbox": 3, "jsonl": 3, "twcs": 6}[form]

    bring_in(pack(SAMPLES[form]), form, "the same under another name")

    assert Message.objects.count() == count == Envelope.objects.count()
    assert not Dispatch.objects.exists()
    assert not Event.objects.filter(conversation__isnull=False).exists()
    assert audit_workspace().is_good


def test_tweets_become_a_conversation_for_each_customer_with_the_brands_answers(bring_in):
    bring_in(TWCS.encode(), "twcs")

    by_customer = {
        conversation.customer.name: list(
            conversation.messages.order_by("sent_at").values_list("external_id", "direction")
        )
        for conversation in Conversation.objects.all()
    }
    assert by_customer == {
        "@10": [("1", "in"), ("2", "out"), ("3", "in")],
        "@11": [("4", "in"), ("5", "out")],
        "@12": [("6", "in")],
    }
    outcomes = dict(Message.objects.filter(direction="in").values_list("external_id", "outcome"))
    assert outcomes == {"1": "answered", "3": "", "4": "answered", "6": ""}
    statuses = dict(Conversation.objects.values_list("customer__name", "status"))
    assert (statuses["@11"], Conversation.objects.get(customer__name="@11").waiting_since) == ("solved", None)
    assert statuses["@12"] == "new"
    assert Message.objects.get(external_id="6").text == "@shop Два слова\nна двух строках"


def test_tweets_without_threads_are_threaded_by_what_they_answer(bring_in):
    bring_in(UNTHREADED.encode(), "twcs")

    assert Conversation.objects.get().message_count == 3
    assert audit_workspace().is_good


def test_a_truncated_gzip_gives_all_that_came_before(bring_in, monkeypatch):
    lines = [
        line(f"{n}", text=f"{n} " + "".join(chr(97 + (n * k) % 26) for k in range(2000))) for n in range(400)
    ]
    packed = gzip.compress(jsonl(*lines))

    report = bring_in(packed[: len(packed) // 2], "jsonl")

    assert 50 < Message.objects.count() == report["messages"] < 400
    bring_in(packed, "jsonl")
    assert Message.objects.count() == 400


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"not a mailbox", "mbox"),
        (b"a,b\n1,2\n", "twcs"),
        (gzip.compress(jsonl(line("1")))[:12], "jsonl"),
        (b"\x1f\x8b" + b"rubbish" * 9, "jsonl"),
    ],
)
def test_a_file_of_another_form_says_so_and_leaves_nothing(bring_in, content, form):
    with pytest.raises(SystemExit):
        bring_in(content, form)

    assert not Envelope.objects.exists()


def test_a_form_or_a_channel_that_is_not_there_is_said(bring_in):
    with pytest.raises(SystemExit):
        bring_in(b"", "pst")


def test_an_interrupted_import_is_taken_up_where_it_stopped(bring_in, monkeypatch):
    content = jsonl(*(line(f"{n}") for n in range(30)))
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    with monkeypatch.context() as patch:
        calls = Counter()

        def stopping(file):
            for piece in split_jsonl(file):
                calls["pieces"] += 1
                if calls["pieces"] == 25:
                    raise KeyboardInterrupt
                yield piece

        patch.setitem(importing_splitters(), "jsonl", stopping)
        with pytest.raises(KeyboardInterrupt):
            bring_in(content, "jsonl")
    assert 20 <= Envelope.objects.count() < 30
    read_all()

    bring_in(content, "jsonl")

    assert Message.objects.count() == Envelope.objects.count() == 30
    assert audit_workspace().is_good


def importing_splitters():
    from allears.pipeline.imports.splitting import SPLITTERS

    return SPLITTERS


BAD_LINES = [
    b"{",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b'{"id": "a\\u0000b", "author": {"id": "1"}, "text": "NUL in the id"}',
    b'{"id": "\\ud800", "author": {"id": "1"}, "text": "half a character"}',
    b'{"id": "x", "author": {"id": "1"}, "text": "t", "direction": "out", "to": {}}',
    b'{"id": "y", "author": {"id": "1"}, "text": "t", "direction": "out", "to": 7}',
    b"[" * 100_000,
    b'{"id": ' + b"1" * 5000 + b"}",
]


def test_bad_lines_are_dead_letters_with_a_reason_and_harm_no_neighbour(bring_in):
    good = [jsonl(line(f"good {n}")).strip() for n in range(len(BAD_LINES) + 1)]
    lines = [part for pair in zip(good, BAD_LINES, strict=False) for part in pair] + good[-1:]

    bring_in(b"\n".join(lines), "jsonl")

    assert Message.objects.filter(external_id__startswith="good").count() == len(good)
    assert Ending.objects.count() == len(lines)
    reasons = list(Ending.objects.filter(ended_as="dead").values_list("reason", flat=True))
    assert len(reasons) >= 7
    assert not [reason for reason in reasons if "stumbled" in reason]
    assert audit_workspace().is_good


def test_bad_rows_are_dead_letters_and_harm_no_neighbour(bring_in):
    rows = (
        TWCS
        + 't9,,,shop,u1,inbound,2017-10-31T21:45:10Z,"no id"\nt9,90,,shop,,inbound,2017-10-31T21:45:10Z,nobody\n'
    )
    rows += "t9,91,,shop,u1,inbound,yesterday,no moment\nt9,92\nt9,93,,s,u1,inbound,2017-10-31T21:45:10Z,a,b,c,d,e\n"
    rows += "t9,9\x004,,s,u1,inbound,2017-10-31T21:45:10Z,NUL \x00 here\n"
    rows += f"t9,95,,s,u1,inbound,2017-10-31T21:45:10Z,{'long ' * 60_000}\n"

    bring_in(rows.encode(), "twcs")

    assert Message.objects.count() == 6 + 3
    assert Ending.objects.filter(ended_as="dead").count() == 4
    assert not Ending.objects.filter(reason__contains="stumbled").exists()


def test_a_table_with_a_quote_that_never_ends_gives_what_it_can(bring_in):
    bring_in(
        TWCS.encode() + b't9,99,,s,u1,inbound,2017-10-31T21:45:10Z,"never ends ' + b"x" * 200_000, "twcs"
    )

    assert Message.objects.filter(thread__external_id__in=["t1", "t2"]).count() == 6


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_mailbox_is_cut_where_mails_begin_and_nowhere_else(ends):
    content = SAMPLES["mbox"].replace(b"\n", ends)

    pieces = list(split_mbox(io.BytesIO(content)))

    assert len(pieces) == 3
    assert all(piece.is_silent for piece in pieces)
    assert b"From here on quoted" in pieces[1].body
    assert b">From" not in pieces[1].body
    assert pieces[1].body.endswith(b"From this line on nothing new begins" + ends)


def test_forms_know_themselves():
    with pytest.raises(NotThatForm):
        list(split_mbox(io.BytesIO(TWCS.encode())))
    with pytest.raises(NotThatForm):
        list(split_twcs(io.BytesIO(SAMPLES["mbox"])))
    assert list(split_mbox(io.BytesIO(b""))) == []


@pytest.mark.slow
def test_the_real_corpus_comes_in_whole(channel, capsys):
    if not CORPUS.exists():
        pytest.skip(f"no corpus of real tweets at {CORPUS.name}")
    with Progress(disable=True):
        import_file(CORPUS, "twcs", channel.name, "", as_json=True)
    report = json.loads(capsys.readouterr().out)

    assert report["pieces"] == report["messages"] + len(report["skipped"]) * 0
    assert report.get("dead", 0) == 0
    assert Message.objects.count() == 44_869
    assert not Event.objects.filter(conversation__isnull=False).exists()
    audit = audit_workspace()
    assert audit.problems == []
    assert not Conversation.objects.filter(waiting_since__isnull=True, status__in=["new", "open"]).exists()
