"""How django-allauth fits in here: who a new person is, where people go, and in whose name mails are written."""

from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from colonnade.accounts.encryption import decrypt, encrypt
from colonnade.accounts.models import Role, User
from colonnade.audit.models import record
from colonnade.lib.ratelimits import client_address
from colonnade.lib.tenancy import PLATFORM_ID, current_tenant_id, tenant_scope


def at_platform() -> bool:
    """Whether the request is at the platform's own host, whose people are creators and operators."""
    return current_tenant_id() == PLATFORM_ID


RECORDED = {  # allauth's name of a notification → ours of the deed
    "account/email/email_changed": "email.changed",
    "mfa/email/totp_activated": "authenticator-app.added",
    "mfa/email/totp_deactivated": "authenticator-app.removed",
    "mfa/email/recovery_codes_generated": "recovery-codes.made",
    "mfa/email/webauthn_added": "passkey.added",
    "mfa/email/webauthn_removed": "passkey.removed",
}


class SchoolAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_taken": _("There is an account with this address already. Sign in, or reset its password."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many tries with a wrong password. Wait five minutes, or reset it."),
        "incorrect_code": _("This code is not right, or it has expired."),
        "rate_limited": _("You have tried this too often. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """A school always takes students; the platform takes creators unless its operator has closed the door."""
        return not at_platform() or settings.OPEN_SIGNUP

    def new_user(self, request: HttpRequest) -> User:
        return User(role=Role.CREATOR if at_platform() else Role.STUDENT)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "").strip()
        super().save_user(request, user, form, commit=commit)
        if commit:
            record("person.joined", user, by=user)
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("onboarding") if at_platform() else self.get_login_redirect_url(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        assert isinstance(request.user, User)
        if at_platform():
            return reverse("schools")  # leads a creator without one to the onboarding
        return reverse("dashboard" if request.user.is_staff_member else "learn")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Refuses an address that another person of the school has signed up with: theirs is the account to use."""
        taken = User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists()
        if taken:
            text = "There is another account with this address. Sign in with it, or reset its password."
            messages.error(request, text)
            return False
        return super().confirm_email(request, email_address)  # type: ignore[no-any-return]

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        record("password.set", user, by=user)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """allauth calls this once for each change that the person should know of; so should the log.

        At times it calls after the commit, when the school's scope is closed: then a scope of its own is open here.
        """
        with tenant_scope(self.request.tenant.pk), context.request_context(self.request):
            if action := RECORDED.get(template_prefix):
                record(action, user, by=user)
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """For limits and the list of sessions, whose column holds nothing but addresses."""
        address = client_address(request)
        return "::" if address == "unknown" else address

    def get_from_email(self) -> str:
        """The school's name before the platform's address, which its mail servers vouch for."""
        address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        return str(Address(_one_line(context.request.tenant.name), addr_spec=address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        tenant = self.request.tenant
        super().send_mail(template_prefix, email, {"school": tenant, "school_url": self._home(), **context})

    def _home(self) -> str:
        return self.request.build_absolute_uri("/")  # type: ignore[no-any-return]

    def is_safe_url(self, url: str) -> bool:
        """`next` stays on the host: never to another school, which anybody may open."""
        from django.utils.http import url_has_allowed_host_and_scheme

        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={context.request.get_host()}, require_https=context.request.is_secure()
        )


class SchoolMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """A second factor belongs to the account at one school; the host is the passkey's relying party."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code or passkey is not right. Try again."),
        "unverified_email": _("Confirm your e-mail address first: the second factor must not lock out its owner."),
    }

    def get_totp_issuer(self) -> str:
        return _one_line(context.request.tenant.name)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": _one_line(context.request.tenant.name)}

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)


def _one_line(name: str) -> str:
    """Names stand in mail headers and URIs."""
    return " ".join(name.split()) or settings.PLATFORM_NAME
