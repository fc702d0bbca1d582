"""How often one may try a code, or have letters sent: counted together for pages and API."""

from django.http import HttpRequest

from colonnade.accounts.models import User
from colonnade.enrollment import codes
from colonnade.lib.ratelimits import client_address, limit

PERSON_RATE = "20 per 10 minutes"  # nobody has that many codes; a guesser has 2**58 to try
ADDRESS_RATE = "300 per 10 minutes"  # a lecture hall behind one address gets in


def limit_tries(request: HttpRequest, text: str, *, by: User) -> None:
    """Count a try. Raises TooManyRequests. Typing errors cost nothing: they tell a guesser nothing."""
    if codes.read(text) is None:
        return
    limit("redeem", PERSON_RATE, str(by.pk))
    limit("redeem-address", ADDRESS_RATE, client_address(request))


LETTERS_RATE = "500 per hour"  # of one person: a class, and no mailing
IMPORTS_RATE = "20 per hour"  # of one person: each may send thousands of letters


def limit_letters(by: User) -> None:
    """Count a letter of invitation. Raises TooManyRequests."""
    limit("invite", LETTERS_RATE, str(by.pk))


def limit_imports(by: User) -> None:
    limit("import", IMPORTS_RATE, str(by.pk))
