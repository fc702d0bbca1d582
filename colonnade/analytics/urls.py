from django.urls import URLPattern, path

from colonnade.analytics import views

urlpatterns: list[URLPattern] = [
    path("dashboard/", views.dashboard, name="dashboard"),
]
