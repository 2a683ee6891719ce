"""What was exported comes back: the same rows, nothing twice, nothing sent, and all of it adds up."""

import json
import shutil
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections

from allears.archives.actions import importing
from allears.archives.actions.exporting import export_workspace
from allears.archives.actions.importing import import_archive, moves_of
from allears.archives.arriving import NOT_SENT_YET
from allears.archives.containers import Archive
from allears.archives.errors import ArchiveDamaged, ArchiveFromNewer, NotAnArchive, WorkspaceNotEmpty
from allears.archives.kinds import all_kinds
from allears.archives.manifest import read_manifest
from allears.archives.models import Import
from allears.archives.moving import Moves, moved_row
from allears.connectors.interface import Piece
from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.foundation.files import path_of_file
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import create_account, create_team, create_workspace
from allears.foundation.workspaces.models import Account, Brand, Member, Workspace
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.rereading import look_for_unread, read_by_new_models
from allears.pipeline.conversations.models import Attachment, Conversation, Message, MessageReading, Note
from allears.pipeline.conversations.queries.search import search_conversations
from allears.pipeline.intake.models import Envelope, Waiting
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.people.models import Customer, CustomerMerge
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.actions.sending import claim_dispatches
from allears.pipeline.replies.models import Dispatch
from tests.journeys.worlds import PASSWORD, deliver, make_world, message_from

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.slow]
# What an import changes on purpose: nothing may be heard, sent or told by what has come.
CHANGED = {
    "channels.channel": ("state", "trouble", "trouble_facts", "trouble_since"),
    "webhooks.endpoint": ("state", "trouble", "trouble_facts", "failing_since"),
}


@pytest.fixture
def workspace():
    """A small desk with one of everything, its answer sent; and another workspace beside it."""
    create_workspace(create_account("Sten", "sten@elsewhere.example", PASSWORD), "Elsewhere")
    world = make_world("Lantern")
    Dispatch.objects.update(state="sent", ended_at=now(), leased_until=None)
    deliver(
        world.channel, message_from("Minh", "Đơn hàng của tôi đâu?"), message_from("Olga", "Где мой заказ?")
    )
    create_team(world.owner, "Legal", is_private=True)
    write_note(Conversation.objects.earliest("id"), f"@{world.owner.name} look at this", world.owner)
    for merge in CustomerMerge.objects.all():  # as if somebody had been there
        gone = Customer.objects.create(workspace=world.owner.workspace, name="Gone", first_seen_at=now())
        CustomerMerge.objects.filter(id=merge.id).update(absorbed_id=gone.id)
        gone.delete()
    return world.owner.workspace


def rows_in(path, back=None):
    """Read an archive as {kind: rows}, without what an import changes and what exporting itself wrote down."""
    archive = Archive(path)
    found = {}
    for kind in all_kinds():
        rows = [json.loads(line) for line in archive.read(kind.file).splitlines()]
        if back:
            rows = [moved_row(kind, row, back) for row in rows]
        for row in rows:
            for name in CHANGED.get(kind.label, ()):
                row.pop(name)
        if kind.label == "events.event":
            rows = [row for row in rows if row["kind"] not in {"workspace.exported", "workspace.imported"}]
        found[kind.label] = sorted(rows, key=lambda row, key=kind.key: row[key])
    archive.close()
    return found


def empty_installation():
    for alias in connections:
        call_command("flush", database=alias, interactive=False, verbosity=0)
        with connections[alias].cursor() as cursor:
            if connections[alias].vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence")


def counts():
    return {kind.label: kind.model._meta.default_manager.count() for kind in all_kinds()}


@pytest.mark.parametrize("name", ["lantern.zip", "lantern"])
def test_what_was_exported_comes_back_whole(workspace, tmp_path, settings, name):
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    export_workspace(workspace, first)
    empty_installation()
    settings.FILES = tmp_path / "other-files"
    done = import_archive(first)
    assert (done.workspace.name, done.was_here) == (workspace.name, False)
    assert audit_workspace(done.workspace.id).problems == []
    export_workspace(done.workspace, second)
    assert rows_in(second) == rows_in(first)
    digests = set(Attachment.objects.values_list("digest", flat=True))
    assert digests
    assert all(path_of_file(digest).is_file() for digest in digests)


def test_beside_the_original_it_is_a_second_world_and_touches_nothing(workspace, tmp_path):
    before = rows_of(workspace, tmp_path / "before.zip")
    export_workspace(workspace, tmp_path / "one.zip")
    done = import_archive(tmp_path / "one.zip")
    assert done.workspace.name == f"{workspace.name} (2)"
    way = Import.objects.get()
    back = Moves(
        {label: -offset for label, offset in way.offsets.items()},
        {label: {new: int(old) for old, new in places.items()} for label, places in way.places.items()},
        dict.fromkeys(way.offsets, 10**15),
    )
    copied = rows_of(done.workspace, tmp_path / "two.zip", back)
    for rows in (before, copied):
        rows["workspaces.workspace"][0].pop("name")
        for row in (*rows["channels.channel"], *rows["webhooks.endpoint"]):
            row.pop("key")
    assert copied == before
    assert (
        rows_of(workspace, tmp_path / "after.zip")["conversations.message"] == before["conversations.message"]
    )
    assert audit_workspace(done.workspace.id).problems == []


def rows_of(workspace, path, back=None):
    export_workspace(workspace, path)
    return rows_in(path, back)


def test_made_twice_it_is_there_once(workspace, tmp_path):
    export_workspace(workspace, tmp_path / "one.zip")
    first = import_archive(tmp_path / "one.zip")
    before = counts()
    again = import_archive(tmp_path / "one.zip")
    assert (again.was_here, again.rows, again.workspace) == (True, {}, first.workspace)
    assert counts() == before


@pytest.mark.parametrize("stop", [3, 9, 14, 17])
def test_stopped_in_between_it_goes_on_where_it_was(workspace, tmp_path, monkeypatch, stop):
    monkeypatch.setattr(importing, "AT_ONCE", 10)
    path = tmp_path / "one.zip"
    export_workspace(workspace, path)
    empty_installation()
    put, made = importing.put_rows, Counter()

    def put_until(kind, rows):
        put(kind, rows)
        made["pieces"] += 1
        if made["pieces"] == stop:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing, "put_rows", put_until)
    with pytest.raises(KeyboardInterrupt):
        import_archive(path)
    monkeypatch.setattr(importing, "put_rows", put)
    done = import_archive(path)
    assert Workspace.objects.count() == 1
    assert rows_of(done.workspace, tmp_path / "two.zip") == rows_in(path)


def test_from_an_archive_nothing_is_ever_sent(workspace, tmp_path):
    owner = Member.objects.get(workspace=workspace, role="owner")
    conversation = Conversation.objects.get(workspace=workspace, customer_name="Minh")
    seen = conversation.last_message_id
    words = Reply(text="On its way.", idempotency_key="r", seen_message_id=seen, then="solve")
    queue_reply(owner, conversation, words)
    assert Conversation.objects.get(id=conversation.id).status == "solved"
    export_workspace(workspace, tmp_path / "one.zip")
    Dispatch.objects.filter(workspace=workspace, state__in=["held", "waiting"]).update(state="sent")
    done = import_archive(tmp_path / "one.zip")
    Channel.objects.filter(workspace=done.workspace).update(state="on")
    with shifted_clock(timedelta(days=1)):
        assert [one for one in claim_dispatches(set()) if one.workspace_id == done.workspace.id] == []
    unsent = Dispatch.objects.get(workspace=done.workspace, trouble=NOT_SENT_YET)
    assert (unsent.state, unsent.conversation.status, unsent.conversation.is_open) == (
        "refused",
        "open",
        True,
    )
    assert audit_workspace(done.workspace.id).problems == []


def test_what_came_can_be_searched_and_people_keep_their_accounts(workspace, tmp_path):
    export_workspace(workspace, tmp_path / "one.zip")
    accounts = Account.objects.count()
    done = import_archive(tmp_path / "one.zip")
    assert Account.objects.count() == accounts
    owner = Member.objects.get(workspace=done.workspace, role="owner")
    found = search_conversations(owner, "don hang")
    found_in = Conversation.objects.filter(id__in=[row.id for row in found.rows])
    assert list(found_in.values_list("workspace_id", flat=True)) == [done.workspace.id]
    note = Note.objects.get(conversation__workspace=done.workspace, text__contains="look at this")
    assert note.call_ins.get().member == owner


def test_what_came_without_a_reading_is_read_here(workspace, tmp_path):
    MessageReading.objects.all().delete()
    export_workspace(workspace, tmp_path / "one.zip")
    read_by_new_models()
    done = import_archive(tmp_path / "one.zip")
    theirs = Message.objects.filter(workspace=done.workspace, direction="in")
    assert theirs.filter(reading__isnull=True).exists()

    assert Job.objects.filter(name="look_for_unread").count() == 1
    look_for_unread()
    read_by_new_models()

    assert not theirs.filter(reading__isnull=True).exists()


def test_an_unknown_person_comes_without_a_password(workspace, tmp_path):
    export_workspace(workspace, tmp_path / "one.zip")
    assert b"argon2" not in (tmp_path / "one.zip").read_bytes()
    empty_installation()
    import_archive(tmp_path / "one.zip")
    assert not any(account.has_usable_password() for account in Account.objects.all())


def test_it_goes_into_an_empty_workspace_and_into_no_other(workspace, tmp_path):
    export_workspace(workspace, tmp_path / "one.zip")
    newcomer = create_workspace(create_account("Noor", "noor@lantern.example", PASSWORD), "New")
    with pytest.raises(WorkspaceNotEmpty):
        import_archive(tmp_path / "one.zip", workspace)
    done = import_archive(tmp_path / "one.zip", newcomer.workspace)
    assert done.workspace == newcomer.workspace
    assert Brand.objects.filter(workspace=newcomer.workspace, is_default=True).count() == 1
    assert Member.objects.get(id=newcomer.id).role == "owner"
    messages = Message.objects.filter(workspace=workspace).count()
    assert Message.objects.filter(workspace=newcomer.workspace).count() == messages
    assert import_archive(tmp_path / "one.zip", newcomer.workspace).was_here


def damaged(path, change):
    """Copy an archive with one file changed."""
    other = path.with_name("damaged.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return other


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (
            ArchiveDamaged,
            lambda name, data: data[:-40] if name.endswith("conversations.message.jsonl") else data,
        ),
        (ArchiveDamaged, lambda name, data: None if name.endswith("people.customer.jsonl") else data),
        (ArchiveDamaged, lambda name, data: b"other" if name.startswith("files/") else data),
        (ArchiveDamaged, lambda name, data: data[:90] if name == "manifest.json" else data),
        (NotAnArchive, lambda name, data: None if name == "manifest.json" else data),
        (NotAnArchive, lambda name, data: b'{"format": "other"}' if name == "manifest.json" else data),
        (ArchiveFromNewer, lambda _name, data: data.replace(b'"version": 1', b'"version": 2')),
        (ArchiveFromNewer, lambda _name, data: data.replace(b'"people.customer"', b'"people.robot"')),
    ],
)
def test_what_is_damaged_or_foreign_changes_nothing(workspace, tmp_path, error, change):
    export_workspace(workspace, tmp_path / "one.zip")
    before = counts()
    with pytest.raises(error):
        import_archive(damaged(tmp_path / "one.zip", change))
    assert (counts(), Import.objects.count()) == (before, 0)


def test_a_file_that_is_no_zip_is_refused(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(NotAnArchive):
        import_archive(tmp_path / "x.zip")


def test_without_raw_what_waits_or_is_dead_keeps_its_bytes(workspace, tmp_path):
    channel = Channel.objects.get(workspace=workspace)
    store_submissions([Submission(workspace.id, channel.id, [Piece(body=b"waiting")], now())])
    export_workspace(workspace, tmp_path / "one.zip", with_raw=False)
    done = import_archive(tmp_path / "one.zip")
    kept = Envelope.objects.filter(workspace_id=done.workspace.id)
    assert sorted(bytes(one.body) for one in kept) == [b"this is no message", b"waiting"]
    waiting = Waiting.objects.filter(envelope_id__in=kept.values_list("id", flat=True)).count()
    assert waiting == 1
    assert audit_workspace(done.workspace.id).problems == []


def test_exporting_is_written_down_and_overwrites_nothing(workspace, tmp_path):
    manifest = export_workspace(workspace, tmp_path / "one.zip")
    told = Event.objects.get(kind="workspace.exported")
    assert (told.workspace_id, told.facts["archive"]) == (workspace.id, manifest.id)
    with pytest.raises(FileExistsError):
        export_workspace(workspace, tmp_path / "one.zip")
    shutil.rmtree(tmp_path / "one.zip.part", ignore_errors=True)
    assert oct((tmp_path / "one.zip").stat().st_mode)[-3:] == "600"


def test_another_workspaces_rows_stay_out(workspace, tmp_path):
    other = Workspace.objects.get(name="Elsewhere")
    manifest = export_workspace(other, tmp_path / "other.zip")
    assert {label for label, contents in manifest.kinds.items() if contents.rows} == {
        "workspaces.workspace",
        "workspaces.account",
        "workspaces.brand",
        "workspaces.member",
        "events.event",
    }
    archive = Archive(tmp_path / "other.zip")
    assert read_manifest(archive).workspace["name"] == "Elsewhere"
    archive.close()


def test_an_import_remembers_where_ids_went(workspace, tmp_path):
    export_workspace(workspace, tmp_path / "one.zip")
    done = import_archive(tmp_path / "one.zip")
    archive = Archive(tmp_path / "one.zip")
    moves = moves_of(Import.objects.get(), read_manifest(archive))
    archive.close()
    first = Conversation.objects.filter(workspace=workspace).earliest("id")
    assert (
        Conversation.objects.get(id=moves.move("conversations.conversation", first.id)).workspace
        == done.workspace
    )
