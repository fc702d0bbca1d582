from django.urls import path

from colonnade.learning.views import certificates, courses, lectures, notes, playing, search, students, visiting

urlpatterns = [
    path("learn/", courses.my_courses, name="learn"),
    path("courses/<slug:slug>/<uuid:lecture_id>/", visiting.visit, name="visit-lecture"),
    path("search/", search.search_page, name="search"),
    path("learn/<slug:slug>/", courses.course, name="learn-course"),
    path("learn/<slug:slug>/continue/", courses.course_continue, name="learn-continue"),
    path("learn/<slug:slug>/notes/", notes.course_notes, name="course-notes"),
    path("learn/<slug:slug>/notes.md", notes.notes_file, name="notes-file"),
    path("learn/<slug:slug>/<uuid:lecture_id>/notes/", notes.lecture_notes, name="lecture-notes"),
    path("notes/<uuid:note_id>/", notes.note, name="note"),
    path("notes/<uuid:note_id>/deletion/", notes.note_deletion, name="note-deletion"),
    path("learn/<slug:slug>/certificate/", certificates.my_certificate, name="learn-certificate"),
    path("learn/<slug:slug>/<uuid:lecture_id>/", lectures.lecture, name="learn-lecture"),
    path("learn/<slug:slug>/<uuid:lecture_id>/progress/", lectures.progress, name="learn-progress"),
    path("learn/<slug:slug>/<uuid:lecture_id>/completion/", lectures.completion, name="learn-completion"),
    path("learn/<slug:slug>/<uuid:lecture_id>/stream/", playing.stream, name="learn-stream"),
    path("learn/<slug:slug>/<uuid:lecture_id>/problems/", playing.problems, name="learn-problems"),
    path("certificates/", certificates.certificate_check, name="certificate-check"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>/certificate.pdf", certificates.certificate_pdf, name="certificate-pdf"),
    path("certificates/<str:code>/certificate.png", certificates.picture, name="certificate-picture"),
    path("dashboard/courses/<uuid:course_id>/certificate/", certificates.offer, name="course-certificate"),
    path(
        "dashboard/courses/<uuid:course_id>/certificate/deletion/",
        certificates.offer_end,
        name="course-certificate-end",
    ),
    path(
        "dashboard/certificates/<uuid:certificate_id>/revocation/",
        certificates.revocation,
        name="certificate-revocation",
    ),
    path(
        "dashboard/certificates/<uuid:certificate_id>/restoration/",
        certificates.restoration,
        name="certificate-restoration",
    ),
    path("dashboard/certificates/<uuid:certificate_id>/name/", certificates.certificate_name, name="certificate-name"),
    path("dashboard/students/", students.students, name="students"),
    path("dashboard/students/grid/", students.student_grid, name="student-grid"),
    path("dashboard/students/students.csv", students.students_csv, name="students-csv"),
    path("dashboard/students/<uuid:student_id>/", students.student, name="student"),
]
