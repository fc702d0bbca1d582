"""Search for whoever studies here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colonnade.accounts.person import person
from colonnade.courses.search import Hit, clean
from colonnade.courses.views.search import lecture_url, row
from colonnade.enrollment.models import Enrollment
from colonnade.learning.search import search_for
from colonnade.tenants.permissions import Permission, allows, requires


@require_safe
@requires(Permission.LEARN)
def search_page(request: HttpRequest) -> HttpResponse:
    user, words = person(request), clean(request.GET.get("q", ""))
    hits = search_for(user, words)
    mine = set(Enrollment.objects.active().of(user).values_list("course_id", flat=True)) if hits else set()
    preview = allows(user, Permission.SEE_DASHBOARD)
    rows = [row(hit, _url(hit, is_inside=preview or hit.course_id in mine)) for hit in hits]
    return render(request, "learning/search.html", {"q": words, "hits": rows})


def _url(hit: Hit, *, is_inside: bool) -> str:
    """Into the course for whoever is in it, to its public page for all others."""
    if not is_inside:
        return f"/courses/{hit.slug}/"
    return lecture_url(hit) if hit.lecture_id else f"/learn/{hit.slug}/"
