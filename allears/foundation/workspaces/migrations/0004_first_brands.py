from django.db import migrations
from django.db.models import Exists, OuterRef

from allears.foundation.clock import now


def give_each_workspace_a_brand(apps, schema_editor):
    """Give every workspace without a default brand one of its own name."""
    Workspace = apps.get_model("workspaces", "Workspace")
    Brand = apps.get_model("workspaces", "Brand")
    has_one = Exists(Brand.objects.filter(workspace=OuterRef("pk"), is_default=True))
    at = now()
    Brand.objects.bulk_create(
        [
            Brand(
                workspace=one,
                name=one.name,
                language=one.language,
                time_zone=one.time_zone,
                is_default=True,
                created_at=at,
            )
            for one in Workspace.objects.filter(~has_one)
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0003_brands"),
    ]

    operations = [
        migrations.RunPython(give_each_workspace_a_brand, migrations.RunPython.noop),
    ]
