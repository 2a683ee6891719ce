"""Let go of what nobody comes back for."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from allears.foundation.clock import now
from allears.pipeline.people.models import Identity
from allears.public.chat.models import Visitor, VisitorFile
from allears.public.chat.queries.visitors import KIND

UPLOADS_KEPT_FOR = timedelta(days=2)
SILENT_VISITORS_KEPT_FOR = timedelta(days=30)
AT_ONCE = 1000


def forget_silent_visitors() -> int:
    """Forget files that no line came for, and visitors who opened a chat long ago and never wrote; count these."""
    VisitorFile.objects.filter(made_at__lt=now() - UPLOADS_KEPT_FOR).delete()
    known = Identity.objects.filter(
        workspace=OuterRef("workspace"), network=KIND, external_id=OuterRef("public_id")
    )
    old = Visitor.objects.filter(last_seen_at__lt=now() - SILENT_VISITORS_KEPT_FOR, blocked_at=None)
    silent = old.filter(
        ~Exists(known), ~Exists(Visitor.objects.filter(joined_to=OuterRef("id"))), joined_to=None
    )
    ids = list(silent.values_list("id", flat=True)[:AT_ONCE])
    Visitor.objects.filter(id__in=ids).delete()
    return len(ids)
