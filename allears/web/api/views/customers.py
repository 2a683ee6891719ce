"""The people, and where they write from."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.actions.merging import merge_customers, rename_customer, undo_merge
from allears.pipeline.conversations.masking import shown_to, text_for
from allears.pipeline.conversations.queries.customers import visible_identities
from allears.pipeline.people.actions.notes import write_customer_note
from allears.pipeline.people.queries import (
    Customer,
    CustomerMerge,
    CustomerNote,
    Identity,
    customers_by_id,
    get_visible_customer,
    get_visible_merge,
    listed_customer_notes,
    listed_customers,
    search_customers,
)
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import Cursor, Limit, PathId
from allears.web.api.shapes import customers as shapes
from allears.web.api.writing import act_once, answer, read_cursor, write_cursor

router = Router(tags=["Customers"])


@router.get("/customers", response=shapes.CustomerPage, summary="List customers")
def list_customers(
    request: ApiRequest,
    text: Annotated[str, Query(max_length=200, description="Words of a name, a handle or an address.")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """List the customers you may know of, by id; with `text` those who are called so, on one page."""
    if text.strip():
        found = search_customers(request.member, text.replace("\x00", ""), limit)
        return answer({"items": _tell_all(request.member, customers_by_id(found.ids)), "next_cursor": None})
    after = read_cursor(cursor, "customers", int)
    rows, has_more = listed_customers(request.member, after[0] if after else 0, limit)
    more = write_cursor("customers", rows[-1].id) if has_more else None
    return answer({"items": _tell_all(request.member, rows), "next_cursor": more})


@router.get("/customers/{int:customer_id}", response=shapes.Customer, summary="Read a customer")
def read_customer(request: ApiRequest, customer_id: PathId) -> HttpResponse:
    """Read who a customer is, with their identities. Their conversations: `GET /conversations?customer=ID`."""
    return answer(_tell_all(request.member, [get_visible_customer(request.member, customer_id)])[0])


@router.patch("/customers/{int:customer_id}", response=shapes.Customer, summary="Rename a customer")
def patch_customer(request: ApiRequest, customer_id: PathId, body: shapes.CustomerChange) -> HttpResponse:
    """Call a customer something else, on every page."""
    customer = get_visible_customer(request.member, customer_id)

    def act() -> tuple[int, Any]:
        rename_customer(request.member, customer, body.name)
        return 200, _tell_all(request.member, [get_visible_customer(request.member, customer_id)])[0]

    return act_once(request, act)


@router.get(
    "/customers/{int:customer_id}/notes",
    response=shapes.CustomerNotePage,
    summary="List notes about a customer",
)
def list_customer_notes(
    request: ApiRequest, customer_id: PathId, cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """List what members noted about a person, the newest first."""
    customer = get_visible_customer(request.member, customer_id)
    before = read_cursor(cursor, "customer-notes", int)
    notes, has_more = listed_customer_notes(customer, before[0] if before else None, limit)
    more = write_cursor("customer-notes", notes[-1].id) if has_more else None
    return answer({"items": [_tell_note(request.member, note) for note in notes], "next_cursor": more})


@router.post(
    "/customers/{int:customer_id}/notes",
    response={201: shapes.CustomerNote},
    summary="Write a note about a customer",
)
def create_customer_note(
    request: ApiRequest, customer_id: PathId, body: shapes.CustomerNoteWanted
) -> HttpResponse:
    """Write down what is worth knowing of a person, for members only."""
    customer = get_visible_customer(request.member, customer_id)

    def act() -> tuple[int, Any]:
        return 201, _tell_note(request.member, write_customer_note(customer, body.text, request.member))

    return act_once(request, act)


@router.post(
    "/customers/{int:customer_id}/merges", response={201: shapes.Merge}, summary="Merge another customer in"
)
def create_merge(request: ApiRequest, customer_id: PathId, body: shapes.MergeWanted) -> HttpResponse:
    """Make one person of two: this customer gets all that the other has. It can be undone."""
    survivor = get_visible_customer(request.member, customer_id)

    def act() -> tuple[int, Any]:
        return 201, _tell_merge(merge_customers(request.member, survivor.id, body.absorbed_id))

    return act_once(request, act)


@router.delete("/merges/{int:merge_id}", response=shapes.Customer, summary="Undo a merge")
def delete_merge(request: ApiRequest, merge_id: PathId) -> HttpResponse:
    """Make two of a merged customer again; the one who comes back is the answer."""
    merge = get_visible_merge(request.member, merge_id)

    def act() -> tuple[int, Any]:
        return 200, _tell_all(request.member, [undo_merge(request.member, merge)])[0]

    return act_once(request, act)


def _tell_note(member: Member, note: CustomerNote) -> dict[str, Any]:
    return {
        "id": note.id,
        "customer_id": note.customer_id,
        "member_id": note.member_id,
        "member_name": note.member.name if note.member else "",
        "text": text_for(member, note.text),
        "written_at": note.written_at,
        "changed_at": note.changed_at,
    }


def _tell_merge(merge: CustomerMerge) -> dict[str, Any]:
    return {"id": merge.id, "survivor_id": merge.survivor_id, "absorbed_id": merge.absorbed_id}


def _tell_all(member: Member, customers: Sequence[Customer]) -> list[dict[str, Any]]:
    identities = shown_to(member, visible_identities(member, [one.id for one in customers]))
    shown_to(member, list(customers))
    return [
        {
            "id": one.id,
            "name": one.name,
            "first_seen_at": one.first_seen_at,
            "identities": [_tell_identity(identity) for identity in identities.get(one.id, [])],
        }
        for one in customers
    ]


def _tell_identity(one: Identity) -> dict[str, Any]:
    return {
        "id": one.id,
        "network": one.network,
        "external_id": one.external_id,
        "name": one.name,
        "handle": one.handle,
        "address": one.address,
        "language": one.language,
        "time_zone": one.time_zone,
    }
