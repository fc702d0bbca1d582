"""A rendition that saves nothing against the next larger one is not offered; who watches it already goes on."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import m3u8
import pytest
from PIL import Image, ImageDraw, ImageFont

from colonnade.videos.clients import Recipe, encode
from colonnade.videos.clients.boxes import Span, Track
from colonnade.videos.clients.ladder import Rung
from colonnade.videos.clients.shelf import Stream
from colonnade.videos.clients.worth import worth_offering

from . import test_chunks
from .clips import ffmpeg
from .test_chunks import made, short_pieces  # noqa: F401 a fixture
from .validator import validate

SECOND = Recipe(segment_seconds=1.0, screencasts=False)
SIZES = {"1080p": (1920, 1080), "720p": (1280, 720), "480p": (852, 480), "360p": (640, 360)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One slide that stands for ten seconds, in silence."""
    folder = tmp_path_factory.mktemp("page")
    image = Image.new("RGB", (1280, 720), (250, 250, 247))
    ImageDraw.Draw(image).text((90, 300), "Questions?", font=ImageFont.load_default(34), fill=(30, 30, 30))
    image.save(folder / "page.png")
    target = folder / "page.mkv"
    still = ["-loop", "1", "-framerate", "15", "-t", "10", "-i", str(folder / "page.png")]
    ffmpeg(*still, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "1000", str(target))
    return target


def offered(folder: Path) -> list[str]:
    return [playlist.uri.partition("/")[0] for playlist in m3u8.load(str(folder / "master.m3u8")).playlists]


def test_a_still_page_is_offered_in_the_sizes_that_make_a_difference(page: Path, tmp_path: Path) -> None:
    encoding = encode(page, tmp_path / "out", recipe=SECOND)
    validate(tmp_path / "out")
    assert [rendition.name for rendition in encoding.renditions] == offered(tmp_path / "out") == ["720p", "480p"]
    assert not (tmp_path / "out" / "360p").exists()
    assert all((tmp_path / "out" / file).exists() for file in encoding.files)


def test_what_has_been_published_stays_to_its_end(page: Path, tmp_path: Path) -> None:
    published: set[str] = set()

    def publish(folder: Path, names: Sequence[str]) -> None:
        published.update(names)

    encoding = encode(page, tmp_path / "out", recipe=SECOND, publish=publish)
    assert offered(tmp_path / "out") == ["720p", "480p"]
    spare = m3u8.load(str(tmp_path / "out" / "360p" / "index.m3u8"))
    assert (len(spare.segments), spare.is_endlist) == (10, True)
    assert {file for file in encoding.files if file.startswith("360p/")} == {
        "360p/index.m3u8",
        *(f"360p/{name}" for name in ("init.mp4", *(segment.uri for segment in spare.segments))),
    }
    assert published == set(encoding.files)


def test_chunks_come_to_the_same(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_chunks, "SHORT", SECOND)
    makers, gathering = made(page, tmp_path)
    assert offered(makers.target) == ["720p", "480p"]
    assert [rung.name for rung, _ in gathering.publication.offered()] == ["720p", "480p"]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"1080p": 3000, "720p": 1500, "480p": 800, "360p": 500}, ["1080p", "720p", "480p", "360p"]),
        ({"1080p": 1000, "720p": 930, "480p": 500, "360p": 470}, ["1080p", "480p"]),
        ({"1080p": 300, "720p": 290, "480p": 280, "360p": 270}, ["1080p", "480p"]),
        # Each a little less than the one before: compared with what stays, it adds up.
        ({"1080p": 1000, "720p": 930, "540p": 870, "480p": 500}, ["1080p", "540p", "480p"]),
        ({"1080p": 90, "720p": 60, "480p": 50}, ["1080p", "480p"]),
        ({"360p": 500}, ["360p"]),
        ({}, []),
    ],
)
def test_what_saves_next_to_nothing_is_left_out(rates: dict[str, int], expected: list[str]) -> None:
    pictures = [(rung(name), stream(name, [rate])) for name, rate in rates.items()]
    assert [each.name for each, _ in worth_offering(pictures)] == expected


def test_a_lower_peak_is_worth_something() -> None:
    """On a slow line the page that turns decides, not the pages that stand."""
    calm = [(rung("1080p"), stream("1080p", [800, 800])), (rung("720p"), stream("720p", [790, 790]))]
    lively = [(rung("1080p"), stream("1080p", [100, 1500])), (rung("720p"), stream("720p", [690, 890]))]
    small = (rung("480p"), stream("480p", [300, 300]))
    assert [r.name for r, _ in worth_offering([*calm, small])] == ["1080p", "480p"]
    assert [r.name for r, _ in worth_offering([*lively, small])] == ["1080p", "720p", "480p"]


def test_sound_counts_because_it_is_loaded_too() -> None:
    pictures = [(rung("1080p"), stream("1080p", [700])), (rung("720p"), stream("720p", [630]))]
    pictures.append((rung("480p"), stream("480p", [300])))
    assert len(worth_offering(pictures)) == 3
    assert len(worth_offering(pictures, average_sound=300_000, peak_sound=300_000)) == 2


def test_another_frame_rate_is_another_choice() -> None:
    pictures = [
        (rung("720p", "50"), stream("720p", [500])),
        (rung("480p", "25"), stream("480p", [490])),
        (rung("360p", "25"), stream("360p", [485])),
    ]
    assert [each.name for each, _ in worth_offering(pictures)] == ["720p", "480p"]


def rung(name: str, rate: str = "25") -> Rung:
    width, height = SIZES.get(name, (960, 540))
    return Rung(name, width, height, Fraction(rate), 1)


def stream(name: str, rates: list[int]) -> Stream:
    """Segments of a second, of so many kilobits each."""
    found = Stream(name, Track("avc1.640028", 1000, 0, 0))
    for number, rate in enumerate(rates):
        found.put(number, rate * 125, Span(number * 1000, 1000, 25))
    return found
