"""What a new school does first, and how far this one has come."""

from dataclasses import dataclass

from colonnade.accounts.models import User
from colonnade.analytics.figures import Figures
from colonnade.tenants.permissions import Permission, allows


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    place: str  # the name of the page where it is done
    call: str
    is_done: bool


def first_steps(user: User, figures: Figures) -> list[Step]:
    """The four steps from an empty school to the first student; empty once all are done, or where others do them."""
    if not allows(user, Permission.EDIT_COURSES):
        return []
    steps = [
        Step(
            "Create a course", "A title is enough to begin with.", "course-new", "Create a course", figures.courses > 0
        ),
        Step(
            "Upload a video",
            "Add a lecture to the course and drop a file on it. It plays as soon as it is encoded.",
            "courses",
            "Choose a course",
            figures.has_video,
        ),
        Step(
            "Publish the course",
            "It appears on your school’s page, for everybody to see what is in it.",
            "courses",
            "Choose a course",
            figures.published > 0,
        ),
        Step(
            "Hand out codes",
            "Make some access codes and give them to your students. Each lets one person in.",
            "codes",
            "Make codes",
            figures.has_codes,
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps
