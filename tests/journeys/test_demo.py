"""Sample data come, live, and leave: everything that came goes, and nothing else."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection

from allears.cast.scripts import read_stories
from allears.demo import actions
from allears.demo.actions import begin_samples, bring_samples, change_live, fill_with_samples, remove_samples
from allears.demo.errors import NoSamples, SamplesAreComing, SamplesAreHere
from allears.demo.living import answer_as_customer
from allears.demo.queries import samples_of
from allears.flow import process_waiting
from allears.foundation.clock import now, shifted_clock, stopped_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.work.actions import claim_jobs, end_job
from allears.foundation.work.models import Job
from allears.foundation.workspaces.models import Account, Member, Role, Workspace
from allears.housekeeping import TASKS
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.channels.models import Channel
from allears.pipeline.conftest import join, read_all, store
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.tagging import find_or_make_tag, tag_conversations
from allears.pipeline.conversations.models import Conversation, Direction, Message
from allears.pipeline.people.models import Customer
from allears.pipeline.replies.actions.drafting import add_draft_file, save_draft
from allears.pipeline.replies.actions.queueing import UNDO_FOR, Reply, queue_reply
from allears.pipeline.replies.actions.sending import claim_dispatches, send_dispatch
from allears.pipeline.replies.models import Dispatch
from tests.fake_network import plug_in, said
from tests.journeys.worlds import PASSWORD, browser_of

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
FEW = (*read_stories("today")[:15], *read_stories("heard")[-8:])
INDEXES = ("message_search", "note_search", "person_search")


@pytest.fixture(autouse=True)
def _few_stories(monkeypatch, settings, tmp_path):
    """Tell a few; all of them would take all day."""
    monkeypatch.setattr(actions, "STORIES", FEW)
    settings.FILES = tmp_path


@pytest.fixture
def owner(transactional_db) -> Member:
    from allears.foundation.workspaces.actions import create_account, create_workspace

    return create_workspace(create_account("Olga", "olga@lantern.example", PASSWORD), "Lantern")


@pytest.fixture
def network(monkeypatch):
    return plug_in(monkeypatch)


def everything() -> dict[str, Counter[str]]:
    """Write down every row of every table, every index entry and every file."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        rows = model._default_manager.values_list()
        found[model._meta.label] = Counter(repr(row) for row in rows)
    key = "id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        for table in INDEXES:
            cursor.execute(f"SELECT {key} FROM {table}")
            found[table] = Counter(str(row[0]) for row in cursor.fetchall())
    found["files"] = Counter(path.name for path in django_settings.FILES.rglob("*") if path.is_file())
    return found


def do_jobs(minutes: int = 2) -> None:
    """Do every job that is due in so many minutes, and read what arrives then."""
    with shifted_clock(timedelta(minutes=minutes)):
        for job in claim_jobs():
            TASKS[job.name](**job.arguments)
            end_job(job)
        read_all()


def answer(member: Member, conversation: Conversation, text: str) -> Dispatch:
    words = Reply(text=text, idempotency_key=uuid4().hex, seen_message_id=conversation.last_message_id)
    dispatch = queue_reply(member, conversation, words)
    with shifted_clock(UNDO_FOR):
        for due in claim_dispatches(set()):
            send_dispatch(due)
    return dispatch


def waiting_in(name: str) -> Conversation:
    """Return the newest conversation of a sample channel that can be answered."""
    return Conversation.objects.filter(channel__name=name, waiting_since__isnull=False).latest("id")


def test_what_came_goes_and_nothing_else(owner, network):
    agent, own = join(owner, Role.AGENT, "Ada"), add_own_channel(owner, network)
    find_or_make_tag(owner, "Refund")
    owner.workspace.refresh_from_db()
    before = everything()

    bring_samples(owner, is_live=True)
    owner.workspace.refresh_from_db()
    assert owner.workspace.has_samples
    assert Conversation.objects.filter(channel=own).count() == 1
    assert Conversation.objects.count() == len(FEW) + 1
    for minutes in (2, 4, 6):
        do_jobs(minutes)
    for name in ("Hello", "Tern app", "Web site", "Town square", "Fediverse"):
        work_in(waiting_in(name), agent)
    for minutes in (8, 10):
        do_jobs(minutes)
    assert samples_of(owner).added == 10

    remove_samples(owner)
    after = everything()
    assert {name: rows - before[name] for name, rows in after.items() if rows - before[name]} == {}
    assert {name: rows - after[name] for name, rows in before.items() if rows - after[name]} == {}
    assert network.sent == []


def add_own_channel(owner: Member, network) -> Channel:
    """Connect a channel of one's own in which somebody has written."""
    from tests.fake_network import add_fake_channel

    channel = add_fake_channel(owner.workspace)
    store(channel, network.piece(said("1", "Where is it?", minutes_ago=9, thread="dm")))
    read_all()
    return channel


def work_in(conversation: Conversation, member: Member) -> None:
    """Do there what people do."""
    find_or_make_tag(member, "refund")
    mine = find_or_make_tag(member, "Refund")
    tag_conversations([conversation.id], [mine.id], member)
    write_note(conversation, "Looking into it, @Marit Solberg", member)
    answer(member, conversation, "It is on its way.")
    conversation.refresh_from_db()
    add_draft_file(
        member, conversation, "reply", "plan.txt", "text/plain", conversation.customer_name.encode()
    )
    save_draft(member, conversation, "reply", "And another thing")


def test_everything_adds_up_while_they_are_here(owner):
    bring_samples(owner, is_live=False)
    for name in ("Hello", "Tern app", "Web site", "Town square", "Fediverse"):
        answer(owner, waiting_in(name), "It is on its way.")
    audit = audit_workspace(owner.workspace_id)
    assert (audit.problems, audit.dead, audit.waiting) == ([], 1, 0)


@pytest.mark.parametrize("name", ["Hello", "Tern app", "Web site", "Town square", "Fediverse"])
def test_a_sample_customer_answers_a_person_in_place(owner, name):
    bring_samples(owner, is_live=False)
    conversation = waiting_in(name)
    dispatch = answer(owner, conversation, "Which deck was it?")
    assert list(Job.objects.values_list("name", flat=True)) == ["answer_as_customer"]

    with stopped_clock(now() + timedelta(minutes=1)):
        Dispatch.objects.filter(id=dispatch.id).update(id=dispatch.id)
        answer_as_customer(dispatch.id)
        said_back = read_one()

    newest = Message.objects.filter(conversation=conversation).latest("id")
    spoke = newest.direction == Direction.IN and newest.id > dispatch.message_id
    assert spoke == said_back == (dispatch.id % 6 != 0)
    assert Conversation.objects.filter(customer=conversation.customer).count() == 1


def read_one() -> bool:
    return process_waiting() == 1


def test_members_of_the_cast_cannot_sign_in_and_real_ones_keep_their_role(owner):
    bring_samples(owner, is_live=False)
    sample = Member.objects.get(workspace=owner.workspace, name="Marit Solberg")
    assert (sample.role, sample.account.has_usable_password()) == (Role.ADMIN, False)
    assert Account.objects.get(email="olga@lantern.example").check_password(PASSWORD)


def test_lines_arrive_one_by_one_and_stop_by_themselves(owner):
    bring_samples(owner, is_live=True)
    count = Message.objects.count()

    do_jobs(2)
    do_jobs(4)
    assert Message.objects.count() == count + 2
    assert samples_of(owner).is_live

    do_jobs(120)
    assert not samples_of(owner).is_live
    assert (Message.objects.count(), Job.objects.count()) == (count + 2, 0)

    change_live(owner, is_live=True)
    do_jobs()
    assert Message.objects.count() == count + 3


def test_lines_go_round_without_ever_being_the_same(owner):
    from allears.cast.reserve import line_after, lines_of_reserve

    steps = [line_after(at) for at in range(2 * len(lines_of_reserve()))]
    assert len({story.key for _step, story in steps}) == 2 * len(read_stories("reserve"))


def test_they_come_once(owner):
    begin_samples(owner, is_live=False)
    assert samples_of(owner).percent == 0
    with pytest.raises(SamplesAreComing):
        remove_samples(owner)
    do_jobs()
    assert samples_of(owner).is_ready
    count = Conversation.objects.count()

    with pytest.raises(SamplesAreHere):
        bring_samples(owner, is_live=False)
    fill_with_samples(owner.workspace_id)
    assert Conversation.objects.count() == count


def test_half_told_they_begin_anew(owner, monkeypatch):
    def stumble(company, stories, told):
        told(1, len(stories))
        raise OSError("half way")

    with monkeypatch.context() as half:
        half.setattr(actions, "tell_stories", stumble)
        with pytest.raises(OSError, match="half"):
            bring_samples(owner, is_live=False)
    assert Channel.objects.filter(is_sample=True).exists()

    fill_with_samples(owner.workspace_id)
    assert Conversation.objects.count() == len(FEW)
    assert Channel.objects.filter(name__contains="(sample)").count() == 0


def test_two_workspaces_have_them_side_by_side(owner):
    from allears.foundation.workspaces.actions import create_account, create_workspace

    other = create_workspace(create_account("Sten", "sten@elsewhere.example", PASSWORD), "Elsewhere")
    bring_samples(owner, is_live=False)
    bring_samples(other, is_live=False)
    customers = Customer.objects.filter(workspace=other.workspace).count()

    remove_samples(owner)

    assert Customer.objects.filter(workspace=other.workspace).count() == customers > 0
    assert Account.objects.filter(email="linh@ternline.example").exists()
    assert audit_workspace(other.workspace_id).problems == []
    remove_samples(other)
    assert not Account.objects.filter(email="linh@ternline.example").exists()
    assert Workspace.objects.filter(has_samples=True).count() == 0


def test_only_administrators_bring_and_remove_them(owner):
    agent = join(owner, Role.AGENT, "Ada")
    for act in (lambda: begin_samples(agent, is_live=False), lambda: remove_samples(agent)):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NoSamples):
        remove_samples(owner)


def test_a_newcomer_explores_and_clears_the_desk_again(owner):
    browser = browser_of(owner)
    assert "/settings/samples/bring/" in browser.get("/desk/open/").text
    assert "/settings/samples/bring/" in browser.get("/settings/channels/new/").text

    browser.post("/settings/samples/bring/", {"live": "on"})
    assert browser.get("/settings/samples/").headers["Refresh"] == "1"
    do_jobs()
    page = browser.get("/settings/samples/")
    assert "Refresh" not in page.headers
    assert f"{len(FEW)} conversations" in page.text
    assert all("sample-strip" in browser.get(url).text for url in ("/desk/open/", "/settings/workspace/"))

    answer(owner, waiting_in("Tern app"), "It is on its way.")
    assert "1 answer or note that your people wrote" in browser.get("/settings/samples/remove/").text
    browser.post("/settings/samples/live/", {})
    assert not samples_of(owner).is_live

    browser.post("/settings/samples/remove/")
    assert Conversation.objects.count() == 0
    assert "sample-strip" not in browser.get("/desk/open/").text


def test_pages_of_sample_data_are_for_administrators(owner):
    agent = browser_of(join(owner, Role.AGENT, "Ada"))
    assert browser_of(owner).get("/settings/samples/").status_code == 200
    assert agent.get("/settings/samples/").status_code == 403
    assert agent.post("/settings/samples/bring/").status_code == 403
    assert agent.post("/settings/samples/remove/").status_code == 403
    assert "/settings/samples/bring/" not in agent.get("/desk/open/").text
