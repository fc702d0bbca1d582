"""A school's host: its pages for visitors, students and staff, and the API."""

from django.urls import include, path

from colonnade import api

handler400 = "colonnade.lib.problems.bad_request"
handler403 = "colonnade.lib.problems.forbidden"
handler404 = "colonnade.lib.problems.not_found"
handler429 = "colonnade.lib.problems.too_many_requests"
handler500 = "colonnade.lib.problems.server_error"

people = [
    path("", include("colonnade.accounts.urls")),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("", include("colonnade.ops.urls")),
]

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("colonnade.pages.urls")),
    path("", include("colonnade.analytics.urls")),
    path("", include("colonnade.quizzes.urls")),
    path("", include("colonnade.learning.urls")),
    path("", include("colonnade.enrollment.urls")),
    path("", include("colonnade.archives.urls")),
    path("", include("colonnade.courses.urls")),
    path("", include("colonnade.videos.urls")),
    path("", include("colonnade.tenants.urls")),
    *people,
]
