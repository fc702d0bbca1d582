"""Files that must end *failed*, each with its code. Written, not downloaded, and none larger than it has to be."""

import io
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .clips import Clip, card, ffmpeg, tone

SECRET = "the-secret-that-no-upload-may-read"


@dataclass(frozen=True)
class Refused:
    """`write(path, secret)` makes the upload; `secret` is a file on the server that it may try to read."""

    name: str
    codes: tuple[str, ...]
    write: Callable[[Path, Path], None]


def text(content: str) -> Callable[[Path, Path], None]:
    return lambda path, secret: _write(path, content.replace("SECRET", str(secret)).encode())


def raw(data: bytes) -> Callable[[Path, Path], None]:
    return lambda path, secret: _write(path, data)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def beheaded(path: Path, secret: Path) -> None:
    """Cut before its index, which FFmpeg writes last."""
    whole = Clip("whole.mp4").make(path.parent)
    path.write_bytes(whole.read_bytes()[:-4000])


def sound_only(path: Path, secret: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", tone(1, 1.5), "-c:a", "aac", str(path))


def song_with_cover(path: Path, secret: Path) -> None:
    streams = ["-map", "0:a", "-map", "1:v", "-c:v", "png", "-disposition:v", "attached_pic", "-frames:v", "1"]
    ffmpeg("-f", "lavfi", "-i", tone(1, 1.5), "-f", "lavfi", "-i", "color=red:s=64x64:d=1", *streams, str(path))


def eight_hours_of_black(path: Path, secret: Path) -> None:
    """A single black frame that stands until the last one, eight hours later: well under a megabyte."""
    frames = "color=black:s=320x180:r=1:d=2,setpts=N*28800/TB"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        frames,
        "-c:v",
        "libx264",
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1/1000",
        str(path),
    )


def png_bomb(width: int, height: int) -> Callable[[Path, Path], None]:
    """A MOV with one PNG of that size: a few kilobytes that unpack to gigabytes."""

    def write(path: Path, secret: Path) -> None:
        ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:d=1:r=5", "-c:v", "png", "-bitexact", str(path))
        data = path.read_bytes()
        small = struct.pack(">II", 64, 64)
        ihdr = data.index(b"IHDR")
        header = b"IHDR" + struct.pack(">II", width, height) + data[ihdr + 12 : ihdr + 17]
        bomb = data.replace(data[ihdr : ihdr + 21], header + struct.pack(">I", zlib.crc32(header)))
        assert small not in bomb[ihdr : ihdr + 12]
        path.write_bytes(bomb)

    return write


def huge_but_declared_small(path: Path, secret: Path) -> None:
    """The container says 64 × 64; only the frames themselves are enormous."""
    png_bomb(30000, 30000)(path, secret)


def huge_inside(path: Path, secret: Path) -> None:
    """As large as FFmpeg itself would still unpack: 256 million pixels."""
    png_bomb(16000, 16000)(path, secret)


def huge_declared(path: Path, secret: Path) -> None:
    png_bomb(16000, 16000)(path, secret)
    data = bytearray(path.read_bytes())
    entry = data.index(b"png ", data.index(b"stsd"))
    data[entry + 28 : entry + 32] = struct.pack(">HH", 16000, 16000)
    path.write_bytes(bytes(data))


def playlist_in_subtitles(path: Path, secret: Path) -> None:
    """The AVI trick of 2017: a subtitle stream whose content is an HLS playlist that names a local file."""
    ffmpeg("-f", "lavfi", "-i", card(64, 64, "5", 1), "-c:v", "mpeg4", str(path))
    playlist = f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    gab2 = b"GAB2\x00\x02\x00\x00\x00\x00\x00\x04\x00" + struct.pack("<I", len(playlist)) + playlist
    out = io.BytesIO(path.read_bytes())
    data = out.getvalue().replace(b"vids", b"txts", 1)
    path.write_bytes(data + b"01tx" + struct.pack("<I", len(gab2)) + gab2)


def encrypted(path: Path, secret: Path) -> None:
    scheme = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"]
    key_id = ["-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"]
    picture = f"{card(160, 90, '25', 1)},format=yuv420p"
    ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "libx264", *scheme, *key_id, "-f", "mp4", str(path))


def only_noise_inside(path: Path, secret: Path) -> None:
    """A sound index over frames that are noise from the first to the last."""
    whole = Clip("for-noise.mp4", extra="-movflags +faststart", channels=0).make(path.parent)
    data = bytearray(whole.read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = (bytes(range(3, 256)) * (len(data) // 250 + 1))[: len(data) - start]
    path.write_bytes(bytes(data))


def picture_file(kind: str) -> Callable[[Path, Path], None]:
    def write(path: Path, secret: Path) -> None:
        made = path.with_suffix(f".{kind}")
        ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:d=1", "-frames:v", "1", str(made))
        shutil.move(made, path)

    return write


def dolby_alone(path: Path, secret: Path) -> None:
    """As phones tag it: HEVC under a name of its own."""
    hevc = Clip("for-dolby.mp4", video="-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1")
    path.write_bytes(hevc.make(path.parent).read_bytes().replace(b"hvc1", b"dvh1"))


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://SECRET\n#EXT-X-ENDLIST\n"
REMOTE = HLS.replace("file://SECRET", "http://127.0.0.1:9/secret.ts")
CONCAT = "ffconcat version 1.0\nfile SECRET\n"
DASH = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>file://SECRET</BaseURL></MPD>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file://SECRET"/></svg>'
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"

REFUSED = [
    Refused("nothing.mp4", ("empty",), raw(b"")),
    Refused("one-byte.mp4", ("not_a_video",), raw(b"x")),
    Refused("essay.mp4", ("not_a_video",), text("My essay about the French Revolution.\n" * 50)),
    Refused("page.mp4", ("not_a_video",), text("<!doctype html><title>Not found</title><h1>404</h1>")),
    Refused("zeros.mp4", ("not_a_video",), raw(bytes(200_000))),
    Refused("noise.mkv", ("not_a_video",), raw(zlib.compress(bytes(range(256)) * 2000, 9) * 20)),
    Refused("archive.mp4", ("not_a_video",), raw(b"PK\x03\x04" + bytes(range(256)) * 40)),
    Refused("paper.mp4", ("not_a_video",), raw(b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 100)),
    Refused("photo.mp4", ("not_a_video",), picture_file("jpg")),
    Refused("drawing.mp4", ("not_a_video",), picture_file("png")),
    Refused("playlist.mp4", ("playlist",), text(HLS)),
    Refused("playlist-after-blank-lines.mp4", ("playlist",), text("\ufeff\n\n" + HLS)),
    Refused("playlist-after-a-comment.mp4", ("not_a_video", "playlist"), text("# hello\n" + HLS)),
    Refused("remote-playlist.mp4", ("playlist",), text(REMOTE)),
    Refused("script.mkv", ("playlist",), text(CONCAT)),
    Refused("dash.mp4", ("playlist",), text(DASH)),
    Refused("vector.mp4", ("not_a_video",), text(SVG)),
    Refused("session.mp4", ("playlist",), text(SDP)),
    Refused("beheaded.mp4", ("truncated",), beheaded),
    Refused("sound.mp4", ("no_video",), sound_only),
    Refused("song.m4a", ("no_video",), song_with_cover),
    Refused("eight-hours-of-black.mp4", ("too_long",), eight_hours_of_black),
    Refused("bomb.mov", ("too_large", "damaged", "out_of_memory"), huge_but_declared_small),
    Refused("smaller-bomb.mov", ("too_large", "damaged", "out_of_memory"), huge_inside),
    Refused("declared-bomb.mov", ("too_large",), huge_declared),
    Refused(
        "speck.mp4", ("too_small",), lambda path, secret: ffmpeg("-f", "lavfi", "-i", "color=red:s=8x8:d=1", str(path))
    ),
    Refused("locked.mp4", ("damaged", "unsupported_codec"), encrypted),
    Refused("dolby-alone.mp4", ("dolby_vision",), dolby_alone),
    Refused("noise-inside.mp4", ("damaged",), only_noise_inside),
]
