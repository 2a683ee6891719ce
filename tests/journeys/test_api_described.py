"""The API does what its description says, whatever it is asked: thousands of made-up requests, the same each time."""

from itertools import cycle

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from allears.pipeline.conversations.actions.tagging import make_tag
from allears.pipeline.conversations.models import Attachment, Conversation, Message, SavedView
from allears.pipeline.conversations.queries.filters import FILTER_NAMES
from allears.pipeline.people.models import Customer, CustomerMerge
from allears.pipeline.replies.models import Dispatch
from allears.web.api.document import open_api, operations_in
from tests.journeys.programs import program_of
from tests.journeys.worlds import a_deed, a_suggestion, make_world

EXAMPLES = 10
described = schemathesis.openapi.from_dict(open_api())
pages = get_wsgi_application()


def read_whole(environ, start_response):
    """Answer as the pages do, but close every file that is sent."""
    response = pages(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        response.close()


described.app = read_whole


@pytest.fixture(autouse=True)
def _unlimited(settings):
    settings.API_READS_A_MINUTE = settings.API_WRITES_A_MINUTE = 1_000_000


@pytest.fixture(autouse=True)
def _lasting_connection():
    """Let no request end the connection in whose transaction the test lives, as Django's own client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.django_db(databases="__all__")
@described.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_asked_is_answered_as_described(case, asker):
    asker.ask(case)


@pytest.fixture
def asker():
    return Asker()


class Asker:
    """A program that asks whatever it is told to; every other time for something that is there."""

    def __init__(self):
        world = make_world("Lantern")
        make_tag(world.owner, "Parcel")
        self._token = program_of(world.owner).token
        self._ids = {
            "conversation_id": Conversation.objects.earliest("id").id,
            "reply_id": Dispatch.objects.earliest("id").id,
            "merge_id": CustomerMerge.objects.earliest("id").id,
            "customer_id": Customer.objects.earliest("id").id,
            "view_id": SavedView.objects.earliest("id").id,
            "question": "sentiment",
            "message_id": Message.objects.earliest("id").id,
            "suggestion_id": a_suggestion(world.owner.workspace_id),
            "deed_id": a_deed(world.owner.workspace_id),
            "attachment_id": Attachment.objects.earliest("id").id,
        }
        self._is_real = cycle((True, False))

    def ask(self, case):
        # What fits the schema may still make no sense (a tag that is not there), and is refused then.
        excluded = [positive_data_acceptance]
        if case.path_parameters and next(self._is_real):
            case.path_parameters = {name: self._ids[name] for name in case.path_parameters}
            excluded.append(negative_data_rejection)
        operation = open_api()["paths"][case.operation.path].get(case.method.lower(), {})
        # A parameter nobody described is passed over, as is usual, except among filters.
        if set(case.query or ()) - {one.get("name") for one in operation.get("parameters", ())}:
            excluded.append(negative_data_rejection)
        headers = {"Authorization": f"Bearer {self._token}"}
        case.call_and_validate(headers=headers, excluded_checks=excluded)


def test_the_description_is_openapi_and_every_example_fits_its_schema():
    document = open_api()
    assert document["openapi"] == "3.1.0"
    for path, verb, operation in operations_in(document):
        for place in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in place.get("content", {}).values():
                if "example" in content:
                    schema = {**content["schema"], "components": document["components"]}
                    validator = jsonschema_rs.Draft202012Validator(schema)
                    wrong = [str(error) for error in validator.iter_errors(content["example"])]
                    assert wrong == [], (path, verb)


def test_the_list_of_conversations_takes_every_filter_there_is():
    parameters = open_api()["paths"]["/api/v1/conversations"]["get"]["parameters"]
    assert {one["name"] for one in parameters} == {*FILTER_NAMES, "sort", "cursor", "limit"}


def test_every_operation_says_what_it_is_and_what_may_go_wrong():
    document = open_api()
    names = [operation["operationId"] for _path, _verb, operation in operations_in(document)]
    assert len(names) == len(set(names))
    subjects = {tag["name"] for tag in document["tags"]}
    for path, verb, operation in operations_in(document):
        assert operation["description"], path
        assert set(operation["tags"]) <= subjects
        assert {"401", "429", "500"} <= set(operation["responses"])
        keyed = {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"]
        assert keyed is (verb != "get"), path
