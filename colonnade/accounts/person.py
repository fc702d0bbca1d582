from django.http import HttpRequest

from colonnade.accounts.models import User


def person(request: HttpRequest) -> User:
    """Who asks. LoginRequiredMiddleware has seen to it that somebody does; in the API, the token."""
    assert isinstance(request.user, User)
    return request.user
