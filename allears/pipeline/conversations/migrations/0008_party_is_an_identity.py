from typing import Any

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def name_identities(apps: Any, schema_editor: Any) -> None:
    """Customers may be made one and apart again, identities never: by below nought, so that no two meet halfway."""
    legs = apps.get_model("conversations", "Leg").objects
    said = apps.get_model("conversations", "Message").objects.filter(
        conversation=OuterRef("conversation"),
        thread=OuterRef("thread"),
        identity__isnull=False,
        direction="in",
    )
    known = apps.get_model("people", "Identity").objects.filter(customer=OuterRef("party"))
    found = Coalesce(
        Subquery(said.order_by("id").values("identity")[:1]),
        Subquery(known.order_by("id").values("id")[:1]),
        F("party"),
    )
    legs.filter(party__gt=0).update(party=-found)
    legs.filter(party__lt=0).update(party=-F("party"))


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0007_bulk_changes"),
        ("people", "0005_notes_and_merges"),
    ]
    operations = [migrations.RunPython(name_identities, migrations.RunPython.noop)]
