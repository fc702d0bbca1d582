"""What a video does not offer once it is whole plays on for those who began on it, and goes with the edition."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import m3u8
import pytest

from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import storage, transcoding
from colonnade.videos.actions import renew_encoding
from colonnade.videos.clients import USUAL_RECIPE
from colonnade.videos.models import Video, VideoState
from colonnade.videos.stocktaking import take_stock
from tests.factories import School
from tests.videos.clips import ffmpeg
from tests.videos.test_encoding import media_of, run
from tests.videos.uploading import uploaded
from tests.videos.watching import address, get


@pytest.fixture(autouse=True)
def short_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(USUAL_RECIPE, segment_seconds=1.0, screencasts=False, copy=False)
    monkeypatch.setattr(transcoding, "USUAL_RECIPE", recipe)


@cache
def still_page() -> bytes:
    """Eight seconds of one picture that costs nothing in any size."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.mp4"
        ffmpeg("-f", "lavfi", "-i", "color=0x204080:s=1280x720:r=10:d=8", "-c:v", "libx264", "-g", "999", str(path))
        return path.read_bytes()


def test_a_spare_rendition_is_not_offered_and_plays_on(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[list[str]] = []
    real = storage.store_in_order

    def store(video: Video, edition: str, folder: Path, names: Sequence[str], key: bytes | None = None) -> None:
        real(video, edition, folder, names, key)
        if "master.m3u8" in names:
            shown.append([p.uri for p in m3u8.load(str(folder / "master.m3u8")).playlists])

    monkeypatch.setattr(storage, "store_in_order", store)
    video = run(school, uploaded(school, still_page()))
    assert video.state == VideoState.READY
    with school:
        assert [r.height for r in video.renditions.all()] == [720, 480]
    master = address(school, video, school.person())
    assert [p.uri for p in m3u8.loads(get(school.host, master).text).playlists] == [
        "720p/index.m3u8", "480p/index.m3u8",
    ]  # fmt: skip
    assert shown, "nobody could begin while it was being made"
    spare = get(school.host, master.replace("master.m3u8", "360p/index.m3u8"))
    if spare.status == 200:  # it had been published
        playlist = m3u8.loads(spare.text)
        assert (playlist.is_endlist, len(playlist.segments)) == (True, 8)
        last = master.replace("master.m3u8", f"360p/{playlist.segments[-1].uri}")
        assert get(school.host, last).status == 200
    assert len(media_of(school, video)) == video.media_objects
    assert take_stock(school.tenant, repair=False).is_sound


def test_nothing_spare_is_stored_of_a_renewed_edition(school: School) -> None:
    video = run(school, uploaded(school, still_page()))
    with school:
        Video.objects.filter(pk=video.pk).update(encoder_version=0)
        video.refresh_from_db()
        renew_encoding(video=video, by=None)
    renewed = run(school, video)
    with naming_tenant(school.tenant.pk):
        below = f"{renewed.media_path}{renewed.edition}/"
        assert not [path for path in media_of(school, renewed) if path.startswith(f"{below}360p/")]
    assert renewed.edition != video.edition
