from django.urls import URLPattern, path

from colonnade.videos import views
from colonnade.videos.captions import views as captions

urlpatterns: list[URLPattern] = [
    path("dashboard/videos/<uuid:video_id>/upload/", views.upload, name="video-upload"),
    path("dashboard/videos/<uuid:video_id>/upload/parts/", views.upload_parts, name="video-upload-parts"),
    path(
        "dashboard/videos/<uuid:video_id>/upload/completion/", views.upload_completion, name="video-upload-completion"
    ),
    path("dashboard/videos/<uuid:video_id>/state/", views.state, name="video-state"),
    path("dashboard/videos/<uuid:video_id>/encoding/", views.encoding, name="video-encoding"),
    path("dashboard/videos/<uuid:video_id>/recognition/", captions.recognition, name="video-recognition"),
    path("dashboard/videos/<uuid:video_id>/captions/", captions.captions, name="video-captions"),
    path("dashboard/videos/<uuid:video_id>/captions/<slug:language>/", captions.caption, name="video-caption"),
    path(
        "dashboard/videos/<uuid:video_id>/captions/<slug:language>.<slug:form>",
        captions.caption_file,
        name="video-caption-file",
    ),
    path("dashboard/videos/<uuid:video_id>/original/", views.original, name="video-original"),
]
