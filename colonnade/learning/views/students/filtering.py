"""What the list, the grid and the CSV share: which students are asked for, and the form that asks."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.models import Enrollment
from colonnade.learning.students import Access, Filter, How

ACCESS = {Access.OPEN: "May study", Access.CLOSED: "Access ended", Access.NONE: "In no course"}
HOW = {How.NEW: "Not begun", How.UNDER_WAY: "Under way", How.COMPLETED: "Completed"}


def courses_with_students() -> list[tuple[UUID, str]]:
    """Id and title; a course nobody is in finds nobody."""
    held = Enrollment.objects.filter(course=OuterRef("pk"))
    return list(Course.objects.filter(Exists(held)).order_by("title", "id").values_list("pk", "title"))


def filter_context(request: HttpRequest, wanted: Filter, *, grid: bool = False) -> dict[str, Any]:
    """For learning/_student_filter.html and the links that keep what was chosen."""
    query = request.GET.copy()
    query.pop("page", None)
    kept = f"?{query.urlencode()}" if query else ""
    return {
        "q": wanted.text,
        "wanted": wanted,
        "course_options": [(pk, title, pk == wanted.course_id) for pk, title in courses_with_students()],
        "access_options": [(value, label, value == wanted.access) for value, label in ACCESS.items()],
        "how_options": [(value, label, value == wanted.how) for value, label in HOW.items()],
        "tabs": [
            {"label": "List", "url": reverse("students") + kept, "active": not grid},
            {"label": "Progress grid", "url": reverse("student-grid") + kept, "active": grid},
        ],
        "csv_url": reverse("students-csv") + kept,
    }


def counted_once(people: QuerySet[User, Any], wanted: Filter) -> QuerySet[User, Any] | list[Any]:
    """For a paginator, which counts and then reads. How far people are is dear to ask, so it is asked once for both."""
    return list(people) if wanted.how else people


def grid_url(course_id: UUID) -> str:
    return reverse("student-grid") + "?" + urlencode({"course": str(course_id)})
