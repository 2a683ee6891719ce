"""The judge of Graph requests objects to what is wrong, and only to that."""

from tests.networks.graph_spec import inner, names_in, objections, unknown_fields
from tests.networks.shared import needs_shared


@needs_shared
def test_a_right_request_has_nothing_against_it():
    assert (
        objections("Page", "POST", "messages", {"recipient": {"id": "1"}, "messaging_type": "RESPONSE"}) == []
    )
    assert unknown_fields("PagePost", "id,message,comments.since(1).limit(2){id,message}") == []


@needs_shared
def test_what_the_descriptions_do_not_know_is_objected_to():
    assert objections("Page", "POST", "messages", {"messaging_type": "RESPONSE"})
    assert objections("Page", "POST", "messages", {"recipient": {"id": "1"}, "messaging_type": "ANSWER"})
    assert objections("Page", "POST", "messages", {"recipient": {"id": "1"}, "text": "x"})
    assert objections("IGComment", "POST", "", {})
    assert objections("IGComment", "POST", "comments", {"message": "x"})
    assert unknown_fields("Comment", "id,text") == ["Comment has no field text"]


def test_names_are_read_out_of_nested_fields():
    fields = "id,comments.since(1).order(x){id,parent{id,from}},shares"

    assert names_in(fields) == ["id", "comments", "shares"]
    assert inner(fields, "comments") == "id,parent{id,from}"
