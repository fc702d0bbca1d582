"""`colonnade web`: Granian, one process per core, each loading the application for itself.

The process that watches over them does without Django and its 60 MB.
"""

import os
import signal
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from colonnade import settings
from colonnade.lib.embedded.ports import bind_error
from colonnade.lib.embedded.process import dying_with_parent

MOST_WORKERS = 4  # by default; with 100 MB each, more is for the operator to ask for
THREADS = 64  # they receive and send, and cost nothing while a far end is slow; the work is done in WEB_TURNS others
STOP_SECONDS = 15  # for requests that are still being answered


def serve() -> None:
    """Until SIGTERM or Ctrl-C. 1 when the address is taken or a worker does not stay up."""
    if error := bind_error(settings.HOST, settings.PORT):
        # Granian shares the port between its workers: a second server would quietly take half the requests.
        raise SystemExit(f"Cannot listen on {settings.HOST}:{settings.PORT}: {os.strerror(error)}.")
    Granian(
        "colonnade.wsgi",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=_number("WEB_WORKERS", min(_cores(), MOST_WORKERS)),
        blocking_threads=_number("WEB_THREADS", THREADS),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve(target_loader=partial(load_application, os.getpid()))


def load_application(parent: int, module: str) -> Callable[..., Any]:
    """Runs in each worker. Granian's workers would outlive a killed parent and keep the port; these do not."""
    dying_with_parent(signal.SIGTERM, parent)()
    application: Callable[..., Any] = import_module(module).application
    return application


def _cores() -> int:
    """Those that we may use, which in a container are fewer than there are."""
    return len(os.sched_getaffinity(0))


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SystemExit(f"{variable}={text} is no number of one or more.")
    return int(text)
