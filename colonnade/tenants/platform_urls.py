from django.urls import path

from colonnade.tenants.views import onboarding

urlpatterns = [
    path("onboarding/", onboarding.onboarding, name="onboarding"),
    path("onboarding/subdomain/", onboarding.subdomain_check, name="onboarding-subdomain"),
    path("schools/", onboarding.schools, name="schools"),
    path("schools/<uuid:tenant_id>/entry/", onboarding.school_enter, name="school-enter"),
]
