"""The real parts under the tests: one PostgreSQL, Valkey and S3 for the run, a database of its own per test process.

Started before Django reads its settings. Tests commit; they are kept apart as schools are: each makes its own.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from colonnade.lib.embedded import Embedded

_VARIABLES = ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT_URL", "EMAIL_URL")
_KEPT: list[Embedded] = []  # the parts die with whoever forgets them


def start() -> None:
    """In the process that was called: start the parts, prepare the database that the others copy."""
    folder = Path(tempfile.mkdtemp(prefix="colonnade-tests-"))
    for name in _VARIABLES:
        os.environ.pop(name, None)  # a test never touches a server it did not start
    embedded = Embedded(folder, throwaway=True)
    os.environ.update(embedded.start())
    _KEPT.append(embedded)
    atexit.register(_stop, folder)
    os.environ["S3_CORS_ORIGINS"] = "http://*"  # the houses of the browser's tests stand at any port
    os.environ["DATABASE_TEMPLATE_URL"] = os.environ["DATABASE_URL"]
    subprocess.run([sys.executable, "-m", "colonnade", "prepare"], check=True)


def _stop(folder: Path) -> None:
    for embedded in _KEPT:
        embedded.stop()
    shutil.rmtree(folder, ignore_errors=True)


def claim(worker: str) -> None:
    """In each test process: a copy of the prepared database and a number of the cache's for itself."""
    template = os.environ["DATABASE_TEMPLATE_URL"]
    name = f"colonnade_{worker}"
    with psycopg.connect(_named(template, "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # a template can be copied by one at a time
        source = sql.Identifier(urlsplit(template).path.lstrip("/"))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        connection.execute("SELECT pg_advisory_unlock(1)")
    from colonnade import settings  # with the template's name: the roles derive from it

    for variable, alias in (("DATABASE_APP_URL", "default"), ("DATABASE_PLATFORM_URL", "platform")):
        role = settings.DATABASES[alias]
        netloc = f"{role['USER']}:{role['PASSWORD']}@{role['HOST']}:{role['PORT']}"
        os.environ[variable] = f"postgres://{netloc}/{name}"
    os.environ["DATABASE_URL"] = _named(template, name)
    number = 1 + (int(worker[2:]) if worker.startswith("gw") else 14)
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rstrip("/").rsplit("/", 1)[0] + f"/{number}"
    del sys.modules["colonnade.settings"]


def _named(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()
