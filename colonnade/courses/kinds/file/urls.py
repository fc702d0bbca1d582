from django.urls import URLPattern, path

from colonnade.courses.kinds.file import views

urlpatterns: list[URLPattern] = [
    path("dashboard/courses/lectures/<uuid:lecture_id>/file/", views.file, name="lecture-file"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/file/uploads/", views.file_uploads, name="lecture-file-uploads"),
    path(
        "dashboard/courses/lectures/<uuid:lecture_id>/file/download/", views.file_download, name="lecture-file-download"
    ),
]
