from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_idempotent_reply"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="creator_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                fields=("tenant", "creator_id"), name="accounts_user_creator_once_a_school"
            ),
        ),
    ]
