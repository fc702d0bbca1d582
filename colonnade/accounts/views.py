"""A person's own account. allauth has the pages of passwords, e-mail, second factors and sessions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from colonnade.accounts.actions import rename_person
from colonnade.accounts.confirmation import is_confirmed
from colonnade.accounts.forms import ProfileForm
from colonnade.accounts.models import User


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = ProfileForm(request.POST or None, initial={"name": request.user.name})
    if form.is_valid():
        rename_person(user=request.user, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, "Saved.")
        return redirect("profile")
    context = {"form": form, "is_confirmed": is_confirmed(request.user)}
    return render(request, "accounts/profile.html", context, status=422 if form.is_bound else 200)
