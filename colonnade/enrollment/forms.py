"""What the pages about codes and students ask for."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from colonnade.accounts.models import User
from colonnade.courses.models import Course
from colonnade.enrollment.actions import MOST_CODES
from colonnade.enrollment.calendar import Calendar
from colonnade.enrollment.models import DEFAULT_EXPIRY

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Course]
else:
    _ModelChoice = forms.ModelChoiceField


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


class _CourseChoice(_ModelChoice):
    def label_from_instance(self, course: Course) -> str:
        return course.title if course.is_published else f"{course.title} ({course.state.label.lower()})"


def _courses() -> _CourseChoice:
    return _CourseChoice(
        Course.objects.none(),  # of no school yet; the form sets it
        empty_label="Choose a course",
        error_messages={"required": "Choose a course.", "invalid_choice": "This course is gone. Choose another."},
        widget=forms.Select(attrs={"data-testid": "course"}),
    )


class CodesForm(forms.Form):
    """A batch to be made. `calendar` is the school's."""

    course = _courses()
    quantity = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MOST_CODES,
        initial=10,
        help_text=f"One for each student; up to {MOST_CODES:,} at a time.",
        widget=forms.NumberInput(attrs={"data-testid": "quantity", "inputmode": "numeric"}),
    )
    label = forms.CharField(
        max_length=120,
        required=False,
        help_text="For you, to find the batch again: “Spring class”, “Newsletter”.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-testid": "label"}),
    )
    last_day = forms.DateField(
        label="Good until",
        help_text="The last day on which a code can be redeemed. Who is in the course by then stays in it.",
        error_messages={"invalid": "Write the day as year-month-day, such as 2027-03-31."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-testid": "last-day"}),
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["course"].queryset = Course.objects.newest_first()  # type: ignore[attr-defined]
        self.fields["last_day"].initial = calendar.today + DEFAULT_EXPIRY
        self.fields["last_day"].widget.attrs["min"] = calendar.today.isoformat()

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day < self.calendar.today:
            raise forms.ValidationError("This day is over. Choose today or a later one.")
        if day > self.calendar.today + timedelta(days=3660):
            raise forms.ValidationError("Choose a day within the next ten years.")
        return day


class EnrollForm(forms.Form):
    """Somebody of the school, by their address, and a course."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Of somebody who has an account at your school. Others get in by an access code.",
        widget=forms.EmailInput(attrs={"data-testid": "email", "autocomplete": "off"}),
    )
    course = _courses()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = Course.objects.newest_first()  # type: ignore[attr-defined]

    def clean_email(self) -> User:
        person = User.objects.filter(email=self.cleaned_data["email"].lower()).first()
        if person is None:
            raise forms.ValidationError("Nobody at your school has this address. Send them an access code instead.")
        return person
