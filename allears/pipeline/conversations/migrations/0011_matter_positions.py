from django.db import migrations


class Migration(migrations.Migration):
    """What was not read yet matters as its priority says."""

    dependencies = [("conversations", "0010_readings")]

    operations = [
        migrations.RunSQL(
            "UPDATE conversations_conversation SET matter_position = queue_position WHERE matter_position = 0",
            migrations.RunSQL.noop,
        )
    ]
