"""A passkey made in a real browser opens the school it was made at, alone and as a second factor."""

import re
from collections.abc import Callable

from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from tests.browser.house import House
from tests.factories import PASSWORD, School


def give_authenticator(page: Page) -> None:
    """One that is built into the machine and always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/logout/")
    page.click("main form button[type=submit]")


def test_a_passkey_is_made_and_signs_in(
    house: House, visitor: Callable[..., Page], accessible: Callable[[Page], None], school: School
) -> None:
    person = school.person()
    with school:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    address = house.at(school.tenant.subdomain)
    page = visitor()
    give_authenticator(page)
    page.goto(f"{address}/login/?next=/account/")
    accessible(page)
    page.fill('[data-testid="email"]', person.email)
    page.fill('[data-testid="password"]', PASSWORD)
    page.click('[data-testid="login-button"]')
    expect(page).to_have_url(f"{address}/account/")
    accessible(page)

    page.goto(f"{address}/2fa/webauthn/add/")
    page.fill("input[type=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url(re.compile("/2fa/recovery-codes/"))
    accessible(page)
    page.goto(f"{address}/2fa/webauthn/")
    accessible(page)

    sign_out(page, address)
    page.goto(f"{address}/login/")
    page.click("#passkey_login")
    expect(page).to_have_url(f"{address}/learn/")

    sign_out(page, address)
    page.goto(f"{address}/login/")
    page.fill('[data-testid="email"]', person.email)
    page.fill('[data-testid="password"]', PASSWORD)
    page.click('[data-testid="login-button"]')
    expect(page).to_have_url(re.compile("/2fa/authenticate/"))
    accessible(page)
    page.click("#mfa_webauthn_authenticate")
    expect(page).to_have_url(f"{address}/learn/")
