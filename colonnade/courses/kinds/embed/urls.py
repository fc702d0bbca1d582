from django.urls import URLPattern, path

from colonnade.courses.kinds.embed import views

urlpatterns: list[URLPattern] = [
    path("dashboard/courses/lectures/<uuid:lecture_id>/embed/", views.embed, name="lecture-embed"),
]
