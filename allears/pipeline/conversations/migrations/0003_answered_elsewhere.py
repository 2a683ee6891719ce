from django.db import migrations, models


class Migration(migrations.Migration):
    """Tell answers we only heard of from our own, and forwards from what they forward."""

    dependencies = [("conversations", "0002_search_index")]
    operations = [
        migrations.RenameField("conversation", "last_answered_at", "answered_elsewhere_at"),
        migrations.AddField("thread", "starts_anew", models.BooleanField(default=False)),
    ]
