from allears.pipeline.suggesting.redacting import Veil

TEXT = "Write to ann.berg@lantern.example or +44 20 7946 0958; I paid with 4111 1111 1111 1111."


def test_personal_data_are_held_back_and_put_back():
    veil = Veil()
    hidden = veil.hide(TEXT)
    assert hidden == "Write to [EMAIL_1] or [PHONE_1]; I paid with [CARD_1]."
    assert veil.lift("To [EMAIL_1]: we ring [PHONE_1].") == (
        "To ann.berg@lantern.example: we ring +44 20 7946 0958."
    )


def test_of_a_card_only_its_end_comes_back():
    veil = Veil()
    veil.hide(TEXT)
    assert veil.lift("Your card [CARD_1]") == "Your card …1111"


def test_the_same_thing_has_one_name_and_another_thing_another():
    veil = Veil()
    first = veil.hide("ann@lantern.example and bo@lantern.example")
    assert first == "[EMAIL_1] and [EMAIL_2]"
    assert veil.hide("bo@lantern.example again") == "[EMAIL_2] again"


def test_a_placeholder_that_we_did_not_make_stays_as_it_is():
    veil = Veil()
    veil.hide("ann@lantern.example")
    assert veil.lift("[EMAIL_7] [PHONE_1] [EMAIL_1]") == "[EMAIL_7] [PHONE_1] ann@lantern.example"
