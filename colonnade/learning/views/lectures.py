"""Where a lecture is watched, and where the player tells what was."""

from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from colonnade.accounts.models import Role
from colonnade.accounts.person import person
from colonnade.courses.kinds import Shown, kind_of
from colonnade.courses.models import Course, Lecture
from colonnade.learning.access import Opened
from colonnade.learning.actions import begin_lecture
from colonnade.learning.heartbeats import hear, mark_done
from colonnade.learning.outline import Item, Outline, outline_for
from colonnade.learning.player import player_of
from colonnade.learning.schemas import read_heartbeat
from colonnade.learning.views.opening import inside_course
from colonnade.lib.objects import store_origin
from colonnade.lib.problems import wants_json
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.actions import bring_back
from colonnade.videos.playback import Addresses, addresses, early
from colonnade.videos.tiers import classes, restore_time

LOOK_AGAIN = 30  # seconds, while a video comes back from the archive


@never_cache
@require_safe
@requires(Permission.LEARN)
@inside_course
def lecture(request: HttpRequest, opened: Opened, lecture_id: UUID) -> HttpResponse:
    """The player with what belongs to it. Never from a cache: its addresses grant watching, and expire."""
    user = person(request)
    outline = outline_for(opened.course, user.pk, opened.locks())
    try:
        before, item, after = outline.around(lecture_id)
    except StopIteration:
        raise Http404 from None
    if item.is_playable and not opened.is_preview and item.standing.last_seen is None:
        begin_lecture(lecture=item.lecture, by=user)
    away = item.lecture.video if item.is_playable and item.lecture.video and item.lecture.video.is_away else None
    where = addresses(item.lecture.video, user) if item.is_playable and item.lecture.video and not away else None
    player = _player(request, opened.course, outline, item, where) if where else None
    shown = kind_of(item.lecture).shown(request, item.lecture) if item.is_playable else Shown()
    context = {
        **shown.context,
        "early": early(item.lecture.video, where) if item.lecture.video and where else [],
        "store": store_origin() if player and settings.PLAYBACK_REDIRECTS else "",
        "course": opened.course,
        "is_preview": opened.is_preview,
        "outline": outline,
        "item": item,
        "before": before,
        "after": after,
        "player": player,
        "away_for": restore_time(classes()) if away else "",
        "is_growing": bool(player and player["growing"]),
        "transcript": {"tracks": player["tracks"]} if player else None,
    }
    response = render(request, "learning/lecture.html", context, status=403 if item.lock else 200)
    response._csp_update = shown.policy  # type: ignore[attr-defined]  # django-csp's: added to the usual directives
    if away:
        bring_back(video=away, by=user)
        response["Refresh"] = str(LOOK_AGAIN)
    return response


@require_POST
@requires(Permission.LEARN)
def progress(request: HttpRequest, slug: str, lecture_id: UUID) -> HttpResponse:
    """A heartbeat of the player."""
    found = get_object_or_404(Lecture.objects.select_related("video"), pk=lecture_id, course__slug=slug)
    answer = hear(read_heartbeat(request), lecture=found, by=person(request))
    return HttpResponse(orjson.dumps(answer), content_type="application/json")


@require_POST
@requires(Permission.LEARN)
@inside_course
def completion(request: HttpRequest, opened: Opened, lecture_id: UUID) -> HttpResponse:
    """“Mark as done”, of what is not watched. A page goes on where the form says by `next`, within the course."""
    found = get_object_or_404(Lecture.objects.select_related("video"), pk=lecture_id, course=opened.course)
    answer = mark_done(found, by=person(request))
    if wants_json(request):
        return HttpResponse(orjson.dumps(answer), content_type="application/json")
    here, onward = reverse("learn-course", args=[opened.course.slug]), request.POST.get("next", "")
    return redirect(onward if onward.startswith(here) else f"{here}{found.pk}/")


def _asked_second(request: HttpRequest) -> int:
    """Where a link wants the video to begin, as one that a search has found: ?t=65."""
    text = request.GET.get("t", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _player(request: HttpRequest, course: Course, outline: Outline, item: Item, where: Addresses) -> dict[str, Any]:
    """See frontend/src/islands/player/config.ts."""
    user, video = person(request), item.lecture.video
    assert video is not None
    here = [course.slug, item.lecture.pk]
    marked = request.tenant.watermark  # type: ignore[attr-defined]
    after = next((other for other in outline.items if other.number > item.number and other.follows(item)), None)
    return {
        **player_of(video, where, title=item.lecture.title),
        "position": _asked_second(request) or item.standing.position,
        "completed": item.is_done,
        "progress_url": reverse("learn-progress", args=here),
        "stream_url": reverse("learn-stream", args=here) if user.role == Role.STUDENT else None,
        "report_url": reverse("learn-problems", args=here),
        "watermark": f"{user.name} · {user.email}".strip(" ·") if marked else None,
        "next_url": after.url if after else None,
        "next_title": after.lecture.title if after else None,
        "csrf_token": get_token(request),
        "viewer": str(user.pk),  # keeps apart what several people on one browser have not sent yet
    }
