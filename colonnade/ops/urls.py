from django.urls import path

from colonnade.ops import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<uuid:mail_id>/", views.inbox_mail, name="inbox-mail"),
]
