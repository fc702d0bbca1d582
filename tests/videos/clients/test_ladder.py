"""Which renditions a source gets."""

from fractions import Fraction
from typing import Any

import pytest

from colonnade.videos.clients.facts import SourceFacts
from colonnade.videos.clients.ladder import cap_for, ladder, output_rate

FACTS: dict[str, Any] = {
    **{"container": "mov", "size_bytes": 1, "duration": 60.0, "declared_duration": 60.0, "bit_rate": 1},
    **{"video_position": 0, "codec": "h264", "profile": "High", "pixel_format": "yuv420p", "bit_depth": 8},
    **{"coded_width": 1920, "coded_height": 1080, "width": 1920, "height": 1080, "rotation": 0},
    **{"sample_aspect": "1:1", "frame_rate": "25", "variable_frame_rate": False, "interlaced": False, "hdr": ""},
    **{"alpha": False, "screencast": False, "color_matrix": 1, "color_range": 1, "color_primaries": 1},
    **{"color_transfer": 1, "video_start": 0.0, "video_duration": 60.0, "truncated": False},
}


def source(width: int, height: int, rate: str = "25") -> SourceFacts:
    return SourceFacts(**{**FACTS, "width": width, "height": height, "frame_rate": rate})


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), ["1080p 1920x1080", "720p 1280x720", "480p 852x480", "360p 640x360"]),
        ((1280, 720), ["720p 1280x720", "480p 852x480", "360p 640x360"]),
        ((640, 360), ["360p 640x360"]),
        ((320, 240), ["240p 320x240"]),
        ((1080, 1920), ["1080p 1080x1920", "720p 720x1280", "480p 480x852", "360p 360x640"]),
        ((1920, 804), ["1080p 1920x804", "720p 1280x536", "480p 852x356", "360p 640x268"]),
        ((1440, 1080), ["1080p 1440x1080", "720p 960x720", "480p 640x480", "360p 480x360"]),
        ((1920, 1088), ["1080p 1920x1088", "720p 1270x720", "480p 846x480", "360p 634x360"]),
        ((1366, 768), ["768p 1366x768", "480p 852x478", "360p 640x358"]),
        ((800, 600), ["600p 800x600", "480p 640x480", "360p 480x360"]),
        ((3840, 2160), ["1080p 1920x1080", "720p 1280x720", "480p 852x480", "360p 640x360"]),
        ((4096, 100), ["1080p 1920x46", "720p 1280x30", "480p 852x20", "360p 640x14"]),
        ((853, 479), ["480p 852x478", "360p 640x358"]),
    ],
)
def test_renditions_by_size(size: tuple[int, int], expected: list[str]) -> None:
    assert [f"{rung.name} {rung.width}x{rung.height}" for rung in ladder(source(*size))] == expected


def test_larger_renditions_only_where_wanted() -> None:
    names = [rung.name for rung in ladder(source(3840, 2160), largest=2160)]
    assert names == ["2160p", "1440p", "1080p", "720p", "480p", "360p"]
    assert next(rung.name for rung in ladder(source(1920, 1080), largest=2160)) == "1080p"


@pytest.mark.parametrize("rate", ["50", "60000/1001", "60"])
def test_fast_pictures_are_halved_on_small_renditions(rate: str) -> None:
    rates = {rung.name: rung.rate for rung in ladder(source(1920, 1080, rate))}
    full = Fraction(rate)
    assert rates == {"1080p": full, "720p": full, "480p": full / 2, "360p": full / 2}


@pytest.mark.parametrize(("rate", "shown"), [("120", 60), ("240", 60), ("90", 45), ("1", 8), ("1/10", Fraction(32, 5))])
def test_rates_that_no_screen_shows_are_brought_near(rate: str, shown: Fraction) -> None:
    assert output_rate(source(1920, 1080, rate)) == shown


def test_caps_grow_with_the_picture() -> None:
    sizes = [16 * 16, 320 * 180, 640 * 360, 854 * 480, 1280 * 720, 1920 * 1080, 3840 * 2160, 8192 * 4320]
    caps = [cap_for(size, Fraction(25)) for size in sizes]
    assert caps == sorted(caps)
    assert cap_for(1920 * 1080, Fraction(25)) == 4_500_000
    assert cap_for(1920 * 1080, Fraction(60)) == 6_300_000
