"""The budget: what a call may cost is put down before it, and what it did cost after it."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum

from allears.foundation.clock import now
from allears.pipeline.suggesting.errors import OverBudget
from allears.pipeline.suggesting.models import LanguageModel, Spending


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used: tokens, and micro-dollars."""

    calls: int
    tokens: int
    micro_dollars: int


@dataclass(frozen=True, slots=True)
class Reserved:
    """What was put down for one call, to be corrected after it."""

    on: date
    tokens: int
    micro_dollars: int


def spent_by(workspace_id: int) -> tuple[Spent, Spent]:
    """Return what the workspace used today and in this month (UTC)."""
    today = now().date()
    rows = Spending.objects.filter(workspace=workspace_id)
    month = rows.filter(on__gte=today.replace(day=1), on__lte=today)
    return _sum(rows.filter(on=today)), _sum(month)


def _sum(rows: QuerySet[Spending]) -> Spent:
    found = rows.aggregate(a=Sum("calls"), b=Sum("tokens"), c=Sum("micro_dollars"))
    return Spent(found["a"] or 0, found["b"] or 0, found["c"] or 0)


def require_budget(model: LanguageModel, tokens: int = 1, micro_dollars: int = 0) -> None:
    """Raise OverBudget when so much more would pass one of the limits."""
    today, month = spent_by(model.workspace_id)
    for spent, most_tokens, most_micro_dollars in (
        (today, model.daily_tokens, model.daily_micro_dollars),
        (month, model.monthly_tokens, model.monthly_micro_dollars),
    ):
        if most_tokens is not None and spent.tokens + tokens > most_tokens:
            raise OverBudget
        cost = max(micro_dollars, 1) if model.price_in or model.price_out else 0
        if most_micro_dollars is not None and spent.micro_dollars + cost > most_micro_dollars:
            raise OverBudget


def reserve(model: LanguageModel, tokens_in: int, tokens_out: int) -> Reserved:
    """Put down what a call may cost at most. Raise OverBudget: nothing is asked then."""
    cost = model.cost(tokens_in, tokens_out)
    with transaction.atomic():
        if connection.vendor == "postgresql":  # on SQLite a transaction is alone already
            LanguageModel.objects.select_for_update().get(id=model.id)
        require_budget(model, tokens_in + tokens_out, cost)
        reserved = Reserved(now().date(), tokens_in + tokens_out, cost)
        _row(model, reserved.on).update(
            calls=F("calls") + 1,
            tokens=F("tokens") + reserved.tokens,
            micro_dollars=F("micro_dollars") + cost,
        )
    return reserved


def settle(model: LanguageModel, reserved: Reserved, tokens: int, micro_dollars: int) -> None:
    """Put what a call did cost in the place of what was put down for it."""
    _row(model, reserved.on).update(
        tokens=F("tokens") + tokens - reserved.tokens,
        micro_dollars=F("micro_dollars") + micro_dollars - reserved.micro_dollars,
    )


def _row(model: LanguageModel, on: date) -> QuerySet[Spending]:
    row = Spending(workspace_id=model.workspace_id, on=on)
    Spending.objects.bulk_create([row], ignore_conflicts=True)
    return Spending.objects.filter(workspace=model.workspace_id, on=on)
