from django.urls import URLPattern, path

from colonnade.courses.kinds import in_menu
from colonnade.courses.views import captions, courses, openings, outline, pictures, publication, videos

urlpatterns: list[URLPattern] = [
    *(pattern for kind in in_menu() for pattern in kind.urls),
    path("media/<path:path>", pictures.media, name="media"),
    path("dashboard/courses/", courses.courses, name="courses"),
    path("dashboard/courses/new/", courses.new, name="course-new"),
    path("dashboard/courses/<uuid:course_id>/", courses.course, name="course"),
    path("dashboard/courses/<uuid:course_id>/details/", courses.details, name="course-details"),
    path("dashboard/courses/<uuid:course_id>/deletion/", courses.deletion, name="course-deletion"),
    path("dashboard/courses/<uuid:course_id>/thumbnail/", pictures.thumbnail, name="course-thumbnail"),
    path(
        "dashboard/courses/<uuid:course_id>/thumbnail/removal/",
        pictures.thumbnail_removal,
        name="course-thumbnail-removal",
    ),
    path("dashboard/courses/<uuid:course_id>/publication/", publication.publication, name="course-publication"),
    path(
        "dashboard/courses/<uuid:course_id>/publication/end/",
        publication.publication_end,
        name="course-publication-end",
    ),
    path("dashboard/courses/<uuid:course_id>/publication/date/", publication.date, name="course-publication-date"),
    path("dashboard/courses/<uuid:course_id>/archive/", publication.archive, name="course-archive"),
    path("dashboard/courses/<uuid:course_id>/archive/end/", publication.archive_end, name="course-archive-end"),
    path("dashboard/courses/<uuid:course_id>/sections/", outline.sections, name="course-sections"),
    path("dashboard/courses/<uuid:course_id>/sections/order/", outline.section_order, name="course-section-order"),
    path("dashboard/courses/sections/<uuid:section_id>/", outline.section, name="section"),
    path("dashboard/courses/sections/<uuid:section_id>/deletion/", outline.section_deletion, name="section-deletion"),
    path("dashboard/courses/sections/<uuid:section_id>/opening/", openings.section_opening, name="section-opening"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/opening/", openings.lecture_opening, name="lecture-opening"),
    path("dashboard/courses/sections/<uuid:section_id>/move/", outline.section_move, name="section-move"),
    path("dashboard/courses/sections/<uuid:section_id>/lectures/", outline.lectures, name="section-lectures"),
    path(
        "dashboard/courses/sections/<uuid:section_id>/lectures/order/",
        outline.lecture_order,
        name="section-lecture-order",
    ),
    path("dashboard/courses/lectures/<uuid:lecture_id>/", outline.lecture, name="lecture"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/deletion/", outline.lecture_deletion, name="lecture-deletion"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/move/", outline.lecture_move, name="lecture-move"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/uploads/", videos.uploads, name="lecture-uploads"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/video/", videos.video, name="lecture-video"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/captions/", captions.captions, name="lecture-captions"),
    path(
        "dashboard/courses/lectures/<uuid:lecture_id>/video/removal/",
        videos.video_removal,
        name="lecture-video-removal",
    ),
    path(
        "dashboard/courses/lectures/<uuid:lecture_id>/replacement/removal/",
        videos.replacement_removal,
        name="lecture-replacement-removal",
    ),
]
