"""Notes: those beside a lecture as a fragment of its page, those of a course on a page of their own."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.courses.models import Lecture
from colonnade.learning.access import Opened
from colonnade.learning.actions import add_note, delete_note, edit_note
from colonnade.learning.markdown import rendered
from colonnade.learning.models import Note
from colonnade.learning.notes import as_markdown, moment, notes_of
from colonnade.learning.views.opening import inside_course
from colonnade.lib.problems import Conflict, Invalid
from colonnade.lib.ratelimits import limit
from colonnade.tenants.permissions import Permission, requires

LONGEST_SEARCH = 100
WRITING = "60/minute"  # of one person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LEARN)
@inside_course
def lecture_notes(request: HttpRequest, opened: Opened, lecture_id: UUID) -> HttpResponse:
    """The notes beside a lecture; a POST adds one."""
    lecture = get_object_or_404(Lecture, pk=lecture_id, course=opened.course)
    problem = ""
    if request.method == "POST":
        limit("note", WRITING, str(person(request).pk))
        try:
            add_note(lecture=lecture, body=request.POST.get("body", ""), second=_second(request), by=person(request))
        except (Conflict, Invalid) as refused:
            problem = refused.detail
    return _beside(request, lecture, problem)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LEARN)
def note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """A note's form; a POST changes it and answers with all that stand beside the lecture."""
    found = _own(request, note_id)
    if request.method != "POST":
        return render(request, "learning/_note_form.html", {"note": _shown(found)})
    limit("note", WRITING, str(person(request).pk))
    problem = ""
    try:
        edit_note(note=found, body=request.POST.get("body", ""), second=_second(request))
    except Invalid as refused:
        problem = refused.detail
    return _beside(request, found.lecture, problem)


@require_POST
@requires(Permission.LEARN)
def note_deletion(request: HttpRequest, note_id: UUID) -> HttpResponse:
    found = _own(request, note_id)
    delete_note(note=found)
    return _beside(request, found.lecture, "")


@never_cache
@require_safe
@requires(Permission.LEARN)
@inside_course
def course_notes(request: HttpRequest, opened: Opened) -> HttpResponse:
    """All notes of a course, or those that hold a text."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    base = reverse("learn-course", args=[opened.course.slug])
    groups = [
        {"title": lecture.title, "url": f"{base}{lecture.pk}/", "notes": [_shown(each) for each in notes]}
        for lecture, notes in notes_of(opened.course, person(request), text)
    ]
    return render(request, "learning/notes.html", {"course": opened.course, "groups": groups, "q": text})


@never_cache
@require_safe
@requires(Permission.LEARN)
@inside_course
def notes_file(request: HttpRequest, opened: Opened) -> HttpResponse:
    """All of them as Markdown, to take along."""
    text = as_markdown(opened.course, notes_of(opened.course, person(request)))
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    filename = f"notes-{slugify(opened.course.title)[:60] or 'course'}.md"
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return response


def _own(request: HttpRequest, note_id: UUID) -> Note:
    """Somebody else's is not there, whoever asks."""
    return get_object_or_404(Note.objects.of(person(request)).select_related("lecture__course"), pk=note_id)


def _beside(request: HttpRequest, lecture: Lecture, problem: str) -> HttpResponse:
    notes = Note.objects.of(person(request)).filter(lecture=lecture).in_order()
    typed = request.POST if problem else {}
    context = {
        "lecture": lecture,
        "slug": lecture.course.slug,
        "notes": [_shown(note) for note in notes],
        "problem": problem,
        "typed": typed.get("body", ""),
        "typed_second": typed.get("second", ""),
    }
    return render(request, "learning/_notes.html", context)


def _shown(note: Note) -> dict[str, Any]:
    return {
        "id": note.pk,
        "body": note.body,
        "html": rendered(note.body),
        "second": note.second,
        "clock": moment(note.second),
    }


def _second(request: HttpRequest) -> int | None:
    """Nothing, or nonsense, is no second."""
    text = request.POST.get("second", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None
