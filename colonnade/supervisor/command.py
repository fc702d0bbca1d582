"""The order of things in `colonnade up`, and what it says while it does them."""

import argparse
import errno
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from colonnade.lib.embedded import KINDS, Home, Parts, StartError, default_folder
from colonnade.lib.embedded.home import write_atomically
from colonnade.lib.embedded.leftovers import MARK, stop_leftover_programs
from colonnade.lib.embedded.ports import LOOPBACK, bind_error
from colonnade.lib.embedded.process import Process
from colonnade.supervisor.program import STOP_SECONDS, Program, Web, command_line, importable
from colonnade.supervisor.watch import keep_running

HEALTHY_SECONDS = 90


def up(arguments: Sequence[str]) -> int:
    """Run until asked to stop. 0 after an orderly stop, 1 when something kept it from starting."""
    argparse.ArgumentParser(
        prog="colonnade up",
        description="Start everything: database, cache, object store, web and worker.",
        epilog="PORT (8000), HOST (127.0.0.1) and COLONNADE_HOME (./.colonnade) say where; DATABASE_URL, REDIS_URL and "
        "S3_ENDPOINT_URL name real servers instead of the embedded ones; COLONNADE_DEMO=0 leaves out the demo school.",
    ).parse_args(arguments)
    stop = _stop_event()
    try:
        _run(stop)
        _say("Stopped.")
    except StartError as error:
        return _give_up(str(error))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return _give_up(f"The disk of {default_folder()} is full: make room, then start again.")
    return 0


def _run(stop: Event) -> None:
    started = time.monotonic()
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    with ExitStack() as running:
        home = running.enter_context(Home(default_folder()))
        stop_leftover_programs(home.folder, seconds=STOP_SECONDS)
        _check_port(host, port)
        parts = Parts(home, [name for name, kind in KINDS.items() if not os.environ.get(kind.variable)])
        if list(parts):
            _say(f"Starting {', '.join(part.title for part in parts)} …")
        running.callback(parts.stop)
        parts.start()
        chosen = _choices(home, parts, host, port)
        write_atomically(home / "environment.json", json.dumps(chosen, indent=2))
        environment = {**os.environ, **chosen, MARK: str(home.folder)}
        if "postgres" in parts:  # then no other machine has workers on these jobs
            environment["COLONNADE_FRESH_START"] = "1"
        if not _prepare(home, environment, stop, demo="postgres" in parts):
            return
        web, worker = Web(home, environment, host=host, port=port), Program(home, "worker", environment)
        for program in (worker, web):
            running.callback(program.stop)
            program.start()
        if _wait_healthy(web, stop):
            _say(welcome(home, environment, seconds=time.monotonic() - started))
            keep_running([*parts, web, worker], stop, _say)
        _say("Stopping …")
        for program in (web, worker):  # both at once; the stack then waits for each, and stops the parts after them
            if program.process:
                program.process.ask_to_stop()


def _stop_event() -> Event:
    """Set by Ctrl-C, SIGTERM and a closed terminal; asking twice changes nothing."""
    stop = Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) != signal.SIG_IGN:  # nohup
            signal.signal(signum, lambda _signum, _frame: stop.set())
    return stop


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise StartError(f"PORT={text} is no port: choose a number from 1 to 65535.")
    return int(text)


def _check_port(host: str, port: int) -> None:
    # On loopback both addresses count: the browser takes `localhost` for either.
    for address in LOOPBACK if host in LOOPBACK else (host,):
        match bind_error(address, port):
            case 0:
                continue
            case errno.EADDRINUSE:
                raise StartError(
                    f"Port {port} is in use by another program: choose another, for example `PORT={port + 1000} "
                    "colonnade up` or `make run PORT=…`."
                )
            case errno.EACCES:
                raise StartError(f"Port {port} is reserved for root: choose one from 1024 on, with PORT=….")
            case error:
                raise StartError(f"Nothing can listen on {host}:{port} ({os.strerror(error)}): see HOST and PORT.")


def _choices(home: Home, parts: Parts, host: str, port: int) -> dict[str, str]:
    """What we settled for our children and for commands run beside us; what the caller set stays the caller's."""
    own = {"COLONNADE_HOME": str(home.folder), "HOST": host, "PORT": str(port)}
    if "postgres" in parts:
        own["COLONNADE_EMBEDDED"] = "1"
    if not os.environ.get("SECRET_KEY"):
        own["SECRET_KEY"] = home.secrets()["secret_key"]
    return own | parts.variables()


def _prepare(home: Home, environment: Mapping[str, str], stop: Event, *, demo: bool) -> bool:
    """Roles, migrations, buckets, and on the first start the demo school. False when asked to stop meanwhile."""
    words = ["prepare"]
    if demo and os.environ.get("COLONNADE_DEMO") != "0" and not (home / "demo.json").exists():
        words.append("--demo")
        _say("Making the demo school …")
    process = Process(
        "Preparing the database",
        command_line(*words),
        log=home.log("prepare"),
        environment=importable(environment),
    )
    while process.is_running and not stop.wait(0.02):
        pass
    process.stop(seconds=STOP_SECONDS)
    if stop.is_set():
        return False
    if process.exit_code != 0:
        raise StartError(f"Preparing the database failed: {process.last_words()} ({process.log} has the rest).")
    return True


def _wait_healthy(web: Web, stop: Event) -> bool:
    """Whether the web answers for all parts; False when asked to stop meanwhile."""
    deadline = time.monotonic() + HEALTHY_SECONDS
    while not stop.wait(0.03):
        if web.is_ready():
            return True
        assert web.process
        ended, late = not web.process.is_running, time.monotonic() > deadline
        if ended or late:
            what = "ended while starting" if ended else f"was not healthy after {HEALTHY_SECONDS} seconds"
            raise StartError(f"The web {what}: {web.process.last_words()} ({web.log} has the rest).")
    return False


def welcome(home: Home, environment: Mapping[str, str], *, seconds: float) -> str:
    port = int(environment["PORT"])
    demo = _read_demo(home)
    platform = demo.get("platform_url") or f"http://{environment.get('PLATFORM_HOST') or 'localhost'}:{port}/"
    lines = [f"Colonnade is ready after {seconds:.1f} s; Ctrl-C stops it.", ""]
    lines += [f"  Platform     {_at_port(platform, port)}"]
    if demo:
        lines += [f"  Demo school  {_at_port(demo['school_url'], port)}", f"  Access code  {demo['code']}", ""]
        for person in demo["accounts"]:
            lines += [f"  {person['role']:<11}  {person['email']}  {person['password']}  at {person['at']}"]
    return "\n".join([*lines, "", f"  Data, logs   {home.folder}", ""])


def _at_port(url: str, port: int) -> str:
    """The demo remembers the port that it was made on; this start may have another."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.hostname}:{port}").geturl() if parts.port else url


def _read_demo(home: Home) -> dict[str, Any]:
    """What the demo command wrote down; empty where there is no demo school."""
    try:
        return dict(json.loads((home / "demo.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _say(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:  # the terminal is gone; that is no reason to stop serving
        pass


def _give_up(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
