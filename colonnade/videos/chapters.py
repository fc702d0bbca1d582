"""The chapters that came with a file, as the player shows them."""

from typing import Any

from colonnade.videos.clients.facts import Chapter


def chapters_of(found: tuple[Chapter, ...], duration: float) -> list[dict[str, Any]]:
    """In order, without gaps, within the video; seconds. One alone says nothing, and is none."""
    inside = sorted((chapter for chapter in found if 0 <= chapter.start < duration), key=lambda chapter: chapter.start)
    starts = list({chapter.start: chapter for chapter in inside}.values())
    if len(starts) < 2:
        return []
    ends = [chapter.start for chapter in starts[1:]] + [duration]
    return [
        {"start": round(chapter.start, 3), "end": round(end, 3), "title": chapter.title.strip() or f"Chapter {number}"}
        for number, (chapter, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
