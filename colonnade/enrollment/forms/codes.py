"""A code redeemed, and codes made."""

from datetime import date, timedelta
from typing import Any

from django import forms

from colonnade.enrollment.actions import MOST_CODES, MOST_COURSES, MOST_SEATS
from colonnade.enrollment.forms.fields import access_days, offer_courses, several_courses
from colonnade.enrollment.models import DEFAULT_EXPIRY
from colonnade.tenants.calendar import Calendar

_LONGEST = timedelta(days=3660)


class RedeemForm(forms.Form):
    code = forms.CharField(
        label="Access code",
        max_length=100,
        error_messages={"required": "Type or paste the code you were given."},
        widget=forms.TextInput(
            attrs={
                "data-testid": "access-code",
                "placeholder": "XXXX-XXXX-XXXX-X",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "control code-text",
            }
        ),
        help_text="13 letters and digits. Capitals and dashes do not matter.",
    )


class CodesForm(forms.Form):
    """A batch to be made. `calendar` is the school's."""

    courses = several_courses(help_text="A code opens all that you choose.")
    quantity = forms.IntegerField(
        label="How many codes",
        min_value=1,
        max_value=MOST_CODES,
        initial=10,
        help_text=f"Up to {MOST_CODES:,} at a time.",
        widget=forms.NumberInput(attrs={"data-testid": "quantity", "inputmode": "numeric"}),
    )
    seats = forms.IntegerField(
        label="Seats per code",
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
        help_text="How many people may redeem the same code: one each, or a whole class.",
        widget=forms.NumberInput(attrs={"data-testid": "seats", "inputmode": "numeric"}),
    )
    first_day = forms.DateField(
        label="Good from",
        required=False,
        help_text="The first day on which a code can be redeemed. Empty: at once.",
        error_messages={"invalid": "Write the day as year-month-day, such as 2027-03-01."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-testid": "first-day"}),
    )
    last_day = forms.DateField(
        label="Good until",
        help_text="The last day on which a code can be redeemed. Who is in the course by then stays in it.",
        error_messages={"invalid": "Write the day as year-month-day, such as 2027-03-31."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-testid": "last-day"}),
    )
    access_days = access_days("Counted from the day somebody redeems a code. Empty: as the course says, or for good.")
    label = forms.CharField(
        max_length=120,
        required=False,
        help_text="For you, to find the batch again: “Spring class”, “Newsletter”.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-testid": "label"}),
    )
    note = forms.CharField(
        max_length=2000,
        required=False,
        help_text="Only staff see it: who got the codes, what was agreed.",
        widget=forms.Textarea(attrs={"rows": 3, "data-testid": "note"}),
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        offer_courses(self.fields["courses"])
        self.fields["last_day"].initial = calendar.today + DEFAULT_EXPIRY
        for name in ("first_day", "last_day"):
            self.fields[name].widget.attrs["min"] = calendar.today.isoformat()

    def clean_courses(self) -> Any:
        courses = self.cleaned_data["courses"]
        if len(courses) > MOST_COURSES:
            raise forms.ValidationError(f"A code opens {MOST_COURSES} courses at most.")
        return courses

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        first: date | None = self.cleaned_data.get("first_day")
        if day < self.calendar.today:
            raise forms.ValidationError("This day is over. Choose today or a later one.")
        if first is not None and day < first:
            raise forms.ValidationError("This is before the first day. Choose that day or a later one.")
        if day > self.calendar.today + _LONGEST:
            raise forms.ValidationError("Choose a day within the next ten years.")
        return day

    def asked(self) -> dict[str, Any]:
        """What make_codes() is told."""
        asked, calendar = dict(self.cleaned_data), self.calendar
        first, last = asked.pop("first_day"), asked.pop("last_day")
        starts_at = calendar.start_of(first) if first and first > calendar.today else None
        return asked | {"starts_at": starts_at, "expires_at": calendar.end_of(last)}
