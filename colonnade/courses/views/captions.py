"""Where the captions of a lecture's video are made."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from colonnade.accounts.person import person
from colonnade.courses.models import Lecture
from colonnade.courses.views.answers import trail
from colonnade.lib.problems import wants_json
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.captions.documents import caption_summary
from colonnade.videos.captions.languages import known_languages
from colonnade.videos.captions.recognition import NOT_INSTALLED, recogniser
from colonnade.videos.models import Video
from colonnade.videos.playback import addresses


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def captions(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """The editor; as JSON its configuration alone, for fresh addresses. Never from a cache: they expire."""
    lecture = get_object_or_404(Lecture.objects.select_related("video", "course"), pk=lecture_id)
    video = lecture.video if lecture.video and lecture.video.is_ready else None
    editor = _editor(request, lecture, video) if video else None
    if wants_json(request):
        return JsonResponse(editor or {})
    context = {"lecture": lecture, "editor": editor, "breadcrumbs": trail(lecture, "Captions")}
    return render(request, "courses/captions.html", context)


def _editor(request: HttpRequest, lecture: Lecture, video: Video) -> dict[str, Any]:
    """See frontend/src/islands/captions/config.ts."""
    where, listener = addresses(video, person(request)), recogniser()
    return {
        "title": lecture.title,
        "src": where.playlist,
        "poster": where.poster,
        "duration": video.duration,
        "has_audio": video.has_audio,
        "video_id": str(video.pk),
        "captions": [caption_summary(caption) for caption in video.captions.defer("vtt", "text")],
        "captions_url": reverse("video-captions", args=[video.pk]),
        "renew_url": request.path,
        "languages": known_languages(),
        "recognition_url": reverse("video-recognition", args=[video.pk]),
        "listens_to": listener.languages if listener and video.has_audio else [],
        "deaf": "" if listener else NOT_INSTALLED,
        "csrf_token": get_token(request),
        "viewer": str(person(request).pk),  # keeps apart what several people on one browser have not saved yet
    }
