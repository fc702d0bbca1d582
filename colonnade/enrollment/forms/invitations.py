"""Letters of invitation, and the account of whoever accepts one."""

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from colonnade.enrollment.forms.fields import access_days, offer_courses, several_courses

MOST_ADDRESSES = 100  # beyond that there is the import
_BETWEEN = re.compile(r"[\s,;]+")


class InviteForm(forms.Form):
    emails = forms.CharField(
        label="E-mail addresses",
        max_length=30_000,
        help_text=f"One on each line, or with commas between them; up to {MOST_ADDRESSES}. For more, import a list.",
        widget=forms.Textarea(attrs={"rows": 4, "data-testid": "emails", "autocomplete": "off", "spellcheck": "false"}),
    )
    courses = several_courses()
    access_days = access_days("Counted from the day somebody accepts. Empty: as the course says, or for good.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_courses(self.fields["courses"])

    def clean_emails(self) -> list[str]:
        emails = list(dict.fromkeys(part.strip("<>").lower() for part in _BETWEEN.split(self.cleaned_data["emails"])))
        emails = [email for email in emails if email]
        if len(emails) > MOST_ADDRESSES:
            raise forms.ValidationError(f"These are {len(emails)} addresses. Import a list instead.")
        wrong = [email for email in emails if not _is_address(email)]
        if wrong:
            raise forms.ValidationError(f"This is no e-mail address: {', '.join(wrong[:5])}")
        return emails


class JoinForm(forms.Form):
    """The account of somebody who was invited. Their address is known: it is where the link came from."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-testid": "name"}),
    )
    password = forms.CharField(
        help_text="At least 8 characters.",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-testid": "password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
