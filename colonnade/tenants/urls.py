from django.urls import path

from colonnade.tenants.views import handoff

urlpatterns = [
    path("handoff/<str:secret>/", handoff.handoff, name="handoff"),
]
