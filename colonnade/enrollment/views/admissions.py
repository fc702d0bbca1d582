"""Free courses: made free by staff, started by whoever likes, also by who has no account yet."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from colonnade.accounts.models import User
from colonnade.accounts.person import person
from colonnade.courses.models import Course
from colonnade.enrollment.actions import is_free, set_admission, start_free_course
from colonnade.enrollment.forms import AdmissionForm
from colonnade.enrollment.models import Admission
from colonnade.enrollment.refusals import AlreadyEnrolled
from colonnade.lib.tenancy import current_tenant_id
from colonnade.tenants.permissions import Permission, require, requires

_COOKIE = "start"
_KEPT_FOR = 3600  # seconds: time enough to sign up


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def course_admission(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Whether a course is free, and how long people stay in it."""
    course = get_object_or_404(Course, pk=course_id)
    admission = Admission.objects.filter(course=course).first() or Admission()
    before = {"is_free": admission.free_since is not None, "access_days": admission.access_days}
    form = AdmissionForm(request.POST if request.method == "POST" else None, initial=before)
    if form.is_valid():
        set_admission(course=course, by=person(request), **form.cleaned_data)
        messages.success(request, "Saved. It holds for everybody who comes in from now on.")
        return redirect("course", course.pk)
    breadcrumbs = [
        {"label": "Courses", "url": reverse("courses")},
        {"label": Truncator(course.title).chars(30), "url": reverse("course", args=[course.pk])},
        {"label": "Getting in"},
    ]
    context = {"course": course, "form": form, "breadcrumbs": breadcrumbs}
    return render(request, "enrollment/admission.html", context, status=422 if form.errors else 200)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is signed in starts with a click; who is not signs up first and is in the course right after."""
    course = get_object_or_404(Course.objects.published(), slug=slug)
    if not is_free(course):
        raise Http404
    if not isinstance(request.user, User):
        response = redirect(reverse("account_signup") + "?" + urlencode({"next": reverse("start-continue")}))
        response.set_signed_cookie(
            _COOKIE, slug, salt=_salt(), max_age=_KEPT_FOR, path="/start/",
            secure=request.is_secure(), httponly=True, samesite="Lax",
        )  # fmt: skip
        return response
    require(request.user, Permission.LEARN)
    if request.method == "POST":
        return _start(request, course)
    return render(request, "enrollment/start.html", {"course": course})


@never_cache
@require_safe
@requires(Permission.LEARN)
def start_continue(request: HttpRequest) -> HttpResponse:
    """After the sign-up: into the course that this browser had asked for. Following a link here does nothing else."""
    slug = request.get_signed_cookie(_COOKIE, "", salt=_salt(), max_age=_KEPT_FOR)
    course = Course.objects.published().filter(slug=slug).first() if slug else None
    response = _start(request, course) if course else redirect("learn")
    response.delete_cookie(_COOKIE, path="/start/")
    return response


def _start(request: HttpRequest, course: Course) -> HttpResponse:
    try:
        start_free_course(course=course, by=person(request))
    except AlreadyEnrolled:
        pass  # then the course is where they want to be
    else:
        messages.success(request, f"Welcome to “{course}”.")
    return redirect("learn-course", course.slug)


def _salt() -> str:
    return f"start {current_tenant_id()}"
