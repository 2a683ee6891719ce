"""Whatever a service answers becomes an answer or one sentence, and what may have been paid for is counted."""

import pytest

from allears.foundation.errors import NotAllowed
from allears.foundation.vault import unseal
from allears.pipeline.conftest import only_conversation
from allears.pipeline.suggesting.actions.asking import ask_suggestion
from allears.pipeline.suggesting.actions.keeping import (
    remove_language_model,
    seal_models_again,
    set_language_model,
    try_language_model,
)
from allears.pipeline.suggesting.actions.writing import write_suggestion
from allears.pipeline.suggesting.conftest import wanted, write_all
from allears.pipeline.suggesting.errors import KeyNeedsOtherAddress, ModelAddressNotValid
from allears.pipeline.suggesting.models import LanguageModel, Spending, Suggestion, Use
from allears.pipeline.suggesting.speaking import (
    LONGEST_TEXT,
    ModelTrouble,
    checked_address,
    way_out,
)
from tests.fake_network import said
from tests.networks.faults import Fault, Reply, cut_short, fails, hangs_up, never_answers, slow, too_many
from tests.networks.language_model import KEY, MODEL

pytestmark = pytest.mark.django_db(databases="__all__")
GARBAGE = [
    b"<html>hello</html>",
    b"[]",
    b"{}",
    b'{"choices": []}',
    b'{"choices": [{"message": {"content": 7}}]}',
]


def answered(body: bytes) -> Fault:
    return Fault(reply=Reply(body=body, headers={"content-type": "application/json"}), is_done=True)


@pytest.fixture
def ask(deliver, model, agent):
    """Ask for a summary and have it written, by a writer that waits only so long."""
    deliver(said(text="My parcel is late"))

    def asked(patience: float = 5.0) -> Suggestion:
        one = ask_suggestion(agent, only_conversation(), Use.SUMMARY, is_again=True)
        write_suggestion(one.id, way_out(patience))
        one.refresh_from_db()
        return one

    return asked


@pytest.mark.parametrize(
    ("fault", "begins", "is_paid"),
    [
        (fails(503), "The language model has trouble of its own (error %(status)s)", False),
        (fails(401), "The language model does not accept the key", False),
        (fails(404), "There is no such model at this address", False),
        (fails(418), "What answers at this address does not speak", False),
        (too_many(), "The language model is asked too often", False),
        (hangs_up(), "The language model did not answer in time", True),
        (cut_short(20), "The language model did not answer in time", True),
        *[(answered(body), "What answers at this address does not speak", True) for body in GARBAGE],
        (
            answered(b'{"choices": [{"message": {"content": "  "}}]}'),
            "The language model answered with no",
            True,
        ),
    ],
)
def test_what_goes_wrong_is_said_in_words(ask, fake, fault, begins, is_paid):
    fake.misbehave(fault)
    one = ask()
    assert (one.state, one.text) == ("failed", "")
    assert one.trouble.startswith(begins)
    assert (Spending.objects.get().tokens > 0) == is_paid
    assert ask().state == "done"


def test_a_service_that_is_silent_or_trickles_is_given_up(ask, fake):
    fake.misbehave(never_answers(), slow(1.5))
    assert ask(0.4).trouble == "The language model did not answer in time, or broke off."
    assert ask(0.4).state == "failed"
    assert ask().state == "done"


def test_the_reason_of_a_refusal_is_shown_and_is_short(ask, fake):
    fake.misbehave(fails(400, {"error": {"message": "Too\nlong " + "x" * 900}}))
    one = ask()
    assert one.trouble == "The language model refused the request: %(why)s"
    assert (one.trouble_facts["why"][:9], len(one.trouble_facts["why"])) == ("Too long ", 200)


def test_nobody_there_is_said(ask, owner, fake):
    set_language_model(owner, wanted(fake, address="http://127.0.0.1:9/v1"))
    assert ask().trouble == "The language model could not be reached."
    assert Spending.objects.get().tokens == 0


def test_a_private_address_is_reached_only_where_that_is_allowed(ask, fake, settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = settings.IS_LOCAL = False
    assert "lies inside a private network" in ask().trouble
    settings.IS_LOCAL = True
    assert ask().state == "done"


def test_another_key_another_model_and_a_revoked_key_are_told_apart(ask, owner, fake):
    set_language_model(owner, wanted(fake, secret="sk-other"))
    assert ask().trouble.startswith("The language model does not accept the key")
    set_language_model(owner, wanted(fake, name="huge-9"))
    assert ask().trouble.startswith("There is no such model")
    set_language_model(owner, wanted(fake))
    assert ask().state == "done"
    fake.revoke()
    assert ask().trouble.startswith("The language model does not accept the key")


def test_a_service_that_calls_the_limit_otherwise_is_asked_its_way(ask, fake):
    fake.takes_only_completion_tokens = True
    assert ask().state == "done"
    assert ["max_completion_tokens" in one.json() for one in fake.asked] == [False, True]


def test_what_comes_back_is_bounded_and_clean(ask, fake):
    fake.says = ["<think>hm, secret</think>Go \u202eon\x00\x07!\r\nNow", "y" * (LONGEST_TEXT * 2)]
    assert ask().text == "Go on!\nNow"
    long = ask()
    assert (len(long.text), long.is_cut) == (LONGEST_TEXT, True)
    fake.ended = "length"
    fake.says = ["cut"]
    assert ask().is_cut
    fake.ended = "content_filter"
    assert ask().trouble == "The language model declined to answer this."


def test_the_key_is_sealed_kept_and_goes_to_no_other_address(owner, fake, model):
    assert KEY not in model.sealed_key
    assert unseal(model.sealed_key, f"language_model:{model.key}") == KEY
    set_language_model(owner, wanted(fake, secret=None, name=MODEL))
    assert try_language_model(owner).text == "It is on its way."
    with pytest.raises(KeyNeedsOtherAddress):
        set_language_model(owner, wanted(fake, secret=None, address="https://elsewhere.example/v1"))
    set_language_model(owner, wanted(fake, secret=""))
    with pytest.raises(ModelTrouble, match="does not accept the key"):
        try_language_model(owner)


def test_the_vaults_first_key_seals_again(model, owner, settings, monkeypatch):
    from allears.foundation import vault

    old = vault._keys()
    monkeypatch.setattr(vault, "_keys", lambda: {"new": b"n" * 32, **old})
    assert (seal_models_again(), seal_models_again()) == (1, 0)
    assert LanguageModel.objects.get().sealed_key.startswith("v1.new.")


def test_only_administrators_set_try_and_remove_it(agent, fake, model):
    for act in (
        lambda: set_language_model(agent, wanted(fake)),
        lambda: try_language_model(agent),
        lambda: remove_language_model(agent),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert fake.asked == []


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        (" http://localhost:11434/v1/chat/completions ", "http://localhost:11434/v1"),
    ],
)
def test_an_address_is_kept_without_its_last_part(entered, kept):
    assert checked_address(entered) == kept


@pytest.mark.parametrize(
    "entered",
    ["", "localhost:1", "ftp://a.example", "https://u:p@a.example", "https://a.example/?k=1", "https://a b/"],
)
def test_what_is_no_address_is_refused(entered):
    with pytest.raises(ModelAddressNotValid):
        checked_address(entered)


def test_a_worker_with_nothing_to_do_does_nothing(model):
    assert write_all() == 0
