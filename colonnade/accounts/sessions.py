"""SESSION_ENGINE: sessions are rows of a school, under its policy."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from colonnade.accounts.models import Session


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session
