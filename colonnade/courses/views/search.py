"""Search for staff: everything there is, also in drafts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from colonnade.courses.lengths import clock
from colonnade.courses.search import Hit, clean, search
from colonnade.tenants.permissions import Permission, requires

ICONS = {"course": "book-open", "lecture": "circle-play", "text": "file-text", "transcript": "subtitles"}


@require_safe
@requires(Permission.SEE_DASHBOARD)
def search_page(request: HttpRequest) -> HttpResponse:
    words = clean(request.GET.get("q", ""))
    hits = [row(hit, _url(hit)) for hit in search(words, inside=None)]
    return render(request, "courses/search.html", {"q": words, "hits": hits})


def row(hit: Hit, url: str) -> dict[str, Any]:
    """What courses/_hits.html prints."""
    second = clock(hit.second) or "0:00" if hit.second is not None else ""
    return {
        "title": hit.lecture_title or hit.course_title,
        "url": url,
        "icon": ICONS[hit.kind],
        "place": " · ".join(filter(None, [hit.course_title if hit.lecture_title else "", second and f"at {second}"])),
        "excerpt": hit.excerpt if hit.kind != "lecture" else "",
    }


def lecture_url(hit: Hit) -> str:
    """The lecture as its learners see it, at the second."""
    place = f"?t={hit.second}" if hit.second else ""
    return f"/learn/{hit.slug}/{hit.lecture_id}/{place}"


def _url(hit: Hit) -> str:
    if hit.kind in ("course", "lecture"):
        return f"/dashboard/courses/{hit.course_id}/" + (f"#lecture-{hit.lecture_id}" if hit.lecture_id else "")
    return lecture_url(hit)
