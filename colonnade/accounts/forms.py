"""Forms of people's own accounts."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from colonnade.accounts.adapter import at_platform
from colonnade.accounts.models import Scope
from colonnade.lib.problems import Conflict


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """An address and a password are enough; students may add the name that their teachers see."""

    field_order = ("name", "email", "password1")
    name = forms.CharField(
        label="Your name", max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at_platform():
            del self.fields["name"]  # the onboarding asks for it
        self.fields["password1"].help_text = "At least 8 characters."
        _name_for_tests(self, {"name": "name", "email": "email", "password1": "password"})

    def try_save(self, request: HttpRequest) -> Any:
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError as error:  # sent twice at once: the other one made the account
            raise Conflict("There is an account with this address already. Sign in with it.") from error


class LoginForm(BaseLoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_for_tests(self, {"login": "email", "password": "password"})


def _name_for_tests(form: forms.Form, names: dict[str, str]) -> None:
    for field, testid in names.items():
        if field in form.fields:
            attributes = form.fields[field].widget.attrs
            attributes["data-testid"] = testid
            attributes.pop("placeholder", None)  # the label says it


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-testid": "name"}),
    )  # fmt: skip


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80, label="Name", help_text="What uses it, such as “Zapier” or “my script”.",
        widget=forms.TextInput(attrs={"data-testid": "token-name"}),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, label="What it may do",
        error_messages={"required": "Choose at least one thing that it may do."},
    )  # fmt: skip
