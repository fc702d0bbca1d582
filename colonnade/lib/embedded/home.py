"""The one folder that holds everything the embedded parts know: data, secrets, ports, logs."""

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from colonnade.lib.embedded.errors import StartError

FORMAT = 1  # raised when an older program could no longer read the folder
MINIMUM_FREE_BYTES = 1024**3  # PostgreSQL's log alone may take half of this before it is recycled
FULL_BYTES = 32 * 1024**2  # with less than this PostgreSQL cannot even begin a new file of its log

SECRETS = {
    "secret_key": 48,
    "postgres_superuser_password": 24,
    "postgres_password": 24,
    "valkey_password": 24,
    "s3_access_key": 12,
    "s3_secret_key": 30,
    "seaweedfs_signing_key": 30,
}  # name → random bytes


def default_folder() -> Path:
    """Where the data live unless somebody says otherwise: COLONNADE_HOME, else ./.colonnade."""
    return Path(os.environ.get("COLONNADE_HOME") or ".colonnade").absolute()


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole and for good, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class Home:
    """The folder, opened for one program at a time: `with Home(path) as home: …`."""

    def __init__(self, folder: Path, *, minimum_free_bytes: int = MINIMUM_FREE_BYTES) -> None:
        self.folder = folder.absolute()
        self.minimum_free_bytes = minimum_free_bytes
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Make the folder if need be and take it. Raises StartError where that cannot be."""
        self._make()
        self._take()
        try:
            self._check_format()
            self._check_space()
        except BaseException:
            self.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def log(self, part: str) -> Path:
        return self.folder / "log" / f"{part}.log"

    def secrets(self) -> Mapping[str, str]:
        """The secrets of this installation, made on the first call and kept."""
        path = self / "secrets.json"
        known = self._read(path)
        if not known and (self / "postgres").exists():
            raise StartError(f"{path} is missing, but the data beside it need it: bring it back from your backup.")
        missing = {name: secrets.token_urlsafe(size) for name, size in SECRETS.items() if name not in known}
        if missing:
            write_atomically(path, json.dumps(known | missing, indent=2))
        return known | missing

    def ports(self) -> dict[str, int]:
        """The ports that the parts had last time."""
        return self._read(self / "ports.json")

    def remember_ports(self, ports: Mapping[str, int]) -> None:
        if ports != self.ports():
            write_atomically(self / "ports.json", json.dumps(dict(ports), indent=2))

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise StartError(f"{path} is damaged ({error}): bring it back from your backup.") from None

    def _make(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self / "log").mkdir(mode=0o700, exist_ok=True)
        except (NotADirectoryError, FileExistsError):
            raise StartError(f"{self.folder} is not a folder: set COLONNADE_HOME to one for the data.") from None
        except OSError as error:
            raise self._refusal(error) from None

    def _take(self) -> None:
        path = self / "lock"
        try:
            lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii")
        except OSError as error:
            raise self._refusal(error) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = lock.read().strip()
            lock.close()
            raise StartError(
                f"Colonnade is already running on {self.folder} (process {holder or 'unknown'}): "
                "stop that one first, or set COLONNADE_HOME to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _check_format(self) -> None:
        path = self / "VERSION"
        if not path.exists():
            write_atomically(path, f"{FORMAT}\n")
        found = path.read_text(encoding="utf-8").strip()
        if not found.isdecimal():
            raise StartError(f"{path} holds {found!r} where the number of the data format belongs.")
        if int(found) > FORMAT:
            raise StartError(
                f"The data in {self.folder} were written by a newer Colonnade (data format {found}, this one knows "
                f"{FORMAT}): upgrade Colonnade, or set COLONNADE_HOME to another folder."
            )

    def _check_space(self) -> None:
        free, needed = self._free_bytes(), self.minimum_free_bytes
        if free < needed:
            raise StartError(
                f"The disk of {self.folder} is full: {free // 1024**2} MB are free, {needed // 1024**2} MB are needed: "
                "make room, or set COLONNADE_HOME to a folder on another disk."
            )

    def reason(self, error: StartError) -> StartError:
        """The error, or the full disk that it came from: then a part's own last words may not have been written."""
        return self._full_disk() if self._free_bytes() < FULL_BYTES else error

    def _free_bytes(self) -> int:
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def _full_disk(self) -> StartError:
        return StartError(f"The disk of {self.folder} is full: make room, or set COLONNADE_HOME to another disk.")

    def _refusal(self, error: OSError) -> StartError:
        if error.errno == errno.ENOSPC:
            return self._full_disk()
        return StartError(
            f"{self.folder} cannot be used ({error.strerror}): give yourself the right to write there, "
            "or set COLONNADE_HOME to another folder."
        )
