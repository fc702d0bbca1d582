"""What a new school does first, and how far this one has come."""

from dataclasses import dataclass

from django.db.models import Exists

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.models import CodeBatch
from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.models import Tenant
from colonnade.tenants.permissions import Permission, allows
from colonnade.videos.models import Video


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    place: str  # the name of the page where it is done
    call: str
    is_done: bool


def first_steps(user: User) -> list[Step]:
    """The four steps from an empty school to the first student; empty once all are done, or where others do them.

    One query.
    """
    if not allows(user, Permission.EDIT_COURSES):
        return []
    done = _done()
    steps = [
        Step("Create a course", "A title is enough to begin with.", "course-new", "Create a course", done["course"]),
        Step(
            "Upload a video",
            "Add a lecture to the course and drop a file on it. It plays as soon as it is encoded.",
            "courses",
            "Choose a course",
            done["video"],
        ),
        Step(
            "Publish the course",
            "It appears on your school’s page, for everybody to see what is in it.",
            "courses",
            "Choose a course",
            done["published"],
        ),
        Step(
            "Hand out codes",
            "Make some access codes and give them to your students. Each lets one person in.",
            "codes",
            "Make codes",
            done["codes"],
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps


def _done() -> dict[str, bool]:
    """Which of the things there are, from the database's first row of each."""
    facts = Tenant.objects.filter(pk=current_tenant_id()).values(
        course=Exists(Course.objects.all()),
        video=Exists(Video.objects.exclude(uploaded_at=None)),
        published=Exists(Course.objects.published()),
        codes=Exists(CodeBatch.objects.all()),
    )
    return {name: bool(there) for name, there in facts.get().items()}
