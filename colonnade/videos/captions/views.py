"""The caption editor's endpoints."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from colonnade.accounts.person import person
from colonnade.lib.problems import Invalid, NotFound
from colonnade.tenants.permissions import Permission, requires
from colonnade.videos.captions.actions import delete_captions, edit_captions, upload_captions, write_captions
from colonnade.videos.captions.documents import CaptionChange, Listening, caption_document, cues_of
from colonnade.videos.captions.files import MOST_BYTES, as_srt, as_vtt
from colonnade.videos.captions.recognition import failure_of, recognise_captions
from colonnade.videos.models import Caption, Video
from colonnade.videos.schemas import read

_FORMS = {"vtt": (as_vtt, "text/vtt"), "srt": (as_srt, "application/x-subrip")}


@require_POST
@requires(Permission.EDIT_COURSES)
def captions(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """Captions from a file: `file`, `language`, `label`, and the `version` that it replaces, if any."""
    video = get_object_or_404(Video, pk=video_id)
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("Choose an SRT or WebVTT file.")
    caption = upload_captions(
        video=video,
        language=request.POST.get("language", ""),
        label=request.POST.get("label", ""),
        content=file.read(MOST_BYTES + 1),
        version=_number(request.POST.get("version", "")),
        by=person(request),
    )
    return JsonResponse(caption_document(caption), status=201)


@never_cache
@require_http_methods(["GET", "PUT", "DELETE"])
@requires(Permission.EDIT_COURSES)
def caption(request: HttpRequest, video_id: UUID, language: str) -> HttpResponse:
    """The captions in one language; PUT writes the first ones, or those that `version` says were changed."""
    video = get_object_or_404(Video, pk=video_id)
    found = _of(video).filter(language=language).first()
    if request.method == "PUT":
        return JsonResponse(caption_document(_put(video, found, language, read(CaptionChange, request), request)))
    if found is None:
        why = failure_of(video, language) or "These captions have been deleted. Reload the page to see what there is."
        raise NotFound(why)
    if request.method == "DELETE":
        delete_captions(caption=found, by=person(request))
        return HttpResponse(status=204)
    return JsonResponse(caption_document(found))


@require_POST
@requires(Permission.EDIT_COURSES)
def recognition(request: HttpRequest, video_id: UUID) -> HttpResponse:
    """Let a computer listen, and make a draft."""
    video = get_object_or_404(Video, pk=video_id)
    made = recognise_captions(video=video, language=read(Listening, request).language, by=person(request))
    return JsonResponse(caption_document(made), status=202)


@never_cache
@require_GET
@requires(Permission.EDIT_COURSES)
def caption_file(request: HttpRequest, video_id: UUID, language: str, form: str) -> HttpResponse:
    """For the person's disk, as `vtt` or `srt`."""
    found = get_object_or_404(_of(get_object_or_404(Video, pk=video_id)), language=language)
    if form not in _FORMS:
        raise NotFound("Captions can be had as .vtt and .srt.")
    write, content_type = _FORMS[form]
    name = found.video.filename.rpartition(".")[0] or found.video.filename
    response = HttpResponse(write(cues_of(found)), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = str(content_disposition_header(True, f"{name}.{language}.{form}"))
    return response


def _put(video: Video, found: Caption | None, language: str, change: CaptionChange, request: HttpRequest) -> Caption:
    by, cues = person(request), change.as_cues()
    if change.version is None:
        return write_captions(video=video, language=language, label=change.label, cues=cues, by=by)
    if found is None:
        raise NotFound("These captions have been deleted by somebody else. Yours are kept on this page.")
    return edit_captions(
        caption=found, cues=cues, version=change.version, label=change.label, language=change.language, by=by
    )


def _of(video: Video) -> "QuerySet[Caption]":
    return Caption.objects.select_related("video").filter(video=video)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None
