"""The school in numbers."""

from django.http import HttpRequest
from ninja import Router, Schema

from colonnade.accounts.api import scoped
from colonnade.accounts.models import Scope
from colonnade.accounts.person import person
from colonnade.analytics.figures import Figures, school_figures
from colonnade.tenants.permissions import Permission, require

router = Router(tags=["School"])


class FiguresOut(Schema):
    courses: int
    published: int
    students: int
    minutes_watched: int
    completed: int


@router.get("/figures", response=FiguresOut, summary="Courses, students, minutes watched")
@scoped(Scope.SCHOOL_READ)
def figures(request: HttpRequest) -> Figures:
    require(person(request), Permission.SEE_DASHBOARD)
    return school_figures()
