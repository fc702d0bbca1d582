"""Who is let in without a code, and for how long."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from colonnade.accounts.models import User
from colonnade.enrollment.forms.fields import access_days, offer_courses, one_course
from colonnade.tenants.calendar import Calendar


class EnrollForm(forms.Form):
    """Somebody of the school, by their address, and a course."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Of somebody who has an account at your school. Others are invited, or get in by an access code.",
        widget=forms.EmailInput(attrs={"data-testid": "email", "autocomplete": "off"}),
    )
    course = one_course()
    access_days = access_days("Counted from today. Empty: as the course says, or for good.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_courses(self.fields["course"])

    def clean_email(self) -> User:
        person = User.objects.filter(email=self.cleaned_data["email"].lower()).first()
        if person is None:
            raise forms.ValidationError("Nobody at your school has this address. Invite them instead.")
        return person


class AccessEndForm(forms.Form):
    """Until when somebody may study. `calendar` is the school's."""

    last_day = forms.DateField(
        label="Access until",
        required=False,
        help_text="The last day of access. Empty: it does not end.",
        error_messages={"invalid": "Write the day as year-month-day, such as 2027-03-31."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-testid": "access-until"}),
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["last_day"].widget.attrs["min"] = calendar.today.isoformat()

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and day < self.calendar.today:
            raise forms.ValidationError("This day is over. Choose today or a later one.")
        if day is not None and day > self.calendar.today + timedelta(days=36600):
            raise forms.ValidationError("Choose a day within the next hundred years, or none.")
        return day

    def expires_at(self) -> datetime | None:
        day = self.cleaned_data["last_day"]
        return self.calendar.end_of(day) if day else None


class AdmissionForm(forms.Form):
    """A course's own terms."""

    is_free = forms.BooleanField(
        label="The course is free",
        required=False,
        help_text="Anybody may start it from its public page, with an account and without a code.",
        widget=forms.CheckboxInput(attrs={"data-testid": "is-free"}),
    )
    access_days = access_days(
        "Counted from the day somebody comes in; codes may say otherwise. Empty: for good. "
        "Who is in the course already keeps what they were given."
    )
