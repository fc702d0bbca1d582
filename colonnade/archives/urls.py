from django.urls import URLPattern, path

from colonnade.archives import views

urlpatterns: list[URLPattern] = [
    path("dashboard/courses/<uuid:course_id>/exports/", views.exports, name="course-exports"),
    path("dashboard/courses/exports/<uuid:export_id>/", views.export, name="course-export"),
    path("dashboard/courses/archives/", views.archives, name="archives"),
    path("dashboard/courses/archives/uploads/", views.uploads, name="archive-uploads"),
    path("dashboard/courses/archives/<uuid:import_id>/", views.archive, name="archive"),
    path("dashboard/courses/archives/<uuid:import_id>/import/", views.archive_import, name="archive-import"),
    path("dashboard/courses/archives/<uuid:import_id>/deletion/", views.archive_deletion, name="archive-deletion"),
    path("dashboard/courses/archives/<uuid:import_id>/upload/", views.upload, name="archive-upload"),
    path("dashboard/courses/archives/<uuid:import_id>/upload/parts/", views.upload_parts, name="archive-upload-parts"),
    path(
        "dashboard/courses/archives/<uuid:import_id>/upload/completion/",
        views.upload_completion,
        name="archive-upload-completion",
    ),
]
