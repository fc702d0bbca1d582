from django.urls import URLPattern, path

from colonnade.courses.kinds.text import views

urlpatterns: list[URLPattern] = [
    path("dashboard/courses/lectures/<uuid:lecture_id>/text/", views.text, name="lecture-text"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/text/pictures/", views.text_pictures, name="lecture-pictures"),
]
