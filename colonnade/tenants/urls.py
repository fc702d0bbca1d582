from django.urls import path

from colonnade.tenants.views import activity, handoff, school_settings, tokens

urlpatterns = [
    path("handoff/<str:secret>/", handoff.handoff, name="handoff"),
    path("dashboard/activity/", activity.activity, name="activity"),
    path("dashboard/settings/", school_settings.school_settings, name="settings"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<uuid:token_id>/revocation/", tokens.token_revocation, name="token-revocation"),
]
