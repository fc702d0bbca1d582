"""Who asks, and by which calendar they are answered."""

from uuid import UUID

from django.http import HttpRequest


def named_course(request: HttpRequest) -> list[UUID]:
    """The course that a link to this page names, if any."""
    try:
        return [UUID(request.GET.get("course", ""))]
    except ValueError:
        return []
