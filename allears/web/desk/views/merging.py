from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allears.foundation.errors import NotAllowed
from allears.pipeline.conversations.actions.merging import merge_customers, undo_merge
from allears.pipeline.conversations.queries.customers import belongings_of, customer_rows
from allears.pipeline.people.actions.likeness import tell_apart
from allears.pipeline.people.queries import (
    Customer,
    get_visible_customer,
    get_visible_merge,
    search_customers,
)
from allears.web.desk.drawing import render
from allears.web.desk.views.customers import customers_frame
from allears.web.doors import MemberRequest


@require_safe
def choose_other(request: MemberRequest, customer_id: int) -> HttpResponse:
    """Find the customer who is the same person."""
    customer = _customer(request, customer_id)
    text = request.GET.get("q", customer.name).strip()
    found = [id_ for id_ in search_customers(request.member, text).ids if id_ != customer.id]
    context = {"customer": customer, "text": text, "rows": customer_rows(request.member, found)}
    return render(request, "desk/choose_other_customer.html", customers_frame(request) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: MemberRequest, customer_id: int, other_id: int) -> HttpResponse:
    """Show two customers beside each other; make them one, with the chosen one staying."""
    customer, other = _customer(request, customer_id), _customer(request, other_id)
    chosen = request.POST.get("survivor", "")
    if request.method == "POST" and chosen in {str(customer.id), str(other.id)}:
        survivor, absorbed = (customer, other) if chosen == str(customer.id) else (other, customer)
        merge_customers(request.member, survivor.id, absorbed.id)
        messages.success(request, _("Made one. This can be undone below, at any time."))
        return redirect("customer", survivor.id)
    context = {
        "customer": customer,
        "sides": [belongings_of(request.member, one) for one in (customer, other)],
    }
    return render(request, "desk/merge_customers.html", customers_frame(request) | context)


@require_POST
def undo(request: MemberRequest, merge_id: int) -> HttpResponse:
    merged = get_visible_merge(request.member, merge_id)
    undo_merge(request.member, merged)
    messages.success(request, _("They are two again, each with what was theirs."))
    return redirect("customer", merged.survivor_id)


@require_POST
def keep_apart(request: MemberRequest, customer_id: int, other_id: int) -> HttpResponse:
    """Remember that these are two people."""
    customer, other = _customer(request, customer_id), _customer(request, other_id)
    if tell_apart(request.member, customer.id, other.id):
        messages.info(request, _("Noted: they are two people. It will not be suggested again."))
    return redirect("customer", customer.id)


def _customer(request: MemberRequest, customer_id: int) -> Customer:
    if not request.member.may_answer:
        raise NotAllowed
    return get_visible_customer(request.member, customer_id)
