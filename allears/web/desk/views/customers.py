from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allears.foundation.errors import NotValid, NotVisible
from allears.pipeline.conversations.actions.merging import rename_customer
from allears.pipeline.conversations.queries.customers import (
    CustomerPage,
    conversation_rows_with,
    conversations_with,
    customer_rows,
    customers_by_contact,
    visible_identities,
)
from allears.pipeline.conversations.queries.likeness import said_by, same_people
from allears.pipeline.conversations.queries.queue import queue_counts
from allears.pipeline.people.actions.notes import (
    change_customer_note,
    delete_customer_note,
    write_customer_note,
)
from allears.pipeline.people.queries import (
    Customer,
    get_visible_customer,
    get_visible_customer_note,
    merges_into,
    notes_on,
    search_customers,
    survivor_of,
)
from allears.web.desk.drawing import render
from allears.web.desk.keys import draw_keys
from allears.web.desk.likeness import draw_likenesses
from allears.web.desk.timeline import draw_said
from allears.web.doors import MemberRequest


def customers_frame(request: MemberRequest) -> dict[str, Any]:
    """What stands around every page about customers."""
    return {
        "place": "customers",
        "counts": queue_counts(request.member),
        "keys": draw_keys(),
        "may_answer": request.member.may_answer,
    }


@require_safe
def list_customers(request: MemberRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"text": text, "has_more": False}
    if text:
        found = search_customers(request.member, text)
        context["page"] = CustomerPage(customer_rows(request.member, found.ids), "")
        context["has_more"] = found.has_more
    else:
        context["page"] = customers_by_contact(request.member, request.GET.get("after", ""))
    return render(request, "desk/customers.html", customers_frame(request) | context)


@require_safe
def show_customer(request: MemberRequest, customer_id: int) -> HttpResponse:
    try:
        customer = get_visible_customer(request.member, customer_id)
    except NotVisible:
        if survivor := survivor_of(request.member, customer_id):
            return redirect("customer", survivor)
        raise
    return render_customer(request, customer)


def render_customer(
    request: MemberRequest, customer: Customer, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Show all that the member may know of a customer."""
    rows, older = conversation_rows_with(request.member, customer, request.GET.get("after", ""))
    context = {
        "customer": customer,
        "identities": visible_identities(request.member, [customer.id]).get(customer.id, []),
        "notes": notes_on(customer),
        "merges": merges_into(customer),
        "likenesses": draw_likenesses(same_people(request.member, customer)),
        "rows": rows,
        "older": older,
        "conversation_count": conversations_with(request.member, customer).count(),
    }
    page = customers_frame(request) | context | (more or {})
    return render(request, "desk/customer.html", page, status=status)


@require_safe
def show_said(request: MemberRequest, customer_id: int) -> HttpResponse:
    """Show all that was said with a customer, on every network, as one line of time."""
    customer = get_visible_customer(request.member, customer_id)
    said = said_by(request.member, customer, request.GET.get("after", ""))
    context = {"customer": customer, "said": draw_said(said.messages), "older": said.next_cursor}
    return render(request, "desk/customer_said.html", customers_frame(request) | context)


@require_POST
def rename(request: MemberRequest, customer_id: int) -> HttpResponse:
    customer = get_visible_customer(request.member, customer_id)
    try:
        rename_customer(request.member, customer, request.POST.get("name", ""))
    except NotValid as error:
        return render_customer(request, customer, {"name_error": str(error)}, 422)
    return redirect("customer", customer.id)


@require_POST
def add_note(request: MemberRequest, customer_id: int) -> HttpResponse:
    customer = get_visible_customer(request.member, customer_id)
    try:
        write_customer_note(customer, request.POST.get("text", ""), request.member)
    except NotValid as error:
        return render_customer(request, customer, {"note_error": str(error)}, 422)
    return redirect("customer", customer.id)


@require_POST
def change_note(request: MemberRequest, note_id: int) -> HttpResponse:
    note = get_visible_customer_note(request.member, note_id)
    try:
        change_customer_note(note, request.POST.get("text", ""), request.member)
    except NotValid as error:
        return render_customer(request, note.customer, {"note_error": str(error)}, 422)
    return redirect("customer", note.customer_id)


@require_POST
def delete_note(request: MemberRequest, note_id: int) -> HttpResponse:
    note = get_visible_customer_note(request.member, note_id)
    delete_customer_note(note, request.member)
    messages.info(request, _("The note is gone."))
    return redirect("customer", note.customer_id)
