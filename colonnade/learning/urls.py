from django.urls import path

from colonnade.learning.views import courses, lectures, playing, students

urlpatterns = [
    path("learn/", courses.my_courses, name="learn"),
    path("learn/<slug:slug>/", courses.course, name="learn-course"),
    path("learn/<slug:slug>/continue/", courses.course_continue, name="learn-continue"),
    path("learn/<slug:slug>/<uuid:lecture_id>/", lectures.lecture, name="learn-lecture"),
    path("learn/<slug:slug>/<uuid:lecture_id>/progress/", lectures.progress, name="learn-progress"),
    path("learn/<slug:slug>/<uuid:lecture_id>/completion/", lectures.completion, name="learn-completion"),
    path("learn/<slug:slug>/<uuid:lecture_id>/stream/", playing.stream, name="learn-stream"),
    path("learn/<slug:slug>/<uuid:lecture_id>/problems/", playing.problems, name="learn-problems"),
    path("dashboard/students/", students.students, name="students"),
    path("dashboard/students/grid/", students.student_grid, name="student-grid"),
    path("dashboard/students/students.csv", students.students_csv, name="students-csv"),
    path("dashboard/students/<uuid:student_id>/", students.student, name="student"),
]
