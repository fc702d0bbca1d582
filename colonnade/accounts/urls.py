from django.urls import path

from colonnade.accounts import views

urlpatterns = [
    path("account/", views.profile, name="profile"),
]
