"""The uploader's endpoints, and the state of a video as a fragment that polls itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from colonnade.accounts.person import person
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.actions import cancel_upload, complete_upload, original_url, renew_encoding, retry_encoding
from colonnade.videos.models import Video
from colonnade.videos.playback import addresses
from colonnade.videos.schemas import PartNumbers, UploadCompletion, part_urls_document, parts_document, read


@never_cache
@require_http_methods(["GET", "DELETE"])
@requires(Permission.EDIT_COURSES)
def upload(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """What has arrived of an upload; DELETE gives it up."""
    video = get_object_or_404(Video, pk=video_id)
    if request.method == "DELETE":
        cancel_upload(video=video, by=person(request))
        return HttpResponse(status=204)
    return JsonResponse(parts_document(video))


@require_POST
@requires(Permission.EDIT_COURSES)
def upload_parts(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """Addresses for the next parts."""
    video = get_object_or_404(Video, pk=video_id)
    return JsonResponse(part_urls_document(video, read(PartNumbers, request).numbers))


@require_POST
@requires(Permission.EDIT_COURSES)
def upload_completion(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """All parts have been sent."""
    video = get_object_or_404(Video, pk=video_id)
    video = complete_upload(video=video, parts=read(UploadCompletion, request).as_parts(), by=person(request))
    return JsonResponse({"state": video.state}, status=202)


@never_cache
@require_GET
@requires(Permission.EDIT_COURSES)
def state(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """How far the video is, as a fragment that asks again by itself while it is encoded."""
    video = get_object_or_404(Video, pk=video_id)
    poster = addresses(video, person(request)).poster if video.is_ready else ""
    return render(request, "videos/_state.html", {"video": video, "poster": poster})


@require_POST
@requires(Permission.EDIT_COURSES)
def encoding(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """Try a failed encoding again, or encode a ready video anew; the fragment hears of it and asks."""
    video = get_object_or_404(Video, pk=video_id)
    encode = renew_encoding if video.is_ready else retry_encoding
    encode(video=video, by=person(request))
    return HttpResponse(status=204, headers={"HX-Trigger": "video-queued"})


@never_cache
@require_safe
@requires(Permission.EDIT_COURSES)
def original(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """Send the browser on to the store, which lets it save the uploaded file."""
    return redirect(original_url(get_object_or_404(Video, pk=video_id)))
