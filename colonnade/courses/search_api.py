"""Search in the school's courses."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.courses.search import Hit, search
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["Courses"])


class HitOut(Schema):
    kind: str = Field(description="`course`, `lecture` (its title), `text` or `transcript`")
    course_id: UUID
    course_title: str
    lecture_id: UUID | None
    lecture_title: str | None
    second: int | None = Field(description="of the video, where it is said")
    excerpt: str = Field(description="HTML: what was found is in <mark>")
    rank: float


@router.get("/search", response=list[HitOut], summary="Search all courses, also drafts, the best first")
@scoped(Scope.COURSES_READ)
def search_courses(request: HttpRequest, q: str = "") -> list[Hit]:
    """Words, "phrases in quotes", or, and -without. At most 20 places."""
    require(person(request), Permission.SEE_DASHBOARD)
    return search(q, inside=None)
