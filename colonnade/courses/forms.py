"""What the pages ask for. Titles and descriptions are judged by the actions, for pages and API alike."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

from colonnade.accounts.models import STAFF_ROLES, User
from colonnade.courses.actions import Rule
from colonnade.courses.actions.catalogue import BIO_LENGTH, CATEGORY_LENGTH
from colonnade.courses.actions.wording import DESCRIPTION_LENGTH, TITLE_LENGTH
from colonnade.courses.models import Course, CourseState, Lecture, Level, Opening, Section
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


class OpeningForm(forms.Form):
    """When a section or lecture opens: the kind of rule, and what that kind needs. `calendar` is the school's."""

    rule_kind = forms.ChoiceField(
        label="It opens",
        choices=[
            ("now", "At once"),
            ("at", "On a date"),
            ("days", "Some days after a student comes in"),
            ("after", "When another lecture is completed"),
        ],
        widget=forms.RadioSelect,
        initial="now",
    )
    at = WallClockField(
        label="Date and time",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "data-testid": "opening-at"}
        ),
        error_messages={"invalid": "Write date and time as 2027-03-31 09:00."},
    )
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=Opening.DAYS_MOST,
        label="Days",
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-testid": "opening-days"}),
        help_text="The day on which a student comes in is day 0. It opens as the day begins at your school.",
    )
    after = forms.ModelChoiceField(
        Lecture.objects.none(),
        required=False,
        label="Lecture to be completed first",
        empty_label="Choose a lecture",
        widget=forms.Select(attrs={"data-testid": "opening-after"}),
        help_text="A video is completed by watching it, a quiz by passing it, any other by marking it as done.",
    )

    def __init__(self, data: Any, *, thing: Section | Lecture, calendar: Calendar) -> None:
        now = Opening.objects.filter(**{thing.__class__.__name__.lower(): thing}).first()
        super().__init__(data, initial=_as_form(now, calendar) if now else None)
        self.calendar = calendar
        others = Lecture.objects.filter(course=thing.course_id).in_order()
        own = {"section": thing} if isinstance(thing, Section) else {"pk": thing.pk}
        self.fields["after"].queryset = others.exclude(**own)  # type: ignore[attr-defined]
        self.fields["at"].help_text = f"In your school’s time zone, {calendar.zone.key.replace('_', ' ')}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("rule_kind")
        if kind in _ASKED and kind not in self.errors and cleaned.get(kind) is None:
            self.add_error(kind, _ASKED[kind])
        return cleaned

    def clean_at(self) -> datetime | None:
        written = self.cleaned_data["at"]
        try:
            return self.calendar.moment(written) if written else None
        except NoSuchTime as none:
            raise forms.ValidationError(str(none)) from none

    def rule(self) -> Rule | None:
        """What was chosen; None: open at once."""
        match self.cleaned_data["rule_kind"]:
            case "at":
                return Rule(at=self.cleaned_data["at"])
            case "days":
                return Rule(days=self.cleaned_data["days"])
            case "after":
                return Rule(after_id=self.cleaned_data["after"].pk)
        return None


_ASKED = {"at": "Choose a date and a time.", "days": "Write how many days.", "after": "Choose a lecture."}


def _as_form(opening: Opening, calendar: Calendar) -> dict[str, Any]:
    kind = "at" if opening.at else "days" if opening.days else "after"
    at = calendar.written(opening.at) if opening.at else None
    return {"rule_kind": kind, "at": at, "days": opening.days, "after": opening.after_id}


class CatalogueForm(forms.Form):
    """What the catalogue says of a course. The action judges it."""

    category = forms.CharField(
        required=False,
        max_length=CATEGORY_LENGTH,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off", "data-testid": "category"}),
        help_text="Visitors choose courses by it. The ones you use already are suggested.",
    )
    level = forms.ChoiceField(required=False, choices=[("", "Not said"), *Level.choices])
    language = forms.CharField(
        required=False,
        max_length=35,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="As a tag: en, de, pt-BR.",
    )
    tags = forms.CharField(
        required=False,
        max_length=800,
        help_text="Words to be found by, with commas between them.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-testid": "tags"}),
    )
    outcomes = forms.CharField(
        required=False,
        label="What people will learn",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "data-testid": "outcomes"}),
        help_text="A line each: “Read a Greek inscription”.",
    )
    instructors = forms.ModelMultipleChoiceField(
        User.objects.none(),
        required=False,
        label="Taught by",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each with the name, picture and words of their own profile.",
    )

    def __init__(self, data: Any, *, course: Course) -> None:
        teaching = list(course.teachings.values_list("user_id", flat=True))
        super().__init__(
            data,
            initial={
                "category": course.category,
                "level": course.level,
                "language": course.language,
                "tags": ", ".join(course.tags),
                "outcomes": "\n".join(course.outcomes),
                "instructors": teaching,
            },
        )
        staff = User.objects.filter(role__in=STAFF_ROLES).order_by("created_at")
        self.fields["instructors"].queryset = staff  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """As describe_course() takes them."""
        cleaned = dict(self.cleaned_data)
        cleaned["tags"] = cleaned["tags"].split(",")
        cleaned["outcomes"] = cleaned["outcomes"].splitlines()
        cleaned["instructors"] = [person.pk for person in cleaned["instructors"]]
        return cleaned


class ProfileForm(forms.Form):
    """How visitors meet somebody who teaches."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    bio = forms.CharField(
        required=False,
        label="About you",
        max_length=BIO_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "data-testid": "bio"}),
        help_text="Who you are and what you have done, in a few sentences.",
    )
    picture = forms.FileField(
        required=False,
        allow_empty_file=True,  # the picture's own judge says it better
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"}),
        help_text="It is cut to a square. JPEG, PNG, WebP, AVIF or GIF, up to 10 MB.",
    )


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
