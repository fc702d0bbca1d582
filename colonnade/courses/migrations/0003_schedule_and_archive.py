from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, Q


def announce_what_is_published(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Until now publishing was done by hand alone, and so was told at once."""
    courses = apps.get_model("courses", "Course").objects.using(editor.connection.alias)
    courses.filter(published_at__isnull=False).update(announced_at=F("published_at"))


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_replacement")]

    operations = [
        migrations.AddField("course", "announced_at", models.DateTimeField(null=True)),
        migrations.AddField("course", "archived_at", models.DateTimeField(null=True)),
        migrations.AddField("course", "archived_by_id", models.UUIDField(null=True)),
        migrations.RunPython(announce_what_is_published, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "course",
            models.Index(
                condition=Q(("announced_at", None), ("published_at__isnull", False)),
                fields=["tenant", "published_at"],
                name="courses_course_to_announce",
            ),
        ),
        migrations.AddConstraint(
            "course",
            models.CheckConstraint(
                condition=Q(
                    ("announced_at", None),
                    Q(("announced_at__gte", F("published_at")), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="courses_course_announced_when_published",
            ),
        ),
        migrations.AddConstraint(
            "course",
            models.CheckConstraint(
                condition=Q(
                    Q(("archived_at", None), ("archived_by_id", None)),
                    Q(
                        ("archived_at__gte", F("published_at")),
                        ("archived_by_id__isnull", False),
                        ("published_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="courses_course_archived_by_somebody",
            ),
        ),
    ]
