"""The database's roles: the owner migrates; the app and the platform's reader have no power of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

_PREPARING = 0x636F6C6F6E  # "colon": the advisory lock that lets one process prepare at a time


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Holds a lock of the database, so that two machines starting at once do not migrate at once."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARING])


def prepare_roles() -> None:
    """Make the two roles where they are missing, set their passwords, and grant what they need, now and later.

    The app reads and writes rows, never the schema; the platform's reader only reads. The owner's role needs
    CREATEROLE, unless DATABASE_APP_URL and DATABASE_PLATFORM_URL name roles that exist.
    """
    app, platform = (settings.DATABASES[alias] for alias in ("default", "platform"))
    with connections["owner"].cursor() as cursor:
        for role in (app, platform):
            _ensure(cursor, role["USER"], role["PASSWORD"])
        names = {
            "app": sql.Identifier(app["USER"]),
            "platform": sql.Identifier(platform["USER"]),
            "database": sql.Identifier(connections["owner"].settings_dict["NAME"]),
        }
        for statement in _GRANTS:
            cursor.execute(sql.SQL(statement).format(**names))


_GRANTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {app}, {platform}",
    "GRANT USAGE ON SCHEMA public TO {app}, {platform}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {platform}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {platform}",
)


def _ensure(cursor: CursorWrapper, name: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    # A new role has no power by default; only a superuser may say so again of one that exists.
    statement = "ALTER ROLE {} LOGIN PASSWORD {}" if cursor.fetchone() else "CREATE ROLE {} LOGIN PASSWORD {}"
    cursor.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(password)))
