"""PostgreSQL, Valkey and SeaweedFS as children of this process: real parts, with nothing to install or set up.

    with Embedded(folder) as environment:
        subprocess.run([...], env=os.environ | environment)

The dictionary holds what the settings read: DATABASE_URL, REDIS_URL, S3_ENDPOINT_URL and so on.
"""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from colonnade.lib.embedded import ports
from colonnade.lib.embedded.errors import StartError
from colonnade.lib.embedded.home import MINIMUM_FREE_BYTES, Home, default_folder
from colonnade.lib.embedded.part import Part
from colonnade.lib.embedded.postgres import Postgres
from colonnade.lib.embedded.seaweedfs import SeaweedFS
from colonnade.lib.embedded.valkey import Valkey

__all__ = ["PARTS", "Embedded", "Home", "Part", "StartError", "default_folder"]

PARTS: dict[str, type[Part]] = {kind.name: kind for kind in (Postgres, Valkey, SeaweedFS)}


class Embedded:
    """The chosen parts on one home folder. Start and stop them from the same thread, and keep that thread alive.

    The parts die with the thread that started them, so that none is ever left alone.
    """

    def __init__(
        self,
        folder: Path | None = None,
        parts: Iterable[str] = tuple(PARTS),
        *,
        throwaway: bool = False,
        minimum_free_bytes: int = MINIMUM_FREE_BYTES,
    ) -> None:
        """`throwaway`: data that nobody will miss, so nothing waits for the disk."""
        self.home = Home(folder or default_folder(), minimum_free_bytes=minimum_free_bytes)
        self.names = tuple(parts)
        self.throwaway = throwaway
        self.parts: dict[str, Part] = {}

    def __enter__(self) -> dict[str, str]:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        variables = {"COLONNADE_HOME": str(self.home.folder), "SECRET_KEY": self.home.secrets()["secret_key"]}
        for part in self.parts.values():
            variables |= part.variables()
        return variables

    def start(self) -> dict[str, str]:
        """Start all parts at once, return when all are ready. Raises StartError, having stopped what it started."""
        self.home.__enter__()
        try:
            self.parts = self._assemble()
            for part in self.parts.values():
                part.start()
            for part in self.parts.values():
                part.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self.environment

    def stop(self) -> None:
        """Stop in the order store, cache, database; the others may still be writing into the last."""
        for part in reversed(self.parts.values()):
            part.stop()
        self.parts = {}
        self.home.release()

    def _assemble(self) -> dict[str, Part]:
        remembered = self.home.ports()
        parts = {name: PARTS[name](self.home, remembered.get(name, 0), throwaway=self.throwaway) for name in self.names}
        for part in parts.values():
            part.stop_leftovers()
        for part in parts.values():
            part.port = ports.choose(part.port_count, part.port, _rows(parts.values(), part))
        self.home.remember_ports(remembered | {name: part.port for name, part in parts.items()})
        return parts


def _rows(parts: Iterable[Part], but: Part) -> set[int]:
    """The ports that the other parts are to have."""
    return {port for part in parts if part is not but for port in range(part.port, part.port + part.port_count)}
