"""Poster and storyboard, taken from finished renditions: cheaper than a second look at the source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image

from .command import opening

POSTER = "poster.jpg"
STORYBOARD = "storyboard.vtt"
THUMBS = "thumbs"
POSTER_WIDTH, POSTER_HEIGHT = 1280, 720
# Where the poster is looked for: past the title's fade-in, not so far that it tells the end.
POSTER_PART, POSTER_LATEST, POSTER_FRAMES = 0.1, 30.0, 40
# Bytes; it is what a page with a video waits for first. Only what is all leaves and gravel needs the lower qualities.
POSTER_BYTES = 60_000
POSTER_QUALITIES = (82, 74, 66, 58, 50, 42, 34, 26, 18)
THUMB_LONG_SIDE = 160
COLUMNS, ROWS = 5, 5
# A shorter video is decoded whole for a picture each second; a longer one gives its key frames, which cost nothing.
EVERY_FRAME_BELOW = 60.0
MOST_THUMBS = 720
# Times in files are rounded; a picture this early is still the one that is meant.
JITTER = 0.02


@dataclass(frozen=True)
class Board:
    """Thumbs of `width` × `height` pixels, at least `spacing` seconds apart, of the pictures at `times`."""

    spacing: float
    times: tuple[float, ...]
    width: int
    height: int
    key_frames: bool


def own_input(playlist: Path, *before: str) -> list[str]:
    """A playlist that we wrote ourselves; what is uploaded never gets here."""
    return ["-protocol_whitelist", "file", "-f", "hls", *before, "-i", f"file:{playlist}"]


def poster_moment(duration: float) -> float:
    return min(duration * POSTER_PART, POSTER_LATEST)


def poster_command(folder: Path, name: str, duration: float, playlist: str = "index.m3u8") -> list[str]:
    moment = poster_moment(duration)
    fit = f"scale='min({POSTER_WIDTH},iw)':'min({POSTER_HEIGHT},ih)':force_original_aspect_ratio=decrease"
    filters = f"thumbnail={POSTER_FRAMES},{fit}:flags=lanczos:out_range=full,format=yuvj420p"
    source = own_input(folder / name / playlist, "-ss", f"{moment:.3f}", "-t", "4")
    still = ["-frames:v", "1", "-q:v", "2", "-update", "1", "-f", "image2", str(folder / POSTER)]
    return [*opening(), *source, "-an", "-vf", filters, "-threads", "1", *still]


def lighten_poster(folder: Path) -> None:
    """Write FFmpeg's still anew in the best quality that POSTER_BYTES allow; progressive, so that it shows at once."""
    with Image.open(folder / POSTER) as still:
        still.load()
    for quality in POSTER_QUALITIES:
        still.save(folder / POSTER, quality=quality, optimize=True, progressive=True)
        if (folder / POSTER).stat().st_size <= POSTER_BYTES:
            return


def board_for(duration: float, keys: Sequence[float] | None, width: int, height: int) -> Board:
    """`keys` are the times of the key frames, where they are known to be all there are."""
    scale = THUMB_LONG_SIDE / max(width, height)
    thumb_width, thumb_height = (max(2, round(side * scale / 2) * 2) for side in (width, height))
    spacing = max(1.0, duration / MOST_THUMBS)
    if keys is None or duration < EVERY_FRAME_BELOW:
        times = [number * spacing for number in range(max(1, math.ceil(duration / spacing - JITTER)))]
        return Board(spacing, tuple(times), thumb_width, thumb_height, key_frames=False)
    times = [0.0]
    for time in keys:
        if time - times[-1] >= spacing - JITTER:
            times.append(time)
    return Board(spacing, tuple(times), thumb_width, thumb_height, key_frames=True)


def storyboard_command(folder: Path, name: str, board: Board) -> list[str]:
    source = own_input(folder / name / "index.m3u8", *(["-skip_frame", "nokey"] if board.key_frames else []))
    spaced = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{board.spacing - JITTER:.3f})'"
    tiles = f"scale={board.width}:{board.height}:flags=area:out_range=full,format=yuvj420p,tile={COLUMNS}x{ROWS}"
    sheets = ["-fps_mode", "passthrough", "-q:v", "6", "-start_number", "0", "-f", "image2"]
    return [*opening(), *source, "-an", "-vf", f"{spaced},{tiles}", *sheets, str(folder / "storyboard" / "%03d.jpg")]


def thumbs_command(folder: Path, name: str, board: Board, first: int, playlist: str) -> list[str]:
    """Each key frame on its own, numbered from `first`; for a video whose stretches are made apart."""
    source = own_input(folder / name / playlist, "-skip_frame", "nokey")
    sized = f"scale={board.width}:{board.height}:flags=area:out_range=full,format=yuvj420p"
    stills = ["-fps_mode", "passthrough", "-q:v", "3", "-start_number", str(first), "-f", "image2"]
    return [*opening(), *source, "-an", "-vf", sized, "-threads", "1", *stills, str(folder / THUMBS / "%05d.jpg")]


def thumb_file(number: int) -> str:
    return f"{THUMBS}/{number:05d}.jpg"


def write_sheets(folder: Path, board: Board, thumbs: Sequence[Path]) -> None:
    """Thumbs in the order of the board's times, as `storyboard_command` would have tiled them."""
    (folder / "storyboard").mkdir(exist_ok=True)
    for start in range(0, len(thumbs), COLUMNS * ROWS):
        sheet = Image.new("RGB", (COLUMNS * board.width, ROWS * board.height))
        for place, path in enumerate(thumbs[start : start + COLUMNS * ROWS]):
            row, column = divmod(place, COLUMNS)
            with Image.open(path) as thumb:
                sheet.paste(thumb, (column * board.width, row * board.height))
        sheet.save(folder / "storyboard" / f"{start // (COLUMNS * ROWS):03d}.jpg", quality=75)


def write_storyboard(folder: Path, board: Board, duration: float) -> list[str]:
    """WebVTT whose cues name a region of a sheet. Returns the files, relative to `folder`."""
    sheets = sorted(path.name for path in (folder / "storyboard").glob("*.jpg"))
    times = [time for time in board.times if time < duration - JITTER or not time][: len(sheets) * COLUMNS * ROWS]
    cues = [_cue(n, board, start, end) for n, (start, end) in enumerate(pairwise([*times, duration]))]
    (folder / STORYBOARD).write_text("WEBVTT\n\n" + "\n".join(cues))
    return [STORYBOARD, *(f"storyboard/{name}" for name in sheets)]


def _cue(number: int, board: Board, start: float, end: float) -> str:
    sheet, place = divmod(number, COLUMNS * ROWS)
    row, column = divmod(place, COLUMNS)
    region = f"{column * board.width},{row * board.height},{board.width},{board.height}"
    return f"{_time(start)} --> {_time(end)}\nstoryboard/{sheet:03d}.jpg#xywh={region}\n"


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
