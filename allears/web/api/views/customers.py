"""The people, and where they write from."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router

from allears.pipeline.people.queries import (
    Customer,
    Identity,
    customers_by_id,
    get_visible_customer,
    identities_of,
    listed_customers,
    search_customers,
)
from allears.web.api.door import ApiRequest
from allears.web.api.parameters import Cursor, Limit, PathId
from allears.web.api.shapes import customers as shapes
from allears.web.api.writing import answer, read_cursor, write_cursor

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
        return answer({"items": _tell_all(customers_by_id(found.ids)), "next_cursor": None})
    after = read_cursor(cursor, "customers", int)
    rows, has_more = listed_customers(request.member, after[0] if after else 0, limit)
    more = write_cursor("customers", rows[-1].id) if has_more else None
    return answer({"items": _tell_all(rows), "next_cursor": more})


@router.get("/customers/{int:customer_id}", response=shapes.Customer, summary="Read a customer")
def read_customer(request: ApiRequest, customer_id: PathId) -> HttpResponse:
    """Read who a customer is, with their identities. Their conversations: `GET /conversations?customer=ID`."""
    return answer(_tell_all([get_visible_customer(request.member, customer_id)])[0])


def _tell_all(customers: Sequence[Customer]) -> list[dict[str, Any]]:
    identities = identities_of([one.id for one in customers])
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
