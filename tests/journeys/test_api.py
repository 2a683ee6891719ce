"""The API, walked by a program: find, read, answer, change, take back."""

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.assigning import give_to_team
from allears.pipeline.conversations.actions.tagging import make_tag
from allears.pipeline.conversations.models import Conversation, Message, Note
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.models import Dispatch, Draft
from tests.journeys.programs import program_of
from tests.journeys.worlds import deliver, join, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def world():
    return make_world("Lantern")


@pytest.fixture
def program(world):
    return program_of(world.agent)


@pytest.fixture
def waiting(world):
    """Three customers who wait, in the order in which they wrote."""
    names = ["Maria Petrova", "Bao Tran", "Carl Stone"]
    for name in names:
        deliver(world.channel, message_from(name, f"{name} asks where the parcel is."))
    return [Conversation.objects.get(customer_name=name) for name in names]


def items(response):
    assert response.status_code == 200, response.content
    return response.json()["items"]


def test_a_program_learns_for_whom_it_speaks(program, world):
    told = program.get("/me").json()
    assert (told["member_id"], told["role"], told["workspace"]["name"]) == (
        world.agent.id,
        "agent",
        "Lantern",
    )
    assert "set-cookie" not in program.get("/me").headers


def test_who_waits_longest_comes_first_page_by_page(program, waiting):
    first = program.get("/conversations?waiting=yes&sort=waiting_since&limit=2").json()
    rest = program.get(
        f"/conversations?waiting=yes&sort=waiting_since&limit=2&cursor={first['next_cursor']}"
    ).json()

    seen = [one["customer"]["name"] for one in first["items"] + rest["items"]]
    everyone = items(program.get("/conversations?waiting=yes&sort=waiting_since"))
    assert seen == [one["customer"]["name"] for one in everyone][:4]
    assert seen[-3:] == ["Maria Petrova", "Bao Tran", "Carl Stone"]
    assert rest["next_cursor"] is None
    assert program.get("/conversations/count?waiting=yes").json() == {"count": len(seen)}


@pytest.mark.parametrize("sort", ["queue", "waiting_since", "newest", "oldest", "id"])
def test_every_order_shows_each_conversation_once(program, waiting, sort):
    seen, cursor = [], ""
    while cursor is not None:
        page = program.get(f"/conversations?sort={sort}&limit=1&status=new,open&cursor={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]

    assert seen == [one["id"] for one in items(program.get(f"/conversations?sort={sort}&status=new,open"))]
    assert len(seen) == len(set(seen)) == 4


def test_a_list_costs_the_same_whatever_its_length(program, waiting):
    def count(path):
        program.get(path)
        with CaptureQueriesContext(connection) as captured:
            program.get(path)
        return len(captured)

    for path in ("/conversations", "/customers"):
        assert count(f"{path}?limit=1") == count(f"{path}?limit=3"), path
    thread = f"/conversations/{waiting[0].id}/messages"
    program.post(f"/conversations/{waiting[0].id}/replies", {"text": "One."})
    assert count(f"{thread}?limit=1") == count(f"{thread}?limit=2")


def test_a_program_answers_and_the_customer_is_no_longer_waiting(program, waiting, world):
    conversation = waiting[0]
    messages = items(program.get(f"/conversations/{conversation.id}/messages"))
    assert [one["from"]["name"] for one in messages] == ["Maria Petrova"]

    replied = program.post(
        f"/conversations/{conversation.id}/replies",
        {"text": "It leaves today.", "then": "solve", "seen_message_id": messages[-1]["id"]},
    )

    assert replied.status_code == 201
    dispatch = Dispatch.objects.get(id=replied.json()["id"])
    assert dispatch.due_at <= dispatch.queued_at
    assert (dispatch.message.text, dispatch.member) == ("It leaves today.", world.agent)
    told = program.get(f"/conversations/{conversation.id}").json()
    assert (told["status"], told["assignee"]["id"]) == ("solved", world.agent.id)
    newest = items(program.get(f"/conversations/{conversation.id}/messages?sort=newest&limit=1"))[0]
    assert (newest["direction"], newest["reply"]["id"]) == ("out", dispatch.id)


def test_a_held_reply_is_taken_back_and_a_sent_one_is_not(program, waiting):
    path = f"/conversations/{waiting[0].id}/replies"
    held = program.post(path, {"text": "Too hasty.", "hold": True}).json()
    assert held["state"] == "held"
    taken = program.delete(f"/replies/{held['id']}")
    assert (taken.status_code, taken.json()["state"], taken.json()["message_id"]) == (200, "cancelled", None)
    assert Draft.objects.get(conversation=waiting[0]).text == "Too hasty."

    gone = program.post(path, {"text": "Now."}).json()
    refused = program.delete(f"/replies/{gone['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "too-late-to-undo")


def test_a_refused_reply_is_sent_again_and_an_unknown_one_decided(program, waiting):
    replies = [
        program.post(f"/conversations/{one.id}/replies", {"text": "Now."}).json()["id"] for one in waiting
    ]
    for id_, state in zip(replies, ("refused", "unknown", "unknown"), strict=True):
        Dispatch.objects.filter(id=id_).update(state=state)

    assert program.post(f"/replies/{replies[0]}/retry").json()["state"] == "waiting"
    assert program.post(f"/replies/{replies[1]}/decision", {"was_sent": True}).json()["state"] == "sent"
    assert program.post(f"/replies/{replies[2]}/decision", {"was_sent": False}).json()["state"] == "waiting"
    assert program.post(f"/replies/{replies[1]}/retry").json()["code"] == "not-refused"
    assert program.post(f"/replies/{replies[0]}/decision", {"was_sent": True}).status_code == 409


def test_an_answer_by_program_leaves_the_members_own_draft_alone(program, waiting, world):
    Draft.objects.create(
        conversation=waiting[0], member=world.agent, text="I was just", saved_at=waiting[0].opened_at
    )
    program.post(f"/conversations/{waiting[0].id}/replies", {"text": "By program."})
    assert Draft.objects.get(conversation=waiting[0]).text == "I was just"


def test_whoever_was_overtaken_is_stopped_and_reads_what_was_said(program, waiting, world):
    conversation = waiting[0]
    seen = conversation.last_message_id
    program_of(world.owner).post(f"/conversations/{conversation.id}/replies", {"text": "I was faster."})

    stopped = program.post(
        f"/conversations/{conversation.id}/replies", {"text": "Me too.", "seen_message_id": seen}
    )

    assert (stopped.status_code, stopped.json()["code"]) == (409, "someone-answered")
    assert [one["text"] for one in stopped.json()["newer_messages"]] == ["I was faster."]
    assert Message.objects.filter(conversation=conversation, direction="out").count() == 1


def test_files_go_with_a_reply_and_come_back_byte_for_byte(program, waiting):
    file = {"name": "label.txt", "content_type": "text/plain", "data": base64.b64encode(b"a label").decode()}
    path = f"/conversations/{waiting[0].id}"
    assert program.post(f"{path}/replies", {"text": "Here.", "attachments": [file]}).status_code == 201

    sent = items(program.get(f"{path}/messages?sort=newest&limit=1"))[0]["attachments"]
    assert [(one["name"], one["size"]) for one in sent] == [("label.txt", 7)]
    downloaded = program.get(sent[0]["url"].partition("/api/v1")[2])
    assert (b"".join(downloaded.streaming_content), downloaded["X-Content-Type-Options"]) == (
        b"a label",
        "nosniff",
    )

    bad = program.post(f"{path}/replies", {"text": "Here.", "attachments": [{**file, "data": "!"}]})
    assert (bad.status_code, bad.json()["code"]) == (422, "file-not-good")


def test_notes_are_written_and_read_and_call_colleagues_in(program, waiting, world):
    path = f"/conversations/{waiting[0].id}/notes"
    written = program.post(path, {"text": f"@{world.owner.name} do you know her?"})
    assert written.status_code == 201
    assert [one["text"] for one in items(program.get(path))] == [written.json()["text"]]
    assert Note.objects.get().call_ins.get().member == world.owner
    assert program.post(path, {"text": "  "}).json()["code"] == "note-is-empty"


def test_several_things_change_together_or_not_at_all(program, waiting, world):
    path = f"/conversations/{waiting[0].id}"
    team = create_team(world.owner, "Parcels")
    changed = program.patch(path, {"priority": "urgent", "assignee": world.owner.id, "team": team.id}).json()
    assert (changed["priority"], changed["assignee"]["id"], changed["team"]["name"], changed["status"]) == (
        "urgent",
        world.owner.id,
        "Parcels",
        "open",
    )

    refused = program.patch(path, {"priority": "low", "assignee": None, "status": "solved"})
    assert (refused.status_code, refused.json()["code"]) == (409, "still-unanswered")
    same = program.get(path).json()
    assert (same["priority"], same["assignee"]["id"]) == ("urgent", world.owner.id)

    solved = program.patch(path, {"assignee": None, "status": "solved", "reason": "Only thanks"}).json()
    assert (solved["status"], solved["assignee"], solved["waiting_since"]) == ("solved", None, None)


def test_tags_are_put_on_and_taken_off(program, waiting, world):
    path = f"/conversations/{waiting[0].id}"
    late, parcel = (make_tag(world.owner, name).id for name in ("Late", "Parcel"))
    assert [one["name"] for one in program.patch(path, {"tags": [late, parcel]}).json()["tags"]] == [
        "Late",
        "Parcel",
    ]
    assert [one["id"] for one in program.patch(path, {"tags": [parcel]}).json()["tags"]] == [parcel]
    assert [one["id"] for one in items(program.get(f"/conversations?tag={parcel}"))] == [waiting[0].id]
    counts = {one["name"]: one["conversations"] for one in items(program.get("/tags"))}
    assert (counts["Late"], counts["Parcel"]) == (0, 1)
    assert program.patch(path, {"tags": [10**9]}).status_code == 404


def test_a_change_is_refused_when_something_happened_meanwhile(program, waiting):
    path = f"/conversations/{waiting[0].id}"
    first = program.get(path)
    assert first["ETag"] == f'"{first.json()["version"]}"'
    program.post(f"{path}/notes", {"text": "Something happened."})

    late = program.patch(path, {"priority": "low"}, If_Match=first["ETag"])
    assert (late.status_code, late.json()["code"]) == (412, "changed-meanwhile")

    fresh = program.get(path)["ETag"]
    assert program.patch(path, {"priority": "low"}, If_Match=fresh).status_code == 200
    assert program.patch(path, {"priority": "low"}, If_Match="elephant").status_code == 422


def test_what_needs_no_reply_is_ended_and_waits_again(program, waiting):
    path = f"/conversations/{waiting[0].id}/outcome"
    assert program.post(path, {"outcome": "no_reply_needed"}).json()["code"] == "reason-needed"
    ended = program.post(path, {"outcome": "no_reply_needed", "reason": "Only thanks"}).json()
    assert (ended["status"], ended["waiting_since"]) == ("solved", None)
    assert program.post(path, {"outcome": "no_reply_needed", "reason": "Again"}).status_code == 409

    again = program.delete(path).json()
    assert (again["status"], again["waiting_since"] is None) == ("open", False)
    assert program.post(path, {"outcome": "spam"}).json()["is_spam"]


def test_an_observers_program_reads_and_writes_nothing(world, waiting):
    observer = program_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))
    path = f"/conversations/{waiting[0].id}"
    assert observer.get(path).status_code == 200
    tried = [
        observer.post(f"{path}/replies", {"text": "Hello"}),
        observer.post(f"{path}/notes", {"text": "Hello"}),
        observer.patch(path, {"priority": "low"}),
        observer.post(f"{path}/outcome", {"outcome": "spam"}),
        observer.delete(f"{path}/outcome"),
    ]
    assert [one.status_code for one in tried] == [403] * 5
    assert {one.json()["code"] for one in tried} == {"not-allowed"}


def test_what_a_private_team_handles_is_hidden_from_others(program, waiting, world):
    team = create_team(world.owner, "Board", is_private=True)
    set_team_members(world.owner, team, [world.owner.id])
    hidden = waiting[0]
    give_to_team(hidden.id, team.id, world.owner)
    boss = program_of(world.owner)

    assert boss.get(f"/conversations/{hidden.id}").status_code == 200
    assert program.get(f"/conversations/{hidden.id}").status_code == 404
    assert hidden.id in [one["id"] for one in items(boss.get("/conversations"))]
    assert hidden.id not in [one["id"] for one in items(program.get("/conversations"))]
    assert team.id not in [one["id"] for one in items(program.get("/teams"))]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_events_are_told_in_order_each_once_as_far_as_one_may_know(program, waiting, world):
    team = create_team(world.owner, "Board", is_private=True)
    set_team_members(world.owner, team, [world.owner.id])
    give_to_team(waiting[0].id, team.id, world.owner)

    def hear(listener):
        after, told = 0, []
        while True:
            page = listener.get(f"/events?limit=3&after={after}").json()
            told += page["items"]
            after = page["next_after"]
            if not page["has_more"]:
                return after, told

    last, told = hear(program)
    ids = [one["id"] for one in told]
    assert ids == sorted(set(ids))
    assert waiting[1].id in {one["conversation_id"] for one in told}
    assert waiting[0].id not in {one["conversation_id"] for one in told}
    assert None not in {one["conversation_id"] for one in told}
    boss = program_of(world.owner)
    assert {"workspace.created", "conversation.given_to_team"} <= {one["kind"] for one in hear(boss)[1]}

    program.post(f"/conversations/{waiting[1].id}/notes", {"text": "Something new"})
    assert [one["kind"] for one in items(program.get(f"/events?after={last}"))] == ["note.written"]


def test_there_are_lists_of_who_and_what_there_is(program, world):
    assert [one["name"] for one in items(program.get("/channels"))] == ["Shop"]
    assert {one["id"] for one in items(program.get("/members"))} == {world.owner.id, world.agent.id}
    assert [(one["name"], one["member_ids"]) for one in items(program.get("/teams"))] == [
        ("Billing", [world.agent.id])
    ]


def test_customers_are_found_by_name_and_listed_with_their_identities(program, waiting):
    everyone = items(program.get("/customers"))
    assert {"Maria Petrova", "Bao Tran", "Carl Stone"} <= {one["name"] for one in everyone}
    found = items(program.get("/customers?text=petrov"))
    assert [(one["name"], one["identities"][0]["network"]) for one in found] == [("Maria Petrova", "api")]
    assert program.get(f"/customers/{found[0]['id']}").json() == found[0]
    written = items(program.get(f"/conversations?customer={found[0]['id']}"))
    assert [one["id"] for one in written] == [waiting[0].id]
    seen, cursor = [], ""
    while cursor is not None:
        page = program.get(f"/customers?limit=1&cursor={cursor}").json()
        seen, cursor = seen + [one["id"] for one in page["items"]], page["next_cursor"]
    assert seen == [one["id"] for one in everyone]


def test_a_customer_is_renamed_noted_merged_and_made_two_again(program, waiting, world):
    lead = program_of(world.owner)
    maria, bao = (one.customer_id for one in waiting[:2])
    assert lead.patch(f"/customers/{maria}", {"name": "Maria P."}).json()["name"] == "Maria P."
    for text in ("First.", "Second."):
        assert program.post(f"/customers/{maria}/notes", {"text": text}).status_code == 201
    page = program.get(f"/customers/{maria}/notes?limit=1").json()
    older = program.get(f"/customers/{maria}/notes?limit=1&cursor={page['next_cursor']}").json()
    assert [one["text"] for one in page["items"] + older["items"]] == ["Second.", "First."]

    merged, again = (
        lead.post(f"/customers/{maria}/merges", {"absorbed_id": bao}, Idempotency_Key="m") for _ in range(2)
    )
    assert again["Idempotency-Replayed"] == "true"
    merged = merged.json()
    assert (merged["survivor_id"], merged["absorbed_id"]) == (maria, bao)
    assert program.get(f"/customers/{bao}").status_code == 404
    assert {one["id"] for one in items(program.get(f"/conversations?customer={maria}"))} == {
        waiting[0].id,
        waiting[1].id,
    }
    again = lead.delete(f"/merges/{merged['id']}").json()
    assert again["name"] == "Bao Tran"
    assert [one["id"] for one in items(program.get(f"/conversations?customer={again['id']}"))] == [
        waiting[1].id
    ]


def test_saved_views_and_brands_are_read(program, waiting, world):
    views = items(program.get("/views"))
    assert [(one["name"], one["audience"], one["count"]) for one in views] == [("Unanswered", "all", 4)]
    path = f"/views/{views[0]['id']}/conversations"
    assert {one["id"] for one in items(program.get(path))} >= {one.id for one in waiting}
    assert [(one["is_default"], one["is_open"]) for one in items(program.get("/brands"))] == [(True, True)]


def test_saved_replies_are_listed_and_filled_for_a_conversation(program, waiting, world):
    words = SavedWords(title="On its way", text="Hello {{ customer.first_name }}, today!", shortcut="way")
    create_saved_reply(world.owner, words)
    assert "On its way" in [one["title"] for one in items(program.get("/saved-replies"))]
    assert [one["shortcut"] for one in items(program.get("/saved-replies?text=today"))] == ["way"]
    filled = items(program.get(f"/conversations/{waiting[0].id}/saved-replies"))
    assert "Hello Maria, today!" in [one["filled_text"] for one in filled]


def test_the_audit_is_for_those_who_lead(program, world):
    assert program.get("/audit").status_code == 403
    audit = program_of(world.owner).get("/audit").json()
    assert (audit["is_good"], audit["dead"], audit["problems"]) == (True, 1, [])
