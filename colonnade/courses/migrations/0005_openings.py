import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from colonnade.lib.tenancy import CurrentTenant, TenantForeignKey, TenantReference, TenantRLS, uuid7


def within_school(to: str, related_name: str, **options: bool) -> TenantForeignKey:
    return TenantForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0004_kinds"),
        ("tenants", "0005_video_choices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(null=True)),
                ("days", models.IntegerField(null=True)),
                ("course", within_school("courses.course", "openings")),
                ("section", within_school("courses.section", "openings", null=True)),
                ("lecture", within_school("courses.lecture", "openings", null=True)),
                ("after", within_school("courses.lecture", "opened", null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_default=CurrentTenant(),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
        ),
        migrations.AddIndex("opening", models.Index(fields=["tenant", "course"], name="courses_opening_course")),
        migrations.AddIndex(
            "opening",
            models.Index(
                condition=Q(("after__isnull", False)), fields=["tenant", "after"], name="courses_opening_after"
            ),
        ),
        migrations.AddConstraint("opening", TenantRLS(column="tenant_id", name="courses_opening_tenant")),
        migrations.AddConstraint(
            "opening", models.UniqueConstraint(fields=("tenant", "id"), name="courses_opening_tenant_id")
        ),
        *(
            migrations.AddConstraint("opening", TenantReference(field, name=f"courses_opening_{field}_of_tenant"))
            for field in ("course", "section", "lecture", "after")
        ),
        migrations.AddConstraint(
            "opening", models.UniqueConstraint(fields=("tenant", "section"), name="courses_opening_once_a_section")
        ),
        migrations.AddConstraint(
            "opening", models.UniqueConstraint(fields=("tenant", "lecture"), name="courses_opening_once_a_lecture")
        ),
        migrations.AddConstraint(
            "opening",
            models.CheckConstraint(
                condition=Q(
                    Q(("lecture__isnull", False), ("section", None)),
                    Q(("lecture", None), ("section__isnull", False)),
                    _connector="OR",
                ),
                name="courses_opening_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            "opening",
            models.CheckConstraint(
                condition=Q(
                    Q(("after", None), ("at__isnull", False), ("days", None)),
                    Q(("after", None), ("at", None), ("days__gte", 1), ("days__isnull", False), ("days__lte", 3650)),
                    Q(("after__isnull", False), ("at", None), ("days", None)),
                    _connector="OR",
                ),
                name="courses_opening_by_one_rule",
            ),
        ),
    ]
