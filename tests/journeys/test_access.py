"""Getting in: the first minute, sign-in and out, invitations, passwords, one's own account."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from allears.foundation.clock import now, shifted_clock
from allears.foundation.letters import send_letter
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import deactivate_member
from allears.foundation.workspaces.models import Account, Member, SignIn, Workspace
from allears.web.access.sessions import member_of_session
from tests.journeys.worlds import PASSWORD, browser_of, join, make_world

pytestmark = pytest.mark.django_db(databases="__all__")
NEW = "walnut-tram-8841"
SET_UP = {
    "workspace_name": "Lantern",
    "name": "Ada",
    "email": "Ada@Lantern.example",
    "password": PASSWORD,
    "time_zone": "Asia/Ho_Chi_Minh",
}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


def test_a_newcomer_sets_up_and_lands_on_the_first_channel(client):
    assert client.get("/desk/").headers["Location"] == "/set-up/"
    response = client.post("/set-up/", SET_UP, headers={"Accept-Language": "vi-VN,vi;q=0.9"})
    assert response.headers["Location"] == "/settings/channels/new/"
    assert client.get("/settings/channels/new/").status_code == 200
    workspace = Workspace.objects.get()
    assert (workspace.language, workspace.time_zone) == ("vi", "Asia/Ho_Chi_Minh")
    assert Client().get("/set-up/").headers["Location"] == "/sign-in/"
    assert Client().post("/set-up/", {**SET_UP, "email": "eve@x.example"}).status_code == 302
    assert Member.objects.count() == 1


def test_a_weak_password_is_explained(client):
    response = client.post("/set-up/", {**SET_UP, "password": "short"})
    assert response.status_code == 422
    assert "at least 10 characters" in response.text
    assert not Workspace.objects.exists()


def test_someone_signs_in_goes_where_they_wanted_and_signs_out(client):
    make_world("Lantern")
    wanted = client.get("/me/?tab=1").headers["Location"]
    assert wanted == "/sign-in/?next=%2Fme%2F%3Ftab%3D1"
    given = {"email": " OWNER@lantern.example", "password": PASSWORD, "next": "/me/"}
    assert client.post("/sign-in/", given).headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(client, elsewhere):
    make_world("Lantern")
    given = {"email": "owner@lantern.example", "password": PASSWORD, "next": elsewhere}
    assert client.post("/sign-in/", given).headers["Location"] == "/desk/"


def test_after_eight_wrong_passwords_even_the_right_one_waits(client):
    make_world("Lantern")
    given = {"email": "owner@lantern.example", "password": "wrong"}
    statuses = [client.post("/sign-in/", given).status_code for _ in range(8)]
    assert statuses == [422] * 7 + [429]
    assert client.post("/sign-in/", {**given, "password": PASSWORD}).status_code == 429
    other = {"email": "agent@lantern.example", "password": PASSWORD}
    assert client.post("/sign-in/", other).status_code == 302


def test_an_invited_person_joins_with_a_new_account_and_the_link_is_spent(client):
    world = make_world("Lantern")
    page = f"/invitations/{world.token}/"
    assert "Owner of Lantern" in client.get(page).text
    given = {"name": "Dao", "email": "dao@lantern.example", "password": NEW}
    assert client.post(page, given).headers["Location"] == "/desk/"
    assert client.get("/me/").status_code == 200
    assert Client().get(page).status_code == 410


def test_an_invited_person_joins_with_the_account_they_have(client):
    world, other = make_world("Lantern"), make_world("Elsewhere")
    taken = {"name": "Eve", "email": other.agent.account.email, "password": NEW}
    assert client.post(f"/invitations/{world.token}/", taken).status_code == 422
    browser = browser_of(other.agent)
    assert browser.post(f"/invitations/{world.token}/").status_code == 302
    assert "Lantern" in browser.get("/me/").text
    assert Member.objects.filter(account=other.agent.account).count() == 2


def test_who_belongs_to_two_workspaces_chooses(client):
    world, other = make_world("Lantern"), make_world("Elsewhere")
    browser_of(other.agent).post(f"/invitations/{world.token}/")
    browser = browser_of(other.agent)
    assert browser.get("/me/").headers["Location"] == "/workspaces/"
    assert browser.get("/workspaces/").text.count('entrance-choice"') == 2
    assert browser.post(f"/workspaces/{world.owner.workspace_id}/enter/").status_code == 302
    assert "Lantern" in browser.get("/me/").text


def test_a_forgotten_password_is_set_anew_by_letter(client, settings, mailoutbox):
    settings.EMAIL_HOST = "relay.example"
    world = make_world("Lantern")
    there = browser_of(world.agent)
    known = client.post("/password/", {"email": "agent@lantern.example"}).text
    unknown = client.post("/password/", {"email": "nobody@lantern.example"}).text
    assert blank(known, "agent@") == blank(unknown, "nobody@")
    for job in Job.objects.all():
        send_letter(**job.arguments)
    assert [mail.to for mail in mailoutbox] == [["agent@lantern.example"]]
    page = re.search(r"/password/\S+", mailoutbox[0].body).group()
    assert client.get(page).status_code == 200
    assert client.post(page, {"password": NEW}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    assert Client().get(page).status_code == 410


def test_reset_letters_can_not_be_asked_for_without_end(client):
    make_world("Lantern")
    given = {"email": "agent@lantern.example"}
    statuses = [client.post("/password/", given).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_a_new_password_keeps_this_browser_and_ends_the_others():
    agent = make_world("Lantern").agent
    here, there = browser_of(agent), browser_of(agent)
    assert there.get("/me/").status_code == 200
    wrong = here.post("/me/password/", {"old": "not it", "new": NEW})
    assert (wrong.status_code, there.get("/me/").status_code) == (422, 200)
    assert here.post("/me/password/", {"old": PASSWORD, "new": NEW}).headers["Location"] == "/me/"
    assert (here.get("/me/").status_code, there.get("/me/").status_code) == (200, 302)


def test_a_sign_in_ended_elsewhere_ends_at_once():
    agent = make_world("Lantern").agent
    here, there = browser_of(agent), browser_of(agent)
    key = there.session.session_key
    assert member_of_session(key) == agent
    other = SignIn.objects.filter(account=agent.account).latest("id")
    assert here.post(f"/me/sign-ins/{other.id}/end/").status_code == 302
    assert there.get("/me/").status_code == 302
    assert member_of_session(key) is None
    assert here.get("/me/").status_code == 200


def test_all_other_sign_ins_end_together():
    agent = make_world("Lantern").agent
    here, *others = (browser_of(agent) for _ in range(3))
    assert here.post("/me/sign-ins/end-others/").status_code == 302
    assert [other.get("/me/").status_code for other in others] == [302, 302]
    assert here.get("/me/").status_code == 200


def test_a_deactivated_member_is_out_with_the_next_click():
    world = make_world("Lantern")
    browser = browser_of(world.agent)
    assert browser.get("/me/").status_code == 200
    deactivate_member(world.owner, world.agent)
    assert browser.get("/me/").status_code == 302
    again = browser.post("/sign-in/", {"email": "agent@lantern.example", "password": PASSWORD}, follow=True)
    assert again.redirect_chain[-1][0] == "/workspaces/"


def test_the_profile_decides_language_and_theme():
    browser = browser_of(make_world("Lantern").agent)
    given = {"name": "Chi", "language": "ru", "theme": "dark"}
    assert browser.post("/me/profile/", given).status_code == 302
    page = browser.get("/me/", headers={"Accept-Language": "vi"})
    assert (page.headers["Content-Language"], 'data-theme="dark"' in page.text) == ("ru", True)
    browser.post("/me/profile/", {"name": "Chi", "language": "auto", "theme": "auto"})
    assert browser.get("/me/", headers={"Accept-Language": "vi"}).headers["Content-Language"] == "vi"
    assert Account.objects.get(email="agent@lantern.example").name == "Chi"


def test_being_here_costs_three_queries_and_a_write_in_five_minutes(django_assert_num_queries):
    browser = browser_of(make_world("Lantern").agent)
    with django_assert_num_queries(3):  # the session, the sign-in with its account, the memberships
        assert browser.get("/").status_code == 302
    with shifted_clock(timedelta(minutes=6)):
        browser.get("/")
        assert SignIn.objects.latest("id").seen_at > now() - timedelta(minutes=1)


def test_errors_are_pages_for_people_and_problems_for_programs():
    browser = browser_of(make_world("Lantern").agent)
    page = browser.get("/settings/channels/", headers={"Accept": "text/html"})
    assert (page.status_code, "Not for your role" in page.text) == (403, True)
    problem = browser.get("/settings/channels/", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.json()["status"]) == (403, 403)
    told = browser.get("/settings/channels/", headers={"HX-Request": "true"})
    assert (told.status_code, told.headers["Content-Type"]) == (403, "application/problem+json")
    missing = browser.get("/nowhere/at-all/", headers={"Accept": "text/html"})
    assert (missing.status_code, "Nothing here" in missing.text) == (404, True)


def test_the_unexpected_is_a_page_with_a_reference_and_no_words_in_the_log(monkeypatch, caplog):
    browser = browser_of(make_world("Lantern").agent)
    browser.raise_request_exception = False
    stumble(monkeypatch)
    page = browser.get("/me/", headers={"Accept": "text/html"})
    assert page.status_code == 500
    reference = re.search(r"<code>(\w+)</code>", page.text).group(1)
    ours = [record.getMessage() for record in caplog.records if record.name == "allears.web"]
    assert [reference in line for line in ours] == [True]
    assert "anna@customer.example" not in "".join(ours)


def test_an_open_page_that_lost_its_member_is_sent_to_sign_in(client):
    make_world("Lantern")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/mine/"}
    response = client.post("/me/profile/", headers=headers)
    assert response.headers["HX-Redirect"] == "/sign-in/?next=%2Fdesk%2Fmine%2F"


def test_a_name_is_shown_as_text():
    world = make_world("Lantern")
    member = join(world.owner, "agent", "dao@lantern.example")
    browser_of(member).post(
        "/me/profile/", {"name": "<script>alert(1)</script>", "language": "auto", "theme": "auto"}
    )
    assert "<script>alert" not in browser_of(world.owner).get("/settings/members/").text


def blank(page: str, word: str) -> str:
    return re.sub(r'value="[^"]{60,}"|"X-CSRFToken": "\w+"', "", page.replace(word, "X@"))


def stumble(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_account: Account) -> None:
        raise RuntimeError("anna@customer.example wrote something odd")

    monkeypatch.setattr("allears.web.access.views.account.sign_ins_of", fail)
