"""What goes with a video: subtitles of the source, poster and storyboard."""

from .command import subtitle_command
from .crew import Task
from .encoding import Subtitles
from .pictures import POSTER, Board, lighten_poster, poster_command, storyboard_command, write_storyboard
from .workshop import Workshop


def extract_subtitles(shop: Workshop) -> list[Subtitles]:
    """Text tracks as WebVTT; one that cannot be read is left out."""
    tracks = [track for track in shop.facts.subtitles if track.text]
    if not tracks:
        return []
    room = shop.room("subtitles", {})
    names = [f"{track.position}{'-' if track.language else ''}{track.language}.vtt" for track in tracks]
    commands = [
        subtitle_command(shop.source, room / name, track, shop.limits)
        for name, track in zip(names, tracks, strict=True)
    ]
    shop.perform([Task(command, shop.confine(room), otherwise=lambda error: None) for command in commands])
    made = []
    for name, track in zip(names, tracks, strict=True):
        path = room / name
        if path.exists() and "-->" in path.read_text(errors="replace"):
            (shop.folder / "subtitles").mkdir(exist_ok=True)
            path.replace(shop.folder / "subtitles" / name)
            made.append(Subtitles(f"subtitles/{name}", track.language, track.title))
    return made


def draw(shop: Workshop, large: str, small: str, board: Board, duration: float) -> list[str]:
    """Poster and storyboard, from finished renditions of these names. Returns the files."""
    (shop.folder / "storyboard").mkdir()
    commands = [poster_command(shop.folder, large, duration), storyboard_command(shop.folder, small, board)]
    shop.perform([Task(command, shop.confine(shop.folder)) for command in commands])
    lighten_poster(shop.folder)
    return [POSTER, *write_storyboard(shop.folder, board, duration)]
