"""The kinds of source that must end *ready*, and what must come out of each."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from .clips import SECONDS, X264, Clip, ffmpeg, yuv


@dataclass(frozen=True)
class Expected:
    """`size` of the largest rendition; `loose` allows colours to be off by more, where tone mapping or decoders do."""

    clip: Clip
    size: tuple[int, int] = (320, 180)
    rate: float = 25.0
    seconds: float = SECONDS
    channels: int = 1
    warnings: tuple[str, ...] = ()
    corners: tuple[str, str, str, str] | None = ("red", "lime", "blue", "yellow")
    loose: int = 40
    synced: bool = True


def remux(*options: str) -> Callable[[Path, Path], None]:
    return lambda source, target: ffmpeg("-i", str(source), "-map", "0", "-c", "copy", *options, str(target))


def turned(degrees: int) -> Callable[[Path, Path], None]:
    def turn(source: Path, target: Path) -> None:
        ffmpeg("-display_rotation", str(degrees), "-i", str(source), "-c", "copy", str(target))

    return turn


def cut_to(part: float) -> Callable[[Path, Path], None]:
    def cut(source: Path, target: Path) -> None:
        data = source.read_bytes()
        target.write_bytes(data[: int(len(data) * part)])

    return cut


def piped(container: str) -> Callable[[Path, Path], None]:
    """Written to a pipe, as a browser's recorder does: no duration, no index."""

    def pipe(source: Path, target: Path) -> None:
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-i",
            str(source),
            "-c",
            "copy",
            "-f",
            container,
            "-",
        ]
        target.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)

    return pipe


def with_cover(source: Path, target: Path) -> None:
    cover = source.with_suffix(".png")
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=600x600:d=1", "-frames:v", "1", str(cover))
    streams = ["-map", "1:v", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic"]
    ffmpeg("-i", str(source), "-i", str(cover), *streams, str(target))
    cover.unlink()


def with_second_picture(source: Path, target: Path) -> None:
    """A camera beside the screen, as meetings are recorded; the one that is marked, or the larger, is the picture."""
    second = ["-f", "lavfi", "-i", "color=gray:s=160x90:d=2.4:r=25"]
    streams = ["-map", "1:v", "-map", "0", "-c:v:0", "libx264", "-c:v:1", "copy", "-c:a", "copy"]
    ffmpeg("-i", str(source), *second, *streams, "-disposition:v", "0", str(target))


def sizes_change(source: Path, target: Path) -> None:
    """A camera or a meeting that changes its size in mid-recording."""
    small = source.with_name(f"small-{source.name}")
    ffmpeg("-i", str(source), "-vf", "scale=160:90", "-c:v", "libx264", "-c:a", "copy", str(small))
    target.write_bytes(source.read_bytes() + small.read_bytes())
    small.unlink()


def delayed(stream: str) -> Callable[[Path, Path], None]:
    """The other stream starts 0.4 s after this one; what belongs together stays together."""

    def delay(source: Path, target: Path) -> None:
        late = "v" if stream == "a" else "a"
        trim = ["-ss", "0.4", "-i", str(source), "-i", str(source)]
        streams = ["-map", f"0:{late}", "-map", f"1:{stream}", "-c:v", "libx264", "-c:a", "aac"]
        ffmpeg("-itsoffset", "0.4", *trim, *streams, str(target))

    return delay


def scratched(source: Path, target: Path) -> None:
    """Noise in the middle of the data, as a bad disk or connection leaves it."""
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    for place in range(middle, middle + 3000, 7):
        data[place] ^= 0x5A
    target.write_bytes(bytes(data))


HDR_TAGS = "-color_primaries bt2020 -colorspace bt2020nc -color_trc"
HEVC10 = "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le"
# SDR colours put where HDR has them: at a reference white of 203 nits.
SDR = f"{yuv('bt709', 'yuv444p')},setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
TO_PQ = f"{SDR},zscale=p=bt2020:t=smpte2084:m=bt2020nc:r=limited:npl=203,format=yuv420p10le"
TO_HLG = f"{SDR},zscale=p=bt2020:t=arib-std-b67:m=bt2020nc:r=limited:npl=203,format=yuv420p10le"
MPEG2 = "-c:v mpeg2video -q:v 2"

CONTAINERS = [
    Expected(Clip("h264-aac.mp4")),
    Expected(Clip("h264-fast-start.mp4", extra="-movflags +faststart")),
    Expected(Clip("h264-fragmented.mp4", extra="-movflags frag_keyframe+empty_moov -g 25")),
    Expected(Clip("h264-b-frames.mp4", video="-c:v libx264 -bf 3 -b_strategy 0 -pix_fmt yuv420p")),
    Expected(Clip("hevc.mp4", video="-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1")),
    Expected(Clip("av1.mp4", video="-c:v libsvtav1 -preset 12 -svtav1-params log_level=1")),
    Expected(
        Clip(
            "prores.mov", video="-c:v prores_ks -profile:v 3", audio="-c:a pcm_s16le", filters=yuv(pixels="yuv422p10le")
        )
    ),
    Expected(Clip("motion-jpeg.mov", video="-c:v mjpeg -q:v 3", filters=yuv(pixels="yuvj420p", full=True))),
    Expected(Clip("png.mov", video="-c:v png", filters="format=rgb24", audio="-c:a pcm_s16be")),
    Expected(Clip("h264-opus.mkv", audio="-c:a libopus")),
    Expected(Clip("h264-flac.mkv", audio="-c:a flac")),
    Expected(Clip("ffv1.mkv", video="-c:v ffv1", audio="-c:a pcm_s24le")),
    Expected(
        Clip("vp8-vorbis.webm", video="-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M", audio="-c:a libvorbis")
    ),
    Expected(
        Clip("vp9-opus.webm", video="-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M", audio="-c:a libopus")
    ),
    Expected(
        Clip(
            "browser-recording.webm",
            video="-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M",
            audio="-c:a libopus",
            after=piped("webm"),
        )
    ),
    Expected(Clip("mpeg4-mp3.avi", video="-c:v mpeg4 -q:v 2", audio="-c:a libmp3lame")),
    Expected(Clip("huffyuv.avi", video="-c:v ffvhuff", audio="-c:a pcm_s16le")),
    Expected(Clip("windows-media.wmv", video="-c:v wmv2 -q:v 2", audio="-c:a wmav2")),
    Expected(Clip("flash.flv", video="-c:v flv -q:v 2", audio="-c:a libmp3lame", sample_rate=44100)),
    Expected(Clip("h264.flv")),
    Expected(Clip("h264-aac.ts")),
    Expected(Clip("mpeg2-mp2.ts", video=MPEG2, audio="-c:a mp2")),
    Expected(Clip("programme-stream.mpg", video=MPEG2, audio="-c:a mp2", extra="-f vob")),
    Expected(Clip("theora-vorbis.ogv", video="-c:v libtheora -q:v 8", audio="-c:a libvorbis")),
    Expected(Clip("mpeg2-pcm.mxf", video=MPEG2, audio="-c:a pcm_s16le")),
    Expected(Clip("old-phone.3gp", video="-c:v h263 -q:v 2", size=(176, 144), filters=yuv()), size=(176, 144)),
    Expected(
        Clip("animated.gif", video="-c:v gif", filters="split[a][b];[a]palettegen[p];[b][p]paletteuse", channels=0),
        channels=0,
    ),
    Expected(Clip("cover-picture.mp4", after=with_cover)),
    Expected(Clip("av1-opus.webm", video="-c:v libsvtav1 -preset 12 -svtav1-params log_level=1", audio="-c:a libopus")),
    Expected(
        Clip(
            "edited.mov", video="-c:v dnxhd -profile:v dnxhr_hq", filters=yuv(pixels="yuv422p"), audio="-c:a pcm_s24le"
        )
    ),
    Expected(
        Clip("camcorder.avi", video="-c:v dvvideo", size=(720, 576), filters=yuv(), audio="-c:a pcm_s16le", channels=2),
        size=(720, 576),
        channels=2,
    ),
    Expected(Clip("old-windows.avi", video="-c:v msmpeg4 -q:v 2", audio="-c:a adpcm_ms")),
    Expected(Clip("h264-alac.mov", audio="-c:a alac")),
    Expected(Clip("h264-ac3.mkv", audio="-c:a eac3")),
    Expected(Clip("two-pictures.mkv", after=with_second_picture)),
]

SHAPES = [
    Expected(Clip("portrait.mp4", size=(180, 320)), size=(180, 320)),
    Expected(Clip("turned-90.mp4", after=turned(90)), size=(180, 320), corners=("lime", "yellow", "red", "blue")),
    Expected(Clip("turned-180.mp4", after=turned(180)), corners=("yellow", "blue", "lime", "red")),
    Expected(Clip("turned-270.mov", after=turned(270)), size=(180, 320), corners=("blue", "red", "yellow", "lime")),
    Expected(Clip("odd-size.mkv", video="-c:v ffv1", size=(321, 181), filters=yuv(pixels="yuv444p")), size=(320, 180)),
    Expected(Clip("wide-pixels.mp4", size=(180, 144), filters=f"{yuv()},setsar=64/45"), size=(256, 144)),
    Expected(Clip("tall-pixels.mkv", size=(320, 120), filters=f"{yuv()},setsar=2/3"), size=(320, 180)),
    Expected(
        Clip("wide-pixels-turned.mp4", size=(180, 144), filters=f"{yuv()},setsar=64/45", after=turned(90)),
        size=(144, 256),
        corners=("lime", "yellow", "red", "blue"),
    ),
    Expected(Clip("very-wide.mp4", size=(640, 96)), size=(640, 96)),
    Expected(Clip("very-tall.mp4", size=(96, 640)), size=(96, 640)),
    Expected(Clip("tiny.mp4", size=(32, 18)), size=(32, 18), loose=70),
    Expected(Clip("hd.mp4", size=(1280, 720), filters=yuv("bt709")), size=(1280, 720)),
    Expected(Clip("size-changes.ts", after=sizes_change), seconds=2 * SECONDS),
]

COLOURS = [
    Expected(Clip("4-4-4.mp4", video="-c:v libx264 -crf 10", filters=yuv(pixels="yuv444p"))),
    Expected(Clip("4-2-2-10-bit.mp4", video="-c:v libx264 -crf 10", filters=yuv(pixels="yuv422p10le"))),
    Expected(Clip("hevc-10-bit.mkv", video=HEVC10, filters=yuv(pixels="yuv420p10le"))),
    Expected(Clip("full-range.mp4", video=f"{X264} -color_range pc", filters=yuv(full=True))),
    Expected(Clip("tagged-bt601.mp4", video=f"{X264} -colorspace smpte170m")),
    Expected(Clip("tagged-bt709.mp4", video=f"{X264} -colorspace bt709", filters=yuv("bt709"))),
    Expected(Clip("rgb.mkv", video="-c:v libx264rgb -crf 8 -pix_fmt bgr24", filters="null")),
    Expected(Clip("animation-codec.mov", video="-c:v qtrle", filters="format=rgb24")),
    Expected(
        Clip(
            "transparent.mov",
            video="-c:v qtrle",
            filters="format=argb,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*lt(X,W/2)'",
        ),
        corners=("red", "black", "blue", "black"),
    ),
    Expected(
        Clip(
            "transparent-prores.mov",
            video="-c:v prores_ks -profile:v 4",
            filters="format=argb,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*lt(X,W/2)',scale=out_color_matrix=smpte170m,format=yuva444p10le",
        ),
        corners=("red", "black", "blue", "black"),
    ),
    Expected(Clip("12-bit.mkv", video="-c:v ffv1", filters=yuv(pixels="yuv444p12le"))),
    Expected(Clip("grey.mkv", video="-c:v ffv1", filters="format=gray"), corners=None),
    Expected(Clip("hdr10.mp4", video=f"{HEVC10} {HDR_TAGS} smpte2084", filters=TO_PQ), loose=75),
    Expected(Clip("hlg.mp4", video=f"{HEVC10} {HDR_TAGS} arib-std-b67", filters=TO_HLG), loose=75),
    Expected(
        Clip(
            "interlaced.mpg",
            video=f"{MPEG2} -flags +ilme+ildct",
            filters=f"{yuv()},setfield=tff",
            extra="-f vob",
            audio="-c:a mp2",
        )
    ),
    Expected(
        Clip(
            "interlaced-bottom-first.mkv",
            video="-c:v libx264 -x264-params bff=1 -preset ultrafast",
            filters=f"{yuv()},setfield=bff",
        )
    ),
]

RATES = [
    Expected(Clip("film.mp4", rate="24000/1001"), rate=24000 / 1001),
    Expected(Clip("ntsc.mp4", rate="30000/1001"), rate=30000 / 1001),
    Expected(Clip("fast.mp4", rate="60"), rate=30.0),
    Expected(Clip("fast-ntsc.mp4", rate="60000/1001"), rate=30000 / 1001),
    Expected(Clip("very-fast.mp4", rate="120"), rate=30.0),
    Expected(Clip("slow.mp4", rate="5"), rate=5.0),
    Expected(Clip("slides.mp4", rate="1", seconds=4.0), rate=8.0, seconds=4.0, synced=False),
    Expected(
        Clip(
            "variable.mp4",
            rate="30",
            filters=f"{yuv()},select='not(between(mod(n\\,20)\\,5\\,9))'",
            extra="-fps_mode vfr",
        ),
        rate=30.0,
    ),
    Expected(
        Clip(
            "variable.mkv",
            rate="50",
            filters=f"{yuv()},select='gt(random(1)\\,0.3)+between(n\\,49\\,51)'",
            extra="-fps_mode vfr",
        ),
        rate=25.0,
    ),
    Expected(
        Clip("screen-recorder.mp4", rate="60", filters=f"{yuv()},select='lt(mod(n\\,60)\\,9)'", extra="-fps_mode vfr"),
        rate=30.0,
    ),
    Expected(
        Clip("long-enough-for-segments.mp4", rate="30000/1001", seconds=9.5, size=(160, 90)),
        rate=30000 / 1001,
        seconds=9.5,
        size=(160, 90),
    ),
    Expected(
        Clip("fast-hd.mp4", rate="50", seconds=5.0, size=(1280, 720), filters=yuv("bt709")),
        rate=50.0,
        seconds=5.0,
        size=(1280, 720),
    ),
]

SOUNDS = [
    Expected(Clip("silent.mp4", channels=0), channels=0),
    Expected(Clip("stereo.mp4", channels=2), channels=2),
    Expected(Clip("surround.mkv", channels=6, layout="5.1", audio="-c:a ac3"), channels=2),
    Expected(Clip("eight-channels.mov", channels=8, layout="7.1", audio="-c:a pcm_s16le"), channels=2),
    Expected(Clip("telephone.mov", audio="-c:a pcm_mulaw", sample_rate=8000)),
    Expected(Clip("24-bit-96-khz.mkv", audio="-c:a pcm_s24le", sample_rate=96000, channels=2), channels=2),
    Expected(Clip("sound-goes-on.mp4", sound_seconds=4.0), seconds=4.0),
    Expected(Clip("sound-goes-on.ts", sound_seconds=4.0), seconds=4.0),
    Expected(Clip("picture-goes-on.mp4", sound_seconds=1.5)),
    Expected(Clip("sound-starts-late.mp4", after=delayed("v"))),
    Expected(Clip("picture-starts-late.mkv", after=delayed("a"))),
    Expected(Clip("starts-at-an-hour.ts", extra="-output_ts_offset 3600")),
    Expected(Clip("cut-by-edit-list.mp4", extra="-g 10", after=remux("-ss", "0.5")), seconds=SECONDS - 0.5),
]

DAMAGED = [
    Expected(
        Clip("ends-early.mp4", seconds=6, extra="-g 5 -movflags +faststart", after=cut_to(0.6)),
        seconds=0,
        warnings=("truncated",),
    ),
    Expected(Clip("ends-early.mkv", seconds=6, after=cut_to(0.6)), seconds=0, warnings=("truncated",)),
    Expected(Clip("ends-early.ts", seconds=6, after=cut_to(0.6)), seconds=0),
    Expected(
        Clip("scratched.mp4", video="-c:v libx264 -g 12 -crf 12", extra="-movflags +faststart", after=scratched),
        warnings=("damaged_parts",),
        corners=None,
        synced=False,
    ),
]

READY = [*CONTAINERS, *SHAPES, *COLOURS, *RATES, *SOUNDS, *DAMAGED]
