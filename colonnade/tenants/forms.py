"""Forms of the onboarding and of a school's settings."""

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.urls import reverse_lazy

from colonnade.tenants.models import LargestVideo, Originals
from colonnade.tenants.subdomains import normal, refusal

COLOR = re.compile(r"#[0-9a-f]{6}")


class OnboardingForm(forms.Form):
    subdomain = forms.CharField(
        label="Address of your school", max_length=253,
        widget=forms.TextInput(attrs={
            "data-testid": "subdomain", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false",
            "aria-describedby": "subdomain-answer", "hx-get": reverse_lazy("onboarding-subdomain"),
            "hx-trigger": "input changed delay:250ms", "hx-target": "#subdomain-answer", "hx-sync": "this:replace",
        }),
    )  # fmt: skip
    instructor_name = forms.CharField(
        label="Your name", max_length=120,
        widget=forms.TextInput(attrs={"data-testid": "instructor-name", "autocomplete": "name"}),
    )  # fmt: skip
    name = forms.CharField(
        label="Name of your school", max_length=120, required=False,
        widget=forms.TextInput(attrs={"data-testid": "school-name", "autocomplete": "organization"}),
        help_text="You can change it at any time.",
    )  # fmt: skip

    def clean_subdomain(self) -> str:
        subdomain = normal(self.cleaned_data["subdomain"]).removesuffix(f".{settings.PLATFORM_HOST}")
        if sentence := refusal(subdomain):
            raise forms.ValidationError(sentence)
        return subdomain

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("name") and cleaned.get("instructor_name"):
            cleaned["name"] = f"{cleaned['instructor_name'][:100]}’s school"
        return cleaned


def time_zones() -> list[tuple[str, str]]:
    """Those with a place in their name, and UTC; the rest are aliases and links for old programs."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class SchoolForm(forms.Form):
    name = forms.CharField(label="Name of the school", max_length=120)
    instructor_name = forms.CharField(label="Instructor’s name", max_length=120)
    time_zone = forms.ChoiceField(
        choices=time_zones, label="Time zone", help_text="Dates and times in the dashboard are told in it."
    )
    brand_color = forms.CharField(
        label="Brand colour", required=False, max_length=7,
        help_text="Six digits as in #7c3aed. Empty: the platform’s own. Text stays readable on any colour.",
        widget=forms.TextInput(attrs={"placeholder": "#7c3aed", "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    watermark = forms.BooleanField(
        label="Show who watches in the picture", required=False,
        help_text="The student’s name and address drift over the video, faint but readable, so that a recording tells "
        "whose it is.",
    )  # fmt: skip
    encrypts_videos = forms.BooleanField(
        label="Encrypt videos", required=False,
        help_text="What is stored of a video then plays only with a key, which students get as long as they may watch. "
        "It holds for videos that you upload or encode anew from now on.",
    )  # fmt: skip
    equal_loudness = forms.BooleanField(
        label="Make all videos about as loud", required=False,
        help_text="At −16 LUFS, as broadcasters and podcasts do. It holds for videos that you upload from now on.",
    )  # fmt: skip
    largest_video = forms.TypedChoiceField(
        label="Largest size of videos", choices=LargestVideo.choices, coerce=int, required=False, empty_value=None,
        help_text="For uploads that have as many lines. Larger ones take longer to prepare and more room.",
    )  # fmt: skip
    originals = forms.ChoiceField(
        label="Originals of videos", choices=Originals.choices, required=False, widget=forms.RadioSelect,
        help_text="The files that you upload. Students never need them; you do, to download one, or to gain from a "
        "better encoder later. What is deleted cannot be brought back.",
    )  # fmt: skip

    def clean_brand_color(self) -> str:
        color = str(self.cleaned_data["brand_color"]).strip().lower()
        if color and not color.startswith("#"):
            color = f"#{color}"
        if color and not COLOR.fullmatch(color):
            raise forms.ValidationError("Write the colour as # and six digits, such as #7c3aed.")
        return color
