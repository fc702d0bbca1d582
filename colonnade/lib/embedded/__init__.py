"""PostgreSQL, Valkey and SeaweedFS as children of this process: real parts, with nothing to install or set up.

    with Embedded(folder) as environment:
        subprocess.run([...], env=os.environ | environment)

The dictionary holds what the settings read: DATABASE_URL, REDIS_URL, S3_ENDPOINT_URL and so on.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from colonnade.lib.embedded.errors import StartError
from colonnade.lib.embedded.home import MINIMUM_FREE_BYTES, Home, default_folder
from colonnade.lib.embedded.part import Part
from colonnade.lib.embedded.parts import KINDS, Parts

__all__ = ["KINDS", "Embedded", "Home", "Part", "Parts", "StartError", "default_folder"]


class Embedded:
    """The chosen parts on one home folder, for as long as a `with` block lasts, or from start() to stop()."""

    def __init__(
        self,
        folder: Path | None = None,
        parts: Iterable[str] = tuple(KINDS),
        *,
        throwaway: bool = False,
        minimum_free_bytes: int = MINIMUM_FREE_BYTES,
    ) -> None:
        """`throwaway`: data that nobody will miss, so nothing waits for the disk."""
        self.home = Home(folder or default_folder(), minimum_free_bytes=minimum_free_bytes)
        self.names = tuple(parts)
        self.throwaway = throwaway
        self.parts: Parts

    def __enter__(self) -> dict[str, str]:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> dict[str, str]:
        """Start all parts and return the environment for the program. Raises StartError, with nothing left running."""
        with contextlib.ExitStack() as undo:
            undo.enter_context(self.home)
            self.parts = Parts(self.home, self.names, throwaway=self.throwaway)
            self.parts.start()
            undo.pop_all()  # stop() releases the home
        return self.environment

    @property
    def environment(self) -> dict[str, str]:
        own = {"COLONNADE_HOME": str(self.home.folder), "SECRET_KEY": self.home.secrets()["secret_key"]}
        return own | self.parts.variables()

    def stop(self) -> None:
        self.parts.stop()
        self.home.release()
