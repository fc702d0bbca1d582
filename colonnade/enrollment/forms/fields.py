"""Fields that several forms share."""

from typing import TYPE_CHECKING, Any

from django import forms

from colonnade.courses.models import Course
from colonnade.enrollment.models import MOST_ACCESS_DAYS

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Course]
    _ModelChoices = forms.ModelMultipleChoiceField[Course]
else:
    _ModelChoice = forms.ModelChoiceField
    _ModelChoices = forms.ModelMultipleChoiceField

_GONE = "This course is gone. Choose another."


def _label(course: Course) -> str:
    return course.title if course.is_published else f"{course.title} ({course.state.label.lower()})"


class CourseChoice(_ModelChoice):
    def label_from_instance(self, obj: Course) -> str:
        return _label(obj)


class CourseChoices(_ModelChoices):
    def label_from_instance(self, obj: Course) -> str:
        return _label(obj)


def one_course() -> CourseChoice:
    return CourseChoice(
        Course.objects.none(),  # of no school yet; the form sets it
        label="Course",
        empty_label="Choose a course",
        error_messages={"required": "Choose a course.", "invalid_choice": _GONE},
        widget=forms.Select(attrs={"data-testid": "course"}),
    )


def several_courses(**options: Any) -> CourseChoices:
    return CourseChoices(
        Course.objects.none(),
        label="Courses",
        error_messages={"required": "Choose at least one course.", "invalid_choice": _GONE, "invalid_pk_value": _GONE},
        widget=forms.CheckboxSelectMultiple(attrs={"data-testid": "course"}),
        **options,
    )


def offer_courses(field: forms.Field) -> None:
    """Every course that can let somebody in, newest first: not those in the archive."""
    field.queryset = Course.objects.filter(archived_at=None).newest_first()  # type: ignore[attr-defined]


def access_days(help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label="Access ends after (days)",
        required=False,
        min_value=1,
        max_value=MOST_ACCESS_DAYS,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"data-testid": "access-days", "inputmode": "numeric"}),
    )
