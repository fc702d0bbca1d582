"""A viewer's player, as far as HTTP goes: requests to the playback door, and a ready video to ask for."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import m3u8
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.lib.objects import media
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos.jobs import encode
from colonnade.videos.models import Video
from colonnade.videos.playback import Playback, addresses
from colonnade.videos.storage import IMMUTABLE
from tests import factories
from tests.factories import School
from tests.videos import clips
from tests.videos.uploading import uploaded


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def elsewhere(environ: Any, start_response: Any) -> list[bytes]:
    """The application behind the door."""
    start_response("299 Elsewhere", [])
    return [b"the application"]


def get(host: str, path: str, *, method: str = "GET", clock: Callable[[], float] = time.time, **headers: str) -> Answer:
    """Ask a door that knows nothing yet; header names in snake_case. What it sends on is read all the same."""
    answer = ask(host, path, method=method, clock=clock, **headers)
    return ask(host, path, "through=app", method=method, clock=clock, **headers) if answer.status == 307 else answer


def ask(
    host: str,
    path: str,
    query: str = "",
    *,
    method: str = "GET",
    clock: Callable[[], float] = time.time,
    **headers: str,
) -> Answer:
    """What the door itself answers."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": f"{host}:8000"}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    started: list[Any] = []
    body = Playback(elsewhere, clock=clock)(environ, lambda *answer: started.append(answer))  # type: ignore[arg-type]
    content = b"".join(body)
    getattr(body, "close", lambda: None)()
    status, pairs = started[0][:2]
    return Answer(int(status.split()[0]), dict(pairs), content)


def encoded(school: School, body: bytes | None = None) -> Video:
    """A video that was uploaded and encoded for real."""
    video = uploaded(school, clips.lesson() if body is None else body)
    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))
    with school:
        video.refresh_from_db()
    return video


@cache
def _encoded_once() -> tuple[School, Video]:
    school = factories.school()
    return school, encoded(school)


def playable(school: School) -> Video:
    """A ready video of the school. Encoded once a run; its objects are copied."""
    source_school, source = _encoded_once()
    video = school.video(duration=source.duration or 0.0)
    with naming_tenant(source_school.tenant.pk):
        objects = {
            path: (stored := media().open(path), b"".join(stored.chunks)) for path in media().paths(source.media_path)
        }
    with naming_tenant(school.tenant.pk):
        for path, (stored, content) in objects.items():
            media().put(
                path.replace(str(source.pk), str(video.pk)),
                content,
                content_type=stored.content_type,
                cache_control=IMMUTABLE,
            )
    with school:
        video.edition, video.encoder_version, video.ready_at = source.edition, source.encoder_version, timezone.now()
        video.save()
    return video


def address(school: School, video: Video, viewer: User) -> str:
    with school:
        return addresses(video, viewer).playlist


def every_file(host: str, master: str) -> Iterator[str]:
    """The addresses of all playlists, beginnings and segments that a player would find from the master playlist."""
    top = m3u8.loads(get(host, master).text)
    renditions = [playlist.uri for playlist in top.playlists] + [sound.uri for sound in top.media if sound.uri]
    for uri in renditions:
        playlist_url = urljoin(master, uri)
        yield playlist_url
        playlist = m3u8.loads(get(host, playlist_url).text)
        yield from (urljoin(playlist_url, str(beginning.uri)) for beginning in playlist.segment_map if beginning)
        yield from (urljoin(playlist_url, str(segment.uri)) for segment in playlist.segments)
