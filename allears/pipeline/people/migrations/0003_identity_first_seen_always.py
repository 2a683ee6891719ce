from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_identity_told_and_seen")]
    operations = [migrations.AlterField("identity", "first_seen_at", models.DateTimeField())]
