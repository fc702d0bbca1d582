"""Forms of certificates and notes."""

from typing import Any

from django import forms

from colonnade.learning.actions.certificates import LONGEST_NAME, LONGEST_REASON

EVERY, PERCENT = "every", "percent"


class CertificateRuleForm(forms.Form):
    needs = forms.ChoiceField(
        label="Who gets it", widget=forms.RadioSelect,
        choices=[(EVERY, "Whoever has completed every lecture"), (PERCENT, "Whoever has come this far:")],
    )  # fmt: skip
    percent = forms.IntegerField(
        label="Percent of the course", required=False, min_value=1, max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    signed_by = forms.CharField(
        label="Signed by", required=False, max_length=LONGEST_NAME,
        help_text="The name on the line for the instructor. Empty: there is no such line.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("needs") == PERCENT and not cleaned.get("percent") and "percent" not in self.errors:
            self.add_error("percent", "Say how far, from 1 to 100 percent.")
        if cleaned.get("needs") == EVERY:
            cleaned["percent"] = None
        return cleaned


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name on the certificate", max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-testid": "certificate-name"}),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=LONGEST_REASON,
        help_text="Whoever checks the certificate reads it.",
        widget=forms.TextInput(attrs={"data-testid": "revocation-reason"}),
    )  # fmt: skip
