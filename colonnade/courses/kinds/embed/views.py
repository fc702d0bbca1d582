"""Where the address of a video at YouTube or Vimeo is given."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from colonnade.accounts.person import person
from colonnade.courses.kinds.embed.actions import embedded, require_embed, set_embed
from colonnade.courses.models import Lecture
from colonnade.courses.views.answers import trail
from colonnade.lib.problems import Invalid
from colonnade.tenants.permissions import Permission, requires


class EmbedForm(forms.Form):
    address = forms.CharField(
        max_length=2000,
        widget=forms.TextInput(attrs={"data-testid": "embed-address", "autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": "Give the address of a video first."},
        help_text="From YouTube or Vimeo: any address of one video will do, and so will the code to embed it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_COURSES)
def embed(request: HttpRequest, lecture_id: UUID) -> HttpResponse:
    """The address; students see the video once they agree that it is loaded from there."""
    lecture = get_object_or_404(Lecture.objects.select_related("course"), pk=lecture_id)
    require_embed(lecture)
    video = embedded(lecture)
    form = EmbedForm(request.POST or None, initial={"address": video.address if video else ""})
    if form.is_valid():
        try:
            video = set_embed(lecture=lecture, address=form.cleaned_data["address"], by=person(request))
        except Invalid as invalid:
            form.add_error("address", invalid.detail)
        else:
            messages.success(request, f"“{lecture.title}” shows a video at {video.provider}.")
            return redirect(reverse("course", args=[lecture.course_id]) + f"#lecture-{lecture.pk}")
    context = {"lecture": lecture, "form": form, "video": video, "breadcrumbs": trail(lecture, "Address")}
    return render(request, "embed/editor.html", context, status=422 if form.errors else 200)
