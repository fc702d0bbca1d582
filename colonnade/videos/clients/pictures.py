"""Poster and storyboard, taken from finished renditions: cheaper than a second look at the source."""

from dataclasses import dataclass
from pathlib import Path

from .command import opening
from .shelf import Stream

POSTER = "poster.jpg"
STORYBOARD = "storyboard.vtt"
POSTER_WIDTH, POSTER_HEIGHT = 1280, 720
# Where the poster is looked for: past the title's fade-in, not so far that it tells the end.
POSTER_PART, POSTER_LATEST, POSTER_FRAMES = 0.1, 30.0, 40
THUMB_LONG_SIDE = 160
COLUMNS, ROWS = 5, 5
# A shorter video is decoded whole for a picture each second; a longer one gives its key frames, which cost nothing.
EVERY_FRAME_BELOW = 60.0
MOST_THUMBS = 720


@dataclass(frozen=True)
class Board:
    """Thumbs of `width` × `height` pixels every `interval` seconds."""

    interval: float
    width: int
    height: int
    key_frames: bool


def own_input(playlist: Path, *before: str) -> list[str]:
    """A playlist that we wrote ourselves; what is uploaded never gets here."""
    return ["-protocol_whitelist", "file", "-f", "hls", *before, "-i", f"file:{playlist}"]


def poster_command(folder: Path, name: str, duration: float) -> list[str]:
    moment = min(duration * POSTER_PART, POSTER_LATEST)
    fit = f"scale='min({POSTER_WIDTH},iw)':'min({POSTER_HEIGHT},ih)':force_original_aspect_ratio=decrease"
    filters = f"thumbnail={POSTER_FRAMES},{fit}:flags=lanczos:out_range=full,format=yuvj420p"
    source = own_input(folder / name / "index.m3u8", "-ss", f"{moment:.3f}", "-t", "4")
    still = ["-frames:v", "1", "-q:v", "3", "-update", "1", "-f", "image2", str(folder / POSTER)]
    return [*opening(), *source, "-an", "-vf", filters, "-threads", "1", *still]


def board_for(duration: float, segment: float, width: int, height: int) -> Board:
    scale = THUMB_LONG_SIDE / max(width, height)
    thumb_width, thumb_height = (max(2, round(side * scale / 2) * 2) for side in (width, height))
    if duration < EVERY_FRAME_BELOW:
        return Board(1.0, thumb_width, thumb_height, key_frames=False)
    skipped = 1 + int(duration / segment / MOST_THUMBS)
    return Board(segment * skipped, thumb_width, thumb_height, key_frames=True)


def storyboard_command(folder: Path, name: str, board: Board) -> list[str]:
    source = own_input(folder / name / "index.m3u8", *(["-skip_frame", "nokey"] if board.key_frames else []))
    spaced = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{board.interval - 0.02:.3f})'"
    tiles = f"scale={board.width}:{board.height}:flags=area:out_range=full,format=yuvj420p,tile={COLUMNS}x{ROWS}"
    sheets = ["-fps_mode", "passthrough", "-q:v", "6", "-start_number", "0", "-f", "image2"]
    return [*opening(), *source, "-an", "-vf", f"{spaced},{tiles}", *sheets, str(folder / "storyboard" / "%03d.jpg")]


def write_storyboard(folder: Path, board: Board, duration: float) -> list[str]:
    """WebVTT whose cues name a region of a sheet. Returns the files, relative to `folder`."""
    sheets = sorted(path.name for path in (folder / "storyboard").glob("*.jpg"))
    count = min(max(1, int((duration - 0.02) / board.interval) + 1), len(sheets) * COLUMNS * ROWS)
    cues = [_cue(number, board, duration, last=number == count - 1) for number in range(count)]
    (folder / STORYBOARD).write_text("WEBVTT\n\n" + "\n".join(cues))
    return [STORYBOARD, *(f"storyboard/{name}" for name in sheets)]


def _cue(number: int, board: Board, duration: float, *, last: bool) -> str:
    sheet, place = divmod(number, COLUMNS * ROWS)
    row, column = divmod(place, COLUMNS)
    start = number * board.interval
    end = duration if last else start + board.interval
    region = f"{column * board.width},{row * board.height},{board.width},{board.height}"
    return f"{_time(start)} --> {_time(end)}\nstoryboard/{sheet:03d}.jpg#xywh={region}\n"


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def smallest(streams: list[Stream]) -> Stream:
    return min(streams, key=lambda stream: stream.size)
