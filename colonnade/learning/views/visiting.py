"""A lecture that is open to everybody, seen from the course's public page."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colonnade.courses.kinds import kind_of
from colonnade.courses.models import Course, Lecture
from colonnade.learning.player import player_of
from colonnade.lib.objects import store_origin
from colonnade.videos.models import Video
from colonnade.videos.playback import early, public_addresses


@login_not_required
@never_cache
@require_safe
def visit(request: HttpRequest, slug: str, lecture_id: UUID) -> HttpResponse:
    """A free preview, with nobody signed in: nothing of it is kept. Never from a cache: its addresses expire."""
    open_to_all = Lecture.objects.filter(course__in=Course.objects.published(), is_preview=True)
    lecture = get_object_or_404(open_to_all.select_related("course", "video"), pk=lecture_id, course__slug=slug)
    kind = kind_of(lecture)
    if not kind.is_there(lecture) or (lecture.video and lecture.video.is_away):
        raise Http404
    shown = kind.shown(request, lecture)
    where = public_addresses(lecture.video) if lecture.video else None
    player = _player(lecture, lecture.video, where) if lecture.video and where else None
    context = {
        **shown.context,
        "course": lecture.course,
        "lecture": lecture,
        "player": player,
        "early": early(lecture.video, where) if lecture.video and where else [],
        "store": store_origin() if player and settings.PLAYBACK_REDIRECTS else "",
        "transcript": {"tracks": player["tracks"]} if player else None,
    }
    response = render(request, "learning/visit.html", context)
    response._csp_update = shown.policy  # type: ignore[attr-defined]  # django-csp's: added to the usual directives
    return response


def _player(lecture: Lecture, video: Video, where: Any) -> dict[str, Any]:
    """See frontend/src/islands/player/config.ts."""
    return {
        **player_of(video, where, title=lecture.title),
        "position": 0,
        "completed": False,
        "progress_url": "",  # nobody's progress
        "next_url": None,
        "next_title": None,
        "csrf_token": "",
    }
