"""One key, one deed: however often and however much at the same time it is asked for (scar 5)."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from allears.foundation.clock import shifted_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.events.models import Event
from allears.foundation.tokens.actions import Answer, answer_once, forget_kept_answers, make_api_token
from allears.foundation.tokens.errors import KeyUsedBefore
from allears.foundation.tokens.models import ApiToken, KeptAnswer


@pytest.fixture
def token(agent) -> ApiToken:
    return make_api_token(agent, "Shop", agent)[0]


def deed(token: ApiToken, status: int = 201):
    def act() -> Answer:
        record_event("deed.done", token.member.workspace_id)
        return Answer(status, '{"id": 1}')

    return act


def deeds() -> int:
    return Event.objects.filter(kind="deed.done").count()


@pytest.mark.django_db
def test_the_same_request_again_does_nothing_and_is_answered_the_same(token):
    first = answer_once(token, "k", "digest", deed(token))
    again = answer_once(token, "k", "digest", deed(token, 500))

    assert (first.is_kept, again.is_kept) == (False, True)
    assert (again.status, again.body) == (201, '{"id": 1}')
    assert deeds() == 1


@pytest.mark.django_db
def test_another_request_with_the_same_key_is_refused_and_another_tokens_key_is_its_own(token, agent):
    answer_once(token, "k", "digest", deed(token))
    with pytest.raises(KeyUsedBefore):
        answer_once(token, "k", "another", deed(token))

    other, _text = make_api_token(agent, "Other", agent)
    assert not answer_once(other, "k", "another", deed(token)).is_kept
    assert deeds() == 2


@pytest.mark.django_db
def test_what_failed_may_be_tried_again(token):
    def fail() -> Answer:
        record_event("deed.done", token.member.workspace_id)
        raise NotAllowed

    with pytest.raises(NotAllowed):
        answer_once(token, "k", "digest", fail)
    assert deeds() == 0

    assert not answer_once(token, "k", "digest", deed(token)).is_kept
    assert deeds() == 1


@pytest.mark.django_db
def test_answers_are_let_go_of_after_a_day(token):
    answer_once(token, "k", "digest", deed(token))
    with shifted_clock(timedelta(hours=23)):
        forget_kept_answers()
    assert KeptAnswer.objects.count() == 1

    with shifted_clock(timedelta(hours=25)):
        forget_kept_answers()
    assert KeptAnswer.objects.count() == 0


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_same_request_eight_times_at_once_is_one_deed(token):
    together, answers = Barrier(8), []

    def ask() -> None:
        together.wait()
        answers.append(answer_once(token, "k", "digest", deed(token)))
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert deeds() == 1
    assert sorted(answer.is_kept for answer in answers) == [False] + [True] * 7
    assert {answer.body for answer in answers} == {'{"id": 1}'}
