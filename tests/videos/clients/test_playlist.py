"""Playlists say what is there, and nothing that a title smuggles in."""

from fractions import Fraction

import m3u8

from colonnade.videos.clients.boxes import Span
from colonnade.videos.clients.playlist import Word, master_playlist, media_playlist
from colonnade.videos.clients.shelf import Segment


def segments(*durations: str) -> list[Segment]:
    return [Segment(f"480p/{n:05d}.m4s", 10, Span(0, 0, 0), Fraction(text)) for n, text in enumerate(durations)]


def test_a_growing_playlist_has_no_end() -> None:
    growing = m3u8.loads(media_playlist(segments("4", "4"), target=Fraction(4), complete=False))
    assert (growing.playlist_type, growing.is_endlist, growing.target_duration) == ("event", False, 4)
    whole = m3u8.loads(media_playlist(segments("4", "4", "1.2"), target=Fraction(4), complete=True))
    assert (whole.playlist_type, whole.is_endlist, whole.target_duration) == ("vod", True, 4)
    assert [segment.uri for segment in whole.segments] == ["00000.m4s", "00001.m4s", "00002.m4s"]


def test_target_duration_covers_the_longest_segment() -> None:
    text = media_playlist(segments("4", "6.51", "3"), target=Fraction(4), complete=True)
    assert m3u8.loads(text).target_duration == 7


def test_a_title_cannot_break_out_of_its_quotes() -> None:
    title = 'Ton"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://example.org/steal.m3u8'
    text = master_playlist(
        [{"BANDWIDTH": 1000, "RESOLUTION": Word("16x16"), "URI": "480p/index.m3u8"}],
        [{"NAME": title, "DEFAULT": Word("YES"), "AUTOSELECT": Word("YES"), "URI": "audio/index.m3u8"}],
    )
    master = m3u8.loads(text)
    assert [playlist.uri for playlist in master.playlists] == ["480p/index.m3u8"]
    assert len(master.media) == 1
    assert master.playlists[0].stream_info.audio == "audio"
