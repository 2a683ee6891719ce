"""Where a workspace is at home by its brands decides what is expected: its languages, and its telephone numbers."""

import pytest

from allears.connectors.interface import Author
from allears.foundation.workspaces.models import Brand
from allears.foundation.workspaces.queries import Home, homes_of
from allears.pipeline.conversations.models import MessageReading
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_workspace_is_at_home_where_its_brands_are(owner, stranger):
    Brand.objects.filter(workspace=owner.workspace).update(language="vi", time_zone="Asia/Ho_Chi_Minh")
    Brand.objects.create(
        workspace=owner.workspace,
        name="Svet",
        language="ru",
        time_zone="Europe/Moscow",
        created_at=owner.workspace.created_at,
    )
    Brand.objects.filter(workspace=stranger.workspace).update(time_zone="UTC")

    homes = homes_of({owner.workspace_id, stranger.workspace_id})

    assert homes[owner.workspace_id] == Home(
        ("Lantern", "Svet"), ("vi", "ru"), ("VN", "RU"), owner.workspace_id
    )
    assert homes[stranger.workspace_id] == Home(("Elsewhere",), ("en",), (), stranger.workspace_id)


def test_a_telephone_number_is_known_as_it_is_written_at_home(owner, deliver):
    text = "600 123 456"
    author = Author(id="ann@customers.example", name="Ann")
    deliver(said("away", text, author=author, thread="1"))
    Brand.objects.filter(workspace=owner.workspace).update(time_zone="Europe/Madrid")
    deliver(said("home", text, author=author, thread="2"))

    found = dict(MessageReading.objects.values_list("message__external_id", "personal"))

    assert found["away"] == []
    assert [kind for kind, _start, _end in found["home"]] == ["phone"]


def test_a_short_text_is_taken_to_be_in_a_language_of_the_house(owner, deliver):
    author = Author(id="ann@customers.example", name="Ann")
    for number, language in enumerate(("", "nb", "da")):
        Brand.objects.filter(workspace=owner.workspace).update(language=language)
        deliver(said(f"m{number}", "Hvor er min pakke", author=author, thread=str(number)))

    found = MessageReading.objects.order_by("message_id").values_list("language", flat=True)

    assert list(found) == ["nb", "nb", "da"]
