"""Sections and lectures: add, rename, order, delete."""

from urllib.parse import unquote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses import actions
from colonnade.courses.kinds import DEFAULT, menu_options
from colonnade.courses.models import Course, Lecture, Section
from colonnade.courses.schemas import Filenames, Order
from colonnade.courses.views.answers import changed, trail
from colonnade.tenants.permissions import Permission, requires


@require_POST
@requires(Permission.EDIT_COURSES)
def sections(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Add a section."""
    course = get_object_or_404(Course, pk=course_id)
    section = actions.add_section(course=course, title=_title(request), by=person(request))
    context = {"section": section, "add_section": True}
    return changed(request, course.pk, "courses/_section.html", context, anchor=f"section-{section.pk}", steps=1)


@require_POST
@requires(Permission.EDIT_COURSES)
def section_order(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Put the course's sections in order."""
    course = get_object_or_404(Course, pk=course_id)
    order = Order.read(request)
    course = actions.order_sections(
        course=course, section_ids=order.order, known_version=order.version, by=person(request)
    )
    return JsonResponse({"version": course.outline_version})


@require_POST
@requires(Permission.EDIT_COURSES)
def section(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Rename a section."""
    section = get_object_or_404(Section, pk=section_id)
    section = actions.rename_section(section=section, title=_title(request), was=_was(request), by=person(request))
    context = {"section": section, "section_url": _of("section", section)}
    return changed(request, section.course_id, "courses/_section_menu.html", context, anchor=f"section-{section.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def section_deletion(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Delete a section with its lectures and their videos."""
    section = get_object_or_404(Section, pk=section_id)
    actions.delete_section(section=section, by=person(request))
    return changed(
        request, section.course_id, said=f"The section “{section.title}” is deleted.", anchor="outline", steps=1
    )


@require_POST
@requires(Permission.EDIT_COURSES)
def lectures(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Add a lecture."""
    section = get_object_or_404(Section, pk=section_id)
    kind = request.POST.get("kind", DEFAULT)
    lecture = actions.add_lecture(section=section, title=_title(request), kind=kind, by=person(request))
    context = {"section": section, "section_url": _of("section", section), "lecture": lecture, "add_lecture": True}
    context["kind_options"] = menu_options(kind)
    return changed(
        request, section.course_id, "courses/_lecture.html", context, anchor=f"lecture-{lecture.pk}", steps=1
    )


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_order(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Put the section's lectures in order; one of another section of the course may have come in."""
    section = get_object_or_404(Section, pk=section_id)
    order = Order.read(request)
    section = actions.order_lectures(
        section=section,
        lecture_ids=order.order,
        moved=order.moved_ids,
        known_version=order.version,
        by=person(request),
    )
    return JsonResponse({"version": section.course.outline_version})


@require_POST
@requires(Permission.EDIT_COURSES)
def section_videos(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Add a lecture for each of many videos; their ids, in order, say where each is uploaded."""
    section = get_object_or_404(Section, pk=section_id)
    filenames = Filenames.read(request).filenames
    lectures = actions.add_videos(section=section, filenames=filenames, by=person(request))
    return JsonResponse({"lectures": [str(lecture.pk) for lecture in lectures]}, status=201)


@require_POST
@requires(Permission.EDIT_COURSES)
def section_copy(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Duplicate a section with its lectures."""
    section = get_object_or_404(Section, pk=section_id)
    copy = actions.duplicate_section(section=section, by=person(request))
    said = f"“{section.title}” is duplicated."
    return changed(request, copy.course_id, context={"moved": True}, said=said, anchor=f"section-{copy.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_copy(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Duplicate a lecture."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    copy = actions.duplicate_lecture(lecture=lecture, by=person(request))
    said = f"“{lecture.title}” is duplicated."
    return changed(request, copy.course_id, context={"moved": True}, said=said, anchor=f"lecture-{copy.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_preview(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Open a lecture to everybody, or close it again."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    is_preview = request.POST.get("is_preview") == "on"
    lecture = actions.set_preview(lecture=lecture, is_preview=is_preview, by=person(request))
    said = "can be taken by anybody" if is_preview else "is for the course’s students alone"
    said = f"“{lecture.title}” {said}."
    return changed(request, lecture.course_id, context={"moved": True}, said=said, anchor=f"lecture-{lecture.pk}")


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def lecture_menu(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """What can be done with a lecture: for the menu that is opened, or as a page for a browser without scripts."""
    lecture = get_object_or_404(Lecture.objects.select_related("course", "video"), pk=lecture_id)
    context = {
        "lecture": lecture,
        "lecture_url": _of("lecture", lecture),
        "student_url": reverse("learn-lecture", args=[lecture.course.slug, lecture.pk]),
        "breadcrumbs": trail(lecture, "Lecture"),
    }
    template = "_lecture_menu_items" if request.headers.get("HX-Request") else "lecture"
    return render(request, f"courses/{template}.html", context)


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def outline(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The outline as it is now, for a page whose own is stale."""
    course = get_object_or_404(Course, pk=course_id)
    return changed(request, course.pk, context={"moved": True}, anchor="outline")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Rename a lecture."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    lecture = actions.rename_lecture(lecture=lecture, title=_title(request), was=_was(request), by=person(request))
    context = {"lecture": lecture, "lecture_url": _of("lecture", lecture)}
    return changed(request, lecture.course_id, "courses/_lecture_menu.html", context, anchor=f"lecture-{lecture.pk}")


@require_POST
@requires(Permission.EDIT_COURSES)
def lecture_deletion(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """Delete a lecture and its video."""
    lecture = get_object_or_404(Lecture, pk=lecture_id)
    actions.delete_lecture(lecture=lecture, by=person(request))
    return changed(
        request, lecture.course_id, said=f"The lecture “{lecture.title}” is deleted.", anchor="outline", steps=1
    )


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


def _was(request: HttpRequest) -> str | None:
    """What the page called it, quoted for a header; None from a browser without scripts."""
    was = request.headers.get("Title-Was")
    return None if was is None else unquote(was)


def _title(request: HttpRequest) -> str:
    return request.POST.get("title", "")
