"""A list of people to be imported."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from colonnade.enrollment.forms.fields import access_days, offer_courses, several_courses
from colonnade.enrollment.rosters import Roster, read_roster, read_text
from colonnade.lib.problems import Invalid


class ImportForm(forms.Form):
    file = forms.FileField(
        label="List (CSV)",
        required=False,
        help_text="As your spreadsheet or other platform saves it. It needs a column with e-mail addresses; names are "
        "taken from “Name”, or “First name” and “Last name”.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain", "data-testid": "import-file"}),
    )
    text = forms.CharField(
        label="Or paste it here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "data-testid": "import-text"}),
    )
    courses = several_courses(required=False, help_text="They come into all that you choose. None: accounts alone.")
    access_days = access_days("Counted from today. Empty: as each course says, or for good.")
    invites = forms.BooleanField(
        label="Send each an invitation by e-mail",
        required=False,
        initial=True,
        help_text="With a link to choose a password. Without it, they sign in by a code sent to their address.",
        widget=forms.CheckboxInput(attrs={"data-testid": "import-invites"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_courses(self.fields["courses"])

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        try:
            asked["roster"] = self._roster()
        except Invalid as problem:
            self.add_error("file" if asked.get("file") else "text", problem.detail)
        return asked

    def _roster(self) -> Roster:
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if isinstance(file, UploadedFile):
            return read_roster(file.read())
        if text.strip():
            return read_text(text)
        raise Invalid("Choose a file, or paste a list.")
