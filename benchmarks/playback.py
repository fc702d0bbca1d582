"""What a segment costs the app: sent on to the store, read by hand, read by boto3. Goal: ≤ 1.25 of the signature.

"The signature" is a server that admits the viewer as the door does (signature, expiry, grant) and answers nothing; the
client reads the segment from the store all the same, so that the caches of the processor are as cold for all.
Milliseconds of CPU of the web process for a segment of 750 kB, four seconds at 1.5 Mbit/s; "in all" adds the store and
the client, which follows to the store and reads it whole.
"""

import http.client
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.clients import HERE
from benchmarks.house import House, cpu_seconds, served

GOAL = 1.25
ROUNDS = 5
SEGMENTS = 300  # a round
SIZE = 750_000  # bytes


@dataclass
class Server:
    port: int
    pid: int
    host: str


def main() -> int:
    with House() as house:
        database = house.database("playback")
        host, path, stored = database.run("-m", "benchmarks.playback", "fill").split()
        environment = database.whole() | {"WEB_WORKERS": "1", "PLAYBACK_REDIRECTS": "1"}
        before = children()
        with served(["-m", "colonnade", "web"], environment) as web_port:
            web = Server(web_port, only(children() - before), host)
            before = children()
            with served(["-m", "benchmarks.playback_peers"], environment) as peers_port:
                peers = Server(peers_port, only(children() - before), host)
                return measure(
                    {
                        "the signature alone": lambda: ask(peers, f"/signed{path}", 0, stored),
                        "sent on to the store": lambda: ask(web, path, SIZE),
                        "read by hand": lambda: ask(web, f"{path}?through=app", SIZE),
                        "read by boto3": lambda: ask(peers, f"/boto3{path}", SIZE),
                    },
                    {"the signature alone": peers, "read by boto3": peers},
                    web,
                )


def measure(ways: dict[str, Callable[[], None]], peers: dict[str, Server], web: Server) -> int:
    own: dict[str, list[float]] = {name: [] for name in ways}
    whole: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()  # connections made, code read
    for _ in range(ROUNDS):
        for name, way in ways.items():
            server = peers.get(name, web).pid
            before = cpu_seconds(server), cpu_seconds()
            for _ in range(SEGMENTS):
                way()
            own[name].append((cpu_seconds(server) - before[0]) / SEGMENTS * 1000)
            whole[name].append((cpu_seconds() - before[1]) / SEGMENTS * 1000)
    for name in ways:
        print(
            f"{name:21} {statistics.median(own[name]):5.2f} ms of the app  {statistics.median(whole[name]):5.2f} in all"
        )
    ratio = statistics.median(own["sent on to the store"]) / statistics.median(own["the signature alone"])
    print(f"sent on, against the signature alone: {ratio:.2f}  (goal ≤ {GOAL})")
    return 0 if ratio <= GOAL else 1


_connections: dict[str, http.client.HTTPConnection] = {}


def ask(server: Server, path: str, size: int, after: str = "") -> None:
    """As a browser: over one connection for each server, to the store if it is sent there, or then to `after`.

    Raises on the wrong size.
    """
    response = _get(f"{HERE}:{server.port}", path, {"Host": server.host})
    if response.status == 307:
        response.read()
        fetch(response.headers["Location"])
    else:
        check(response, path, size)
    if after:
        fetch(after)


def fetch(url: str) -> None:
    """The segment, from the store."""
    where = urlsplit(url)
    check(_get(where.netloc, f"{where.path}?{where.query}", {}), url, SIZE)


def check(response: http.client.HTTPResponse, path: str, size: int) -> None:
    length = len(response.read())
    if (response.status, length) != (200, size):
        raise SystemExit(f"{path} answered {response.status} with {length} bytes")


def _get(netloc: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = _connections.setdefault(netloc, http.client.HTTPConnection(netloc, timeout=30))
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def children() -> set[int]:
    """Processes that this one has started."""
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def only(found: set[int]) -> int:
    (pid,) = found
    return pid


def fill() -> int:
    """A segment in the store and somebody who may watch it; prints the host and the segment's address."""
    import django

    django.setup()
    from colonnade.lib.objects import media
    from colonnade.videos.playback import addresses
    from tests import factories

    school = factories.school("A school")
    video, viewer = school.video(edition="bench"), school.person()
    with school:
        path = "720p/00000.m4s"
        media().put(f"{video.media_path}bench/{path}", os.urandom(SIZE), content_type="video/iso.segment")
        stored = media().public_url(f"{video.media_path}bench/{path}", at=datetime.now(UTC), seconds=3600)
        print(school.host, addresses(video, viewer).playlist.replace("master.m3u8", f"bench/{path}"), stored)
    return 0


if __name__ == "__main__":
    sys.exit(fill() if sys.argv[1:] == ["fill"] else main())
