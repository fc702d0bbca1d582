"""Passkeys are taken from the page of this very host.

WebAuthn lets the page of a subdomain ask for its parent's credentials, and schools are subdomains of the platform:
without this check a page at a school could sign its visitor in at the platform.
"""

import base64
import binascii
import json
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)


class _FromThisHost:
    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        credential = self.cleaned_data["credential"]
        if _origin(credential) != f"{context.request.scheme}://{context.request.get_host().lower()}":
            raise get_adapter().validation_error("incorrect_code")
        check = getattr(super(), "clean_credential", None)
        return check() if check else credential


def _origin(credential: Any) -> str:
    """What the browser says in the signed client data; empty if it says nothing that can be read."""
    try:
        encoded = credential["response"]["clientDataJSON"]
        data = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        return str(data["origin"])
    except (KeyError, TypeError, ValueError, binascii.Error):
        return ""


class AddPasskey(_FromThisHost, AddWebAuthnForm):  # type: ignore[misc]
    pass


class AuthenticateByPasskey(_FromThisHost, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class SignInByPasskey(_FromThisHost, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticateByPasskey(_FromThisHost, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass
