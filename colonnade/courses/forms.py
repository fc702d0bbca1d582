"""What the pages ask for. Titles and descriptions are judged by the actions, for pages and API alike."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

from colonnade.courses.actions.wording import DESCRIPTION_LENGTH, TITLE_LENGTH
from colonnade.courses.models import CourseState
from colonnade.courses.pictures import BYTES_MAXIMUM
from colonnade.tenants.calendar import Calendar, NoSuchTime


class CourseForm(forms.Form):
    title = forms.CharField(
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"data-testid": "course-title", "autocomplete": "off"}),
        error_messages={"required": "Give the course a title."},
    )
    description = forms.CharField(
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"data-testid": "course-description", "rows": 5}),
        help_text="What people will learn, and for whom it is. Shown on the course's page.",
    )


class WallClockField(forms.DateTimeField):
    """A time as it was typed. Django's own field would judge it by the zone in use, in words of its own."""

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            moment = super().to_python(value)
        return moment.replace(tzinfo=None) if moment else None


class ScheduleForm(forms.Form):
    """When a course opens to visitors, by the clock on the school's wall. `calendar` is the school's."""

    at = WallClockField(
        label="Date and time",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "data-testid": "schedule-at"}
        ),
        error_messages={
            "required": "Choose a date and a time.",
            "invalid": "Write date and time as 2027-03-31 09:00.",
        },
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["at"].help_text = f"In your school’s time zone, {calendar.zone.key.replace('_', ' ')}."

    def clean_at(self) -> datetime:
        try:
            return self.calendar.moment(self.cleaned_data["at"])
        except NoSuchTime as none:
            raise forms.ValidationError(str(none)) from none


class ThumbnailForm(forms.Form):
    image = forms.FileField(
        label="Choose a picture",
        allow_empty_file=True,  # the picture's own judge says it better
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        error_messages={"required": "Choose a picture first."},
        help_text="JPEG, PNG, WebP, AVIF or GIF, up to 10 MB. It is cropped to 16:9; 1280 × 720 pixels are ideal.",
    )

    def clean_image(self) -> Any:
        image = self.cleaned_data["image"]
        if image.size and image.size > BYTES_MAXIMUM:
            raise forms.ValidationError(
                f"The picture is larger than {BYTES_MAXIMUM // 1024 // 1024} MB. Save it smaller and try again."
            )
        return image


class SearchForm(forms.Form):
    """The list's filters; whatever makes no sense is left out rather than refused."""

    q = forms.CharField(required=False, max_length=100, strip=True)
    status = forms.ChoiceField(required=False, choices=CourseState.choices)

    @classmethod
    def read(cls, query: Any) -> dict[str, str]:
        form = cls(query)
        form.is_valid()
        return {"q": form.cleaned_data.get("q", ""), "status": form.cleaned_data.get("status", "")}
