from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_from_customers(apps: Any, schema_editor: Any) -> None:
    customers = apps.get_model("people", "Customer").objects.filter(pk=OuterRef("customer"))
    identities = apps.get_model("people", "Identity").objects.filter(first_seen_at=None)
    identities.update(first_seen_at=Subquery(customers.values("first_seen_at")[:1]))


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.AddField("identity", "language", models.CharField(max_length=16, default="")),
        migrations.AddField("identity", "time_zone", models.CharField(max_length=64, default="")),
        migrations.AddField("identity", "first_seen_at", models.DateTimeField(null=True)),
        migrations.RunPython(take_from_customers, migrations.RunPython.noop),
    ]
