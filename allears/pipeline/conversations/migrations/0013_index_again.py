from typing import Any

from django.db import migrations
from django.utils.timezone import now

KEY = "index-2"


def put_job(apps: Any, schema_editor: Any) -> None:
    """Have what is here indexed by the new rules, in the background; where nothing is here, nothing is to be done."""
    if schema_editor.connection.alias != "default":
        return
    if apps.get_model("conversations", "Message").objects.exists():
        job = apps.get_model("work", "Job")
        job.objects.get_or_create(key=KEY, defaults={"name": "index_again", "due_at": now()})


def take_job_back(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.alias == "default":
        apps.get_model("work", "Job").objects.filter(key=KEY).delete()


class Migration(migrations.Migration):
    """Words drawn out, of two scripts, and of hashtags are found by what they mean."""

    dependencies = [("conversations", "0012_topics"), ("work", "0001_initial")]

    operations = [migrations.RunPython(put_job, take_job_back)]
