"""Keeping a workspace in order: channels, members, teams, dead letters, the audit, the ledger."""

import csv
import io
import re
from copy import deepcopy

import pytest

from allears.connectors.api.connector import ApiConnector
from allears.connectors.interface import Check
from allears.foundation.events.models import Event
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import create_team, invite_member
from allears.foundation.workspaces.models import Invitation, Member, Role, Team
from allears.housekeeping import TASKS
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import secrets_of
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.intake.models import Ending
from allears.web.settings.bytes_shown import show_as_hex, show_as_text
from tests.journeys.worlds import PASSWORD, browser_of, deliver, join, make_world
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")
HTMX = {"HX-Request": "true"}


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


@pytest.fixture
def failing_check(monkeypatch):
    bad = Check(name="Answers", is_good=False, message="It says %(code)s.", facts={"code": "500"})
    monkeypatch.setattr(ApiConnector, "check", lambda _self, _account: [bad])


def test_a_channel_for_programs_shows_its_secret_once(world, browser):
    response = browser.post("/settings/channels/new/api/", {"name": "Backend"})
    channel = Channel.objects.get(name="Backend")
    assert response.headers["Location"] == f"/settings/channels/{channel.id}/"
    secret = secrets_of(channel)["secret"]
    first, second = (browser.get(response.headers["Location"]).text for _ in range(2))
    assert (secret in first, secret in second) == (True, False)
    assert (f"/in/{channel.key}" in first, f"/in/{channel.key}" in second) == (True, True)


def test_what_does_not_work_is_said_before_it_is_saved(browser, failing_check):
    given = {"name": "Backend", "value-webhook_url": "https://shop.example/hook"}
    page = browser.post("/settings/channels/new/api/", given)
    assert (page.status_code, "It says 500." in page.text) == (422, True)
    part = browser.post("/settings/channels/new/api/", given, headers=HTMX)
    assert ("It says 500." in part.text, "<html" in part.text) == (True, False)
    assert not Channel.objects.filter(name="Backend").exists()
    anyway = browser.post("/settings/channels/new/api/", {**given, "anyway": "yes"}, headers=HTMX)
    assert anyway.headers["HX-Redirect"] == f"/settings/channels/{Channel.objects.latest('id').id}/"


def test_a_mailbox_needs_an_address_and_a_password_and_hides_the_rest(browser):
    page = browser.get("/settings/channels/new/email/").text
    assert page.index('name="value-password"') < page.index('class="folded"') < page.index("value-imap_host")
    empty = browser.post("/settings/channels/new/email/", {})
    assert (empty.status_code, empty.context["form"].errors.keys()) == (
        422,
        {"value-address", "value-password"},
    )


def test_an_entered_secret_is_never_shown_again(browser, failing_check):
    given = {"name": "Backend", "value-secret": "whsec_c2VjcmV0LW9mLXRoZS1zaG9w"}
    assert "c2VjcmV0" not in browser.post("/settings/channels/new/api/", given).text
    browser.post("/settings/channels/new/api/", {**given, "anyway": "yes"})
    channel = Channel.objects.get(name="Backend")
    for page in (f"/settings/channels/{channel.id}/", f"/settings/channels/{channel.id}/change/"):
        assert "c2VjcmV0" not in browser.get(page).text


def test_a_connection_is_changed_and_keeps_its_secret(world, browser):
    before = secrets_of(world.channel)
    page = f"/settings/channels/{world.channel.id}/change/"
    assert browser.post(page, {"name": "Renamed"}).status_code == 302
    changed = Channel.objects.get(id=world.channel.id)
    assert (changed.name, secrets_of(changed)) == ("Renamed", before)


def test_a_channel_pauses_resumes_and_is_checked(world, browser, failing_check):
    page = f"/settings/channels/{world.channel.id}/"
    browser.post(f"{page}pause/")
    assert "Resume" in browser.get(page).text
    browser.post(f"{page}resume/")
    assert Channel.objects.get(id=world.channel.id).is_on
    assert "It says 500." in browser.post(f"{page}check/").text


def test_a_channel_belongs_to_a_team_and_signs(world, browser):
    team = Team.objects.get(workspace=world.owner.workspace)
    page = f"/settings/channels/{world.channel.id}/manners/"
    assert (
        browser.post(page, {"team": team.id, "signature": "Regards", "keep_raw_days": 90}).status_code == 302
    )
    channel = Channel.objects.get(id=world.channel.id)
    assert (channel.team, channel.signature) == (team, "Regards")
    other = create_team(make_world("Elsewhere").owner, "Theirs")
    assert browser.post(page, {"team": other.id, "signature": ""}).status_code == 422


def test_someone_is_invited_by_a_link_shown_once(world, browser, client):
    page = browser.post("/settings/members/invite/", {"email": "", "role": "lead"})
    link = re.search(r'value="(http://testserver/invitations/[^"]+)"', page.text).group(1)
    assert page.headers["Cache-Control"] == "no-store"
    given = {"name": "Dao", "email": "dao@lantern.example", "password": PASSWORD}
    assert client.post(link, given).status_code == 302
    assert Member.objects.get(name="Dao").role == "lead"


def test_an_invitation_is_renewed_and_withdrawn(world, browser, client):
    invitation = Invitation.objects.filter(accepted_at=None).latest("id")
    page = browser.post(f"/settings/invitations/{invitation.id}/renew/").text
    link = re.search(r'value="(http://testserver/invitations/[^"]+)"', page).group(1)
    assert (client.get(link).status_code, client.get(f"/invitations/{world.token}/").status_code) == (
        200,
        410,
    )
    browser.post(f"/settings/invitations/{invitation.id}/withdraw/")
    assert client.get(link).status_code == 410


def test_a_role_changes_and_what_may_not_be_is_said(world, browser):
    page = f"/settings/members/{world.agent.id}/"
    assert browser.post(f"{page}role/", {"role": "lead"}).status_code == 302
    assert Member.objects.get(id=world.agent.id).role == "lead"
    own = browser.post(f"/settings/members/{world.owner.id}/role/", {"role": "admin"})
    assert (own.status_code, "needs an owner" in own.text) == (422, True)


def test_a_member_leaves_and_comes_back(world, browser):
    page = f"/settings/members/{world.agent.id}/"
    assert "Deactivate this member?" in browser.get(f"{page}deactivate/").text
    browser.post(f"{page}deactivate/")
    assert not Member.objects.get(id=world.agent.id).is_active
    browser.post(f"{page}reactivate/")
    assert Member.objects.get(id=world.agent.id).is_active


def test_what_someone_had_in_hand_goes_back_when_they_leave(world, browser):
    Conversation.objects.update(assignee=world.agent)
    browser.post(f"/settings/members/{world.agent.id}/deactivate/")
    for job in Job.objects.filter(name="release_conversations"):
        TASKS[job.name](**job.arguments)
    assert list(Conversation.objects.values_list("assignee", flat=True)) == [None]
    assert "It adds up" in browser.get("/settings/audit/").text


def test_an_administrator_hands_over_a_password_link(world, browser, client):
    page = browser.post(f"/settings/members/{world.agent.id}/reset-link/").text
    link = re.search(r'value="(http://testserver/password/[^"]+)"', page).group(1)
    assert client.post(link, {"password": "walnut-tram-8841"}).status_code == 302
    world.agent.account.refresh_from_db()
    assert world.agent.account.check_password("walnut-tram-8841")


def test_a_team_is_made_changed_and_deleted(world, browser):
    given = {"name": "Returns", "is_private": "on", "members": [world.agent.id]}
    assert browser.post("/settings/teams/new/", given).status_code == 302
    team = Team.objects.get(name="Returns")
    assert (team.is_private, list(team.members.all())) == (True, [world.agent])
    taken = browser.post("/settings/teams/new/", {"name": "returns"})
    assert (taken.status_code, "with this name already" in taken.text) == (422, True)
    assert browser.post(f"/settings/teams/{team.id}/delete/").status_code == 409
    browser.post(f"/settings/teams/{team.id}/", {"name": "Returns"})
    assert browser.post(f"/settings/teams/{team.id}/delete/").status_code == 302
    assert not Team.objects.filter(name="Returns").exists()


def test_the_workspace_is_renamed(browser, world):
    given = {"name": "Lantern & Sons", "language": "ru", "time_zone": "Europe/Riga"}
    assert browser.post("/settings/workspace/", given).status_code == 302
    world.owner.workspace.refresh_from_db()
    assert (world.owner.workspace.name, world.owner.workspace.time_zone) == ("Lantern & Sons", "Europe/Riga")
    assert browser.post("/settings/workspace/", {**given, "time_zone": "Mars/Base"}).status_code == 422


def test_a_dead_letter_is_looked_at_downloaded_read_again_and_settled(world, browser):
    letter = Ending.objects.get(workspace=world.owner.workspace, ended_as="dead")
    page = f"/settings/dead-letters/{letter.envelope_id}/"
    assert "this is no message" in browser.get(page).text
    assert "74 68 69 73 20" in browser.get(f"{page}?as=hex").text
    bytes_ = browser.get(f"{page}bytes/")
    assert (bytes_.content, bytes_["Content-Type"]) == (b"this is no message", "application/octet-stream")
    assert browser.post(f"{page}replay/").status_code == 302
    deliver(world.channel)
    assert Ending.objects.get(envelope_id=letter.envelope_id).ended_as == "dead"
    assert browser.post(f"{page}settle/", {"reason": ""}).status_code == 422
    assert browser.post(f"{page}settle/", {"reason": "A test of the shop"}).status_code == 302
    assert Ending.objects.get(envelope_id=letter.envelope_id).ended_as == "nothing"
    assert "No dead letters" in browser.get("/settings/dead-letters/").text


def test_the_audit_adds_up_and_says_so(world, browser):
    page = browser.get("/settings/audit/")
    audit = page.context["audit"]
    assert (audit.envelopes, audit.processed, audit.waiting, audit.dead) == (2, 1, 0, 1)
    assert "It adds up" in page.text
    rows = list(csv.reader(io.StringIO(browser.get("/settings/audit/days.csv").text)))
    assert rows[1][1:5] == ["Shop", "2", "1", "1"]


def test_an_ending_that_vanished_is_called_a_problem(world, browser):
    Ending.objects.filter(ended_as="dead").delete()
    page = browser.get("/settings/audit/").text
    assert ("It does not add up" in page, "It adds up" in page) == (True, False)


def test_a_channel_whose_name_is_a_formula_stays_text_in_csv(world, browser):
    Channel.objects.filter(id=world.channel.id).update(name="=1+1")
    assert ",'=1+1," in browser.get("/settings/audit/days.csv").text


def test_the_ledger_tells_who_did_what_and_goes_back_by_page(world, browser):
    page = browser.get("/settings/ledger/?kind=member.").text
    assert ("Joined" in page, "Channel connected" in page) == (True, False)
    Event.objects.bulk_create(
        Event(
            workspace=world.owner.workspace, kind="team.created", by=world.owner.id, at=world.owner.joined_at
        )
        for _ in range(60)
    )
    first = browser.get(f"/settings/ledger/?kind=team.&by={world.owner.id}")
    older = re.search(r'href="(\?kind=team\.[^"]+before=\d+)"', first.text).group(1).replace("&amp;", "&")
    second = browser.get(f"/settings/ledger/{older}")
    assert [len(page.context["rows"]) for page in (first, second)] == [50, 12]


def test_a_lead_sees_nothing_of_a_private_team_in_dead_letters_and_ledger(world, browser):
    lead = browser_of(join(world.owner, Role.LEAD, "lead@lantern.example"))
    letter = Ending.objects.get(ended_as="dead").envelope_id
    conversation = Conversation.objects.get()
    pages = (f"/settings/dead-letters/{letter}/", f"/settings/dead-letters/{letter}/bytes/")
    assert [lead.get(page).status_code for page in pages] == [200, 200]
    assert f"#{conversation.id}<" in lead.get("/settings/ledger/").text
    team = create_team(world.owner, "Legal", is_private=True)
    Channel.objects.update(team=team)
    Conversation.objects.update(team=team)
    assert [lead.get(page).status_code for page in pages] == [404, 404]
    assert "No dead letters" in lead.get("/settings/dead-letters/").text
    assert f"#{conversation.id}<" not in lead.get("/settings/ledger/").text
    assert [browser.get(page).status_code for page in pages] == [200, 200]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (
            Role.ADMIN,
            {
                "channels",
                "members",
                "teams",
                "brands",
                "workspace",
                "webhooks",
                "audit",
                "dead-letters",
                "health",
                "ledger",
            },
        ),
        (Role.LEAD, {"members", "audit", "dead-letters", "ledger"}),
        (Role.AGENT, set()),
        (Role.OBSERVER, set()),
    ],
)
def test_a_role_opens_what_it_may_and_no_more(world, role, allowed):
    browser = browser_of(join(world.owner, role, "someone@lantern.example"))
    pages = (
        "channels",
        "members",
        "teams",
        "brands",
        "workspace",
        "webhooks",
        "audit",
        "dead-letters",
        "health",
        "ledger",
    )
    opened = {page for page in pages if browser.get(f"/settings/{page}/").status_code == 200}
    assert opened == allowed
    assert browser.get("/settings/", follow=True).status_code == 200
    rail = browser.get("/desk/open/").text
    assert ('href="/settings/audit/"' in rail) == ("audit" in allowed)


def test_a_lead_looks_but_does_not_change(world):
    browser = browser_of(join(world.owner, Role.LEAD, "lead@lantern.example"))
    changes = [
        f"/settings/channels/{world.channel.id}/pause/",
        f"/settings/members/{world.agent.id}/deactivate/",
        f"/settings/members/{world.agent.id}/reset-link/",
        "/settings/members/invite/",
        "/settings/teams/new/",
    ]
    assert [browser.post(page).status_code for page in changes] == [403] * 5


@pytest.mark.parametrize("page", ["channels", "members", "teams", "dead-letters", "ledger", "audit"])
def test_a_list_costs_the_same_for_one_and_for_many(world, browser, page, django_assert_num_queries):
    browser.get(f"/settings/{page}/")
    one = count_queries(browser, page)
    for number in range(3):
        join(world.owner, Role.AGENT, f"more{number}@lantern.example")
        create_team(world.owner, f"Team {number}")
        invite_member(world.owner, Role.AGENT)
        channel, _secret = add_channel(world.owner.workspace, "api", f"Shop {number}", {}, world.owner)
        deliver(channel, b"neither is this")
    assert count_queries(browser, page) == one


def count_queries(browser, page):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/settings/{page}/").status_code == 200
    return len(queries)


def test_unreadable_bytes_are_shown_without_doing_harm():
    assert show_as_text(b"a\x00b\x1b[2J\xff\n") == "a·b·[2J\N{REPLACEMENT CHARACTER}\n"
    assert show_as_text("x\u202ey".encode()) == "x·y"
    assert show_as_hex(b"AB\x00").startswith("00000000  41 42 00")
