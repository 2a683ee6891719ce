"""Tokens: made once, worth what their member is worth, and ended at once."""

from datetime import timedelta

import pytest

from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.tokens.actions import make_api_token, note_token_used, revoke_api_token
from allears.foundation.tokens.errors import TokenNameMissing, TokenNotGood
from allears.foundation.tokens.models import ApiToken
from allears.foundation.tokens.queries import get_good_token, get_visible_token, tokens_of, tokens_of_others
from allears.foundation.workspaces.actions import deactivate_member, reactivate_member

pytestmark = pytest.mark.django_db


def test_a_token_stands_for_its_member_and_only_its_hash_is_kept(agent):
    token, text = make_api_token(agent, " Shop ", agent)

    assert get_good_token(text).member == agent
    assert (token.name, text[:9]) == ("Shop", token.beginning)
    assert text not in str(ApiToken.objects.values().get())
    assert Event.objects.filter(kind="token.made", by=agent.id, subject=f"token:{token.id}").count() == 1


def test_a_token_needs_a_name_and_is_made_by_oneself(agent, owner):
    with pytest.raises(TokenNameMissing):
        make_api_token(agent, "  ", agent)
    with pytest.raises(NotAllowed):
        make_api_token(agent, "Shop", owner)
    make_api_token(agent, "From the command line", None)


def test_what_was_revoked_or_expired_opens_nothing(agent):
    token, text = make_api_token(agent, "Shop", agent, now() + timedelta(days=1))
    with shifted_clock(timedelta(days=2)), pytest.raises(TokenNotGood):
        get_good_token(text)

    revoke_api_token(agent, token)
    revoke_api_token(agent, token)

    with pytest.raises(TokenNotGood):
        get_good_token(text)
    with pytest.raises(TokenNotGood):
        get_good_token("ae_" + "x" * 100_000)
    assert not tokens_of(agent)
    assert Event.objects.filter(kind="token.revoked").count() == 1


def test_a_member_who_left_has_tokens_no_more(agent, owner):
    _token, text = make_api_token(agent, "Shop", agent)
    deactivate_member(owner, agent)
    with pytest.raises(TokenNotGood):
        get_good_token(text)

    reactivate_member(owner, agent)
    agent.account.is_active = False
    agent.account.save()

    with pytest.raises(TokenNotGood):
        get_good_token(text)


def test_administrators_see_and_end_the_tokens_of_all_and_others_only_their_own(
    agent, admin, owner, stranger
):
    token, text = make_api_token(agent, "Shop", agent)
    owners, _text = make_api_token(owner, "Reports", owner)
    assert list(tokens_of_others(admin)) == [owners, token]
    assert list(tokens_of_others(agent)) == []
    assert list(tokens_of_others(stranger)) == []
    assert get_visible_token(agent, token.id) == token
    for member, hidden in ((agent, owners), (stranger, token)):
        with pytest.raises(NotVisible):
            get_visible_token(member, hidden.id)
        with pytest.raises((NotAllowed, NotVisible)):
            revoke_api_token(member, hidden)

    revoke_api_token(admin, token)

    with pytest.raises(TokenNotGood):
        get_good_token(text)


def test_last_use_is_written_once_a_minute(agent, django_assert_num_queries):
    _token, text = make_api_token(agent, "Shop", agent)
    note_token_used(get_good_token(text))
    first = ApiToken.objects.get().last_used_at
    token = get_good_token(text)
    with django_assert_num_queries(0):
        note_token_used(token)

    with shifted_clock(timedelta(minutes=2)):
        note_token_used(token)

    assert ApiToken.objects.get().last_used_at > first + timedelta(minutes=1)
