"""The chosen parts together: started at once, stopped in order, on ports that do not get in each other's way."""

from collections.abc import Iterable, Iterator

from colonnade.lib.embedded import ports
from colonnade.lib.embedded.errors import StartError
from colonnade.lib.embedded.home import Home
from colonnade.lib.embedded.part import Part
from colonnade.lib.embedded.postgres import Postgres
from colonnade.lib.embedded.seaweedfs import SeaweedFS
from colonnade.lib.embedded.valkey import Valkey

KINDS: dict[str, type[Part]] = {kind.name: kind for kind in (Postgres, Valkey, SeaweedFS)}


class Parts:
    """Start and stop them from the same thread, and keep that thread alive: they die with it."""

    def __init__(self, home: Home, names: Iterable[str], *, throwaway: bool = False) -> None:
        self.home = home
        remembered = home.ports()
        self._parts = {name: KINDS[name](home, remembered.get(name, 0), throwaway=throwaway) for name in names}

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts.values())

    def __getitem__(self, name: str) -> Part:
        return self._parts[name]

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def start(self) -> None:
        """Start all at once, return when all are ready. Raises StartError, having stopped what it started."""
        for part in self:
            part.stop_leftovers()
        self._choose_ports()
        try:
            for part in self:
                part.start()
            for part in self:
                part.wait_ready()
        except StartError as error:
            self.stop()
            raise self.home.reason(error) from None
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in the order store, cache, database."""
        for part in reversed(self._parts.values()):
            part.stop()

    def variables(self) -> dict[str, str]:
        return {name: value for part in self for name, value in part.variables().items()}

    def _choose_ports(self) -> None:
        for part in self:
            others = {number for other in self if other is not part for number in other.port_numbers}
            part.port = ports.choose(part.port_count, part.port, others)
        self.home.remember_ports(self.home.ports() | {name: part.port for name, part in self._parts.items()})
