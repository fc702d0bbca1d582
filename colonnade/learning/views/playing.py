"""What the player tells besides what was watched: that it pauses, and what it could not play."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.courses.models import Lecture
from colonnade.learning.schemas import read_player_problem
from colonnade.lib.ratelimits import limit
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.playback import give_up

logger = logging.getLogger(__name__)

REPORTS = "20/hour"  # of one person: enough to see what is wrong
COUNTED_FOR = 2 * 24 * 3600  # seconds


@require_http_methods(["DELETE"])
@requires(Permission.LEARN)
def stream(request: HttpRequest, slug: str, lecture_id: UUID) -> HttpResponse:
    """The player has paused or is gone: another device of the person may play at once."""
    get_object_or_404(Lecture, pk=lecture_id, course__slug=slug)
    give_up(person(request).pk, request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    return HttpResponse(status=204)


@require_POST
@requires(Permission.LEARN)
def problems(request: HttpRequest, slug: str, lecture_id: UUID) -> HttpResponse:
    """Something could not be played: a line in the log for the operator, with how often it was so today."""
    lecture = get_object_or_404(Lecture, pk=lecture_id, course__slug=slug)
    problem = read_player_problem(request)
    limit("player-problem", REPORTS, str(person(request).pk))
    logger.warning(
        "A player met %s: lecture %s, video %s, at %.1f s, %d lines; number %d of today at this school; %s",
        problem.code, lecture.pk, lecture.video_id, problem.position, problem.height, _count(problem.code),
        request.headers.get("User-Agent", "")[:200],
    )  # fmt: skip
    return HttpResponse(status=204)


def _count(code: str) -> int:
    key = f"player-problem:{timezone.now():%Y-%m-%d}:{code}"
    cache.add(key, 0, COUNTED_FOR)
    return cache.incr(key)
