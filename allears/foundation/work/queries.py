"""Ask when things happened last."""

from allears.foundation.work.models import LastTime


def last_time(name: str) -> LastTime | None:
    """Return when something happened last, None if it never did."""
    return LastTime.objects.filter(name=name).first()


def last_times(prefix: str) -> list[LastTime]:
    """List when the things of one kind ("worker:") happened last, the longest known first."""
    return list(LastTime.objects.filter(name__startswith=prefix).order_by("since", "id"))
