from django import template

from allears.pipeline.conversations.queries.names import Status

register = template.Library()
_LABELS = dict(Status.choices)


@register.filter
def status_label(status: str) -> str:
    return str(_LABELS.get(status, status))
