"""What the catalogue says of a course, and how visitors meet those who teach."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods

from colonnade.accounts.person import person
from colonnade.courses.actions import describe_course, edit_profile, set_portrait
from colonnade.courses.forms import CatalogueForm, ProfileForm
from colonnade.courses.models import Course, Profile
from colonnade.lib.problems import Invalid
from colonnade.tenants.permissions import Permission, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def catalogue(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Category, level, language, tags, what people will learn, and who teaches."""
    course = get_object_or_404(Course, pk=course_id)
    form = CatalogueForm(request.POST or None, course=course)
    back = reverse("course", args=[course.pk])
    if form.is_valid():
        try:
            describe_course(course=course, **form.facts(), by=person(request))
        except Invalid as invalid:
            form.add_error(None, invalid.detail)
        else:
            messages.success(request, "Saved.")
            return redirect(f"{back}#details")
    trail = [
        {"label": "Courses", "url": reverse("courses")},
        {"label": Truncator(course.title).chars(30), "url": back},
        {"label": "Catalogue"},
    ]
    context = {"form": form, "course": course, "back": back, "breadcrumbs": trail}
    context["categories"] = Course.objects.categories()
    return render(request, "courses/catalogue.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, words and picture."""
    user = person(request)
    own = Profile.objects.filter(user=user).first() or Profile(name=str(user))
    form = ProfileForm(request.POST or None, request.FILES or None, initial={"name": own.name, "bio": own.bio})
    if form.is_valid():
        try:
            edit_profile(name=form.cleaned_data["name"], bio=form.cleaned_data["bio"], by=user)
            if form.cleaned_data["picture"]:
                set_portrait(image=form.cleaned_data["picture"], by=user)
        except Invalid as invalid:
            form.add_error("picture" if form.cleaned_data["picture"] else None, invalid.detail)
        else:
            messages.success(request, "Saved. Visitors see it on the courses you teach.")
            return redirect("teaching-profile")
    context = {"form": form, "profile": own}
    return render(request, "courses/profile.html", context, status=422 if form.errors else 200)
