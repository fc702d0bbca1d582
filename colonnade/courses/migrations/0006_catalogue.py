from typing import Any

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from colonnade.lib.tenancy import CurrentTenant, TenantForeignKey, TenantReference, TenantRLS, uuid7

LEVELS = [
    ("beginner", "For beginners"),
    ("intermediate", "Intermediate"),
    ("advanced", "Advanced"),
    ("all", "For everybody"),
]


def own() -> tuple[str, Any]:
    return ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False))


def tenant() -> tuple[str, Any]:
    field = models.ForeignKey(
        db_default=CurrentTenant(),
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="tenants.tenant",
    )
    return ("tenant", field)


def within_school(to: str, related_name: str) -> TenantForeignKey:
    return TenantForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
    )


def text(**options: Any) -> "models.CharField[str, str]":
    return models.CharField(blank=True, db_default="", default="", **options)


def texts(max_length: int) -> "ArrayField[list[str], list[str]]":
    return ArrayField(base_field=models.CharField(max_length=max_length), db_default=[], default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0005_openings"),
        ("accounts", "0004_user_creator"),
        ("tenants", "0005_video_choices"),
    ]

    operations = [
        migrations.AddField("course", "category", text(max_length=60)),
        migrations.AddField("course", "level", text(choices=LEVELS, max_length=12)),
        migrations.AddField("course", "language", text(max_length=35)),
        migrations.AddField("course", "tags", texts(40)),
        migrations.AddField("course", "outcomes", texts(200)),
        migrations.AddIndex(
            "course", models.Index(fields=["tenant", "category", "-id"], name="courses_course_category")
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                own(),
                ("name", models.CharField(max_length=120)),
                ("bio", models.TextField(blank=True, max_length=2000)),
                ("picture", models.CharField(blank=True, max_length=200)),
                ("user", within_school("accounts.user", "profiles")),
                tenant(),
            ],
        ),
        migrations.CreateModel(
            name="Teaching",
            fields=[
                own(),
                ("position", models.IntegerField()),
                ("course", within_school("courses.course", "teachings")),
                ("user", within_school("accounts.user", "teachings")),
                tenant(),
            ],
            options={"ordering": ["position", "id"]},
        ),
        migrations.AddIndex("teaching", models.Index(fields=["tenant", "user"], name="courses_teaching_user")),
        migrations.AddConstraint("profile", TenantRLS(column="tenant_id", name="courses_profile_tenant")),
        migrations.AddConstraint(
            "profile", models.UniqueConstraint(fields=("tenant", "id"), name="courses_profile_tenant_id")
        ),
        migrations.AddConstraint("profile", TenantReference("user", name="courses_profile_user_of_tenant")),
        migrations.AddConstraint(
            "profile", models.UniqueConstraint(fields=("tenant", "user"), name="courses_profile_once")
        ),
        migrations.AddConstraint("teaching", TenantRLS(column="tenant_id", name="courses_teaching_tenant")),
        migrations.AddConstraint(
            "teaching", models.UniqueConstraint(fields=("tenant", "id"), name="courses_teaching_tenant_id")
        ),
        migrations.AddConstraint("teaching", TenantReference("course", name="courses_teaching_course_of_tenant")),
        migrations.AddConstraint("teaching", TenantReference("user", name="courses_teaching_user_of_tenant")),
        migrations.AddConstraint(
            "teaching", models.UniqueConstraint(fields=("tenant", "course", "user"), name="courses_teaching_once")
        ),
    ]
