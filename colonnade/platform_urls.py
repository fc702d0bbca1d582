"""The platform's own host: the product page, sign-up and onboarding of creators."""

from django.urls import include, path

from colonnade.urls import handler400, handler403, handler404, handler500, people

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("colonnade.pages.platform_urls")),
    path("", include("colonnade.tenants.platform_urls")),
    *people,
]
