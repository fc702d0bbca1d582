"""Sections and lectures: add, rename, order, delete."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from colonnade.courses import actions
from colonnade.courses.kinds import DEFAULT
from colonnade.courses.models import Course, Lecture, Section
from colonnade.courses.schemas import Order
from colonnade.courses.views.answers import changed, person
from colonnade.tenants.permissions import Permission, requires


@require_POST
@requires(Permission.EDIT_COURSES)
def sections(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Add a section."""
    course = get_object_or_404(Course, pk=course_id)
    section = actions.add_section(course=course, title=_title(request), by=person(request))
    context = {"section": section, "add_section": True}
    return changed(request, course.pk, "courses/_section.html", context, anchor=f"section-{section.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def section_order(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Put the course's sections in order."""
    course = get_object_or_404(Course, pk=course_id)
    actions.order_sections(course=course, section_ids=Order.read(request).order, by=person(request))
    return HttpResponse(status=204)


@require_POST
@requires(Permission.EDIT_COURSES)
def section(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Rename a section."""
    section = get_object_or_404(Section, pk=section_id)
    section = actions.rename_section(section=section, title=_title(request), by=person(request))
    context = {"section": section, "section_url": _of("section", section)}
    return changed(request, section.course_id, "courses/_section_menu.html", context, anchor=f"section-{section.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def section_deletion(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Delete a section with its lectures and their videos."""
    section = get_object_or_404(Section, pk=section_id)
    actions.delete_section(section=section, by=person(request))
    return changed(request, section.course_id, said=f"The section “{section.title}” is deleted.", anchor="outline")


@require_POST
@requires(Permission.EDIT_COURSES)
def lectures(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Add a lecture."""
    section = get_object_or_404(Section, pk=section_id)
    kind = request.POST.get("kind", DEFAULT)
    lecture = actions.add_lecture(section=section, title=_title(request), kind=kind, by=person(request))
    context = {"section": section, "section_url": _of("section", section), "lecture": lecture, "add_lecture": True}
    context["chosen"] = kind
    return changed(request, section.course_id, "courses/_lecture.html", context, anchor=f"lecture-{lecture.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_order(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Put the section's lectures in order; one of another section of the course may have come in."""
    section = get_object_or_404(Section, pk=section_id)
    order = Order.read(request)
    actions.order_lectures(section=section, lecture_ids=order.order, moved=order.moved_ids, by=person(request))
    return HttpResponse(status=204)


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Rename a lecture."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    lecture = actions.rename_lecture(lecture=lecture, title=_title(request), by=person(request))
    context = {"lecture": lecture, "lecture_url": _of("lecture", lecture)}
    return changed(request, lecture.course_id, "courses/_lecture_menu.html", context, anchor=f"lecture-{lecture.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_deletion(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Delete a lecture and its video."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    actions.delete_lecture(lecture=lecture, by=person(request))
    return changed(request, lecture.course_id, said=f"The lecture “{lecture.title}” is deleted.", anchor="outline")


@require_POST
@requires(Permission.EDIT_COURSES)
def section_move(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """One place up or down, for whoever does not drag."""
    section = get_object_or_404(Section, pk=section_id)
    actions.move_section(section=section, step=_step(request), by=person(request))
    return changed(request, section.course_id, context={"moved": True}, anchor=f"section-{section.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_move(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """One place up or down, for whoever does not drag; over the edge of the section into the next."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    actions.move_lecture(lecture=lecture, step=_step(request), by=person(request))
    return changed(request, lecture.course_id, context={"moved": True}, anchor=f"lecture-{lecture.pk}")


def _of(name: str, thing: Section | Lecture) -> str:
    """The address below which all of its others lie."""
    return reverse(name, args=[thing.pk])


def _step(request: HttpRequest) -> int:
    return -1 if request.POST.get("direction") == "up" else 1


def _title(request: HttpRequest) -> str:
    return request.POST.get("title", "")
