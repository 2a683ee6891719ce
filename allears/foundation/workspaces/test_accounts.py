from datetime import timedelta

import pytest

from allears.foundation.clock import now, stopped_clock
from allears.foundation.events.models import Event
from allears.foundation.letters import send_letter
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import (
    accept_invitation,
    change_password,
    change_profile,
    end_sign_in,
    invite_member,
    make_password_reset,
    note_seen,
    record_sign_in,
    request_password_reset,
    reset_password,
)
from allears.foundation.workspaces.conftest import PASSWORD
from allears.foundation.workspaces.errors import (
    BelongsElsewhereToo,
    ResetNotOpen,
    RoleAboveYours,
    TooManyTries,
    WrongPassword,
)
from allears.foundation.workspaces.limits import count_try
from allears.foundation.workspaces.models import Account, Member, PasswordReset, Role
from allears.foundation.workspaces.queries import get_sign_in, password_problems, sign_ins_of

NEW = "walnut-tram-8841"


def test_a_profile_change_shows_in_every_workspace(owner):
    change_profile(owner.account, name="Ada L.", language="vi", theme="dark")
    account = Account.objects.get(id=owner.account_id)
    assert (account.name, account.language, account.theme) == ("Ada L.", "vi", "dark")
    assert Member.objects.get(id=owner.id).name == "Ada L."


def test_a_new_password_ends_the_other_sign_ins(owner):
    here = record_sign_in(owner.account, "here", "Firefox", "192.0.2.1")
    record_sign_in(owner.account, "there", "Chrome", "192.0.2.2")
    with pytest.raises(WrongPassword):
        change_password(owner.account, "not it", NEW, "here")
    assert sign_ins_of(owner.account).count() == 2
    change_password(owner.account, PASSWORD, NEW, "here")
    assert list(sign_ins_of(owner.account)) == [here]


def test_a_reset_link_comes_by_letter_and_works_once(owner, settings, mailoutbox):
    settings.EMAIL_HOST = "relay.example"
    record_sign_in(owner.account, "here", "Firefox", "192.0.2.1")
    request_password_reset(" ADA@lantern.example")
    send_letter(**Job.objects.get().arguments)
    token = mailoutbox[0].body.split("/password/")[1].split("/")[0]
    account = reset_password(token, NEW)
    assert account.check_password(NEW)
    assert not sign_ins_of(account)
    with pytest.raises(ResetNotOpen):
        reset_password(token, "another-one-771")


def test_a_reset_for_nobody_says_and_leaves_nothing(owner, settings):
    settings.EMAIL_HOST = "relay.example"
    assert request_password_reset("nobody@lantern.example") is None
    assert (Job.objects.count(), PasswordReset.objects.count()) == (0, 0)


def test_a_reset_link_expires_after_an_hour_and_dies_with_its_sisters(owner, admin):
    first, second = (make_password_reset(owner, admin) for _ in range(2))
    with stopped_clock(now() + timedelta(hours=1, seconds=1)), pytest.raises(ResetNotOpen):
        reset_password(first, NEW)
    reset_password(first, NEW)
    with pytest.raises(ResetNotOpen):
        reset_password(second, NEW)


def test_an_administrator_gets_no_key_to_an_owner_nor_to_another_workspace(owner, admin, stranger):
    with pytest.raises(RoleAboveYours):
        make_password_reset(admin, owner)
    _invitation, token = invite_member(owner, Role.AGENT)
    with pytest.raises(BelongsElsewhereToo):
        make_password_reset(owner, accept_invitation(token, stranger.account))


def test_an_ended_sign_in_is_gone(owner):
    sign_in = record_sign_in(owner.account, "here", "Firefox", "192.0.2.1")
    assert get_sign_in("here") == sign_in
    end_sign_in(sign_in)
    assert get_sign_in("here") is None
    assert Event.objects.filter(kind__in=["account.signed_in", "account.signed_out"]).count() == 2


def test_being_seen_is_written_once_in_five_minutes(owner, django_assert_num_queries):
    start = now()
    with stopped_clock(start):
        sign_in = record_sign_in(owner.account, "here", "Firefox", "192.0.2.1")
    with stopped_clock(start + timedelta(minutes=4)), django_assert_num_queries(0):
        note_seen(sign_in)
    with stopped_clock(start + timedelta(minutes=5)):
        note_seen(sign_in)
        sign_in.refresh_from_db()
        assert sign_in.seen_at == now()


def test_tries_are_counted_by_person_and_forgotten_after_an_hour(db):
    for _ in range(3):
        count_try("reset", "a@b.example", 3)
    with pytest.raises(TooManyTries):
        count_try("reset", "a@b.example", 3)
    count_try("reset", "c@d.example", 3)
    with stopped_clock(now() + timedelta(hours=1, seconds=1)):
        count_try("reset", "a@b.example", 3)


def test_weak_passwords_are_told_apart():
    assert password_problems(PASSWORD) == []
    assert len(password_problems("password")) == 2
