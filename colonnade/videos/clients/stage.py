"""A folder beside the destination that becomes it in one rename, or goes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import VideoError


@contextmanager
def staged(dest: Path) -> Iterator[Path]:
    """Yield an empty folder; when the block ends well it is renamed to `dest`, else removed.

    The folder is locked while in use, so that the leftovers of a killed process are known and swept.
    """
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        raise VideoError("destination_exists", f"{dest} is there already: remove it or name another folder.")
    try:
        dest.parent.mkdir(parents=True, exist_ok=True)
        _sweep(dest)
        stage = Path(tempfile.mkdtemp(prefix=f".{dest.name}.", suffix=".partial", dir=dest.parent))
    except OSError as error:
        raise VideoError("not_writable", f"{dest.parent} cannot be written to ({error.strerror}).") from error
    lock = os.open(stage, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield stage
        stage.chmod(0o755)
        stage.replace(dest)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _sweep(dest: Path) -> None:
    for left in dest.parent.glob(f".{dest.name}.*.partial"):
        lock = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass  # Another process is at work there.
        finally:
            os.close(lock)
