import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import colonnade.lib.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0003_schedule_and_archive"),
        ("tenants", "0005_video_choices"),
        ("videos", "0010_chapters"),
    ]

    operations = [
        migrations.AddField("course", "outline_version", models.IntegerField(db_default=1, default=1)),
        migrations.AddField("lecture", "kind", models.CharField(db_default="video", default="video", max_length=20)),
        migrations.AddField("lecture", "filled_at", models.DateTimeField(null=True)),
        migrations.AddField("lecture", "is_preview", models.BooleanField(db_default=False, default=False)),
        migrations.AddConstraint(
            "lecture",
            models.CheckConstraint(
                condition=Q(
                    Q(("filled_at", None), ("kind", "video")),
                    Q(Q(("kind", "video"), _negated=True), ("replacement", None), ("video", None)),
                    _connector="OR",
                ),
                name="courses_lecture_of_one_kind",
            ),
        ),
        migrations.CreateModel(
            name="Content",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=colonnade.lib.tenancy.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("body", models.JSONField(default=dict)),
                ("words", models.TextField(blank=True)),
                (
                    "files",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                ("version", models.IntegerField(default=0)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_by_id", models.UUIDField()),
                (
                    "lecture",
                    colonnade.lib.tenancy.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contents",
                        to="courses.lecture",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=colonnade.lib.tenancy.CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    colonnade.lib.tenancy.TenantRLS(column="tenant_id", name="courses_content_tenant"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="courses_content_tenant_id"),
                    colonnade.lib.tenancy.TenantReference("lecture", name="courses_content_lecture_of_tenant"),
                    models.UniqueConstraint(fields=("tenant", "lecture"), name="courses_content_once_a_lecture"),
                ],
            },
        ),
    ]
