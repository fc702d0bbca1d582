"""Captions as JSON: what the editor and the server say to each other. Times are whole milliseconds."""

from typing import Any

from pydantic import BaseModel, Field

from colonnade.videos.captions.cues import MOST_CUES, Cue, in_order
from colonnade.videos.captions.files import placed, read_captions
from colonnade.videos.captions.languages import name_of
from colonnade.videos.captions.recognition import progress_of
from colonnade.videos.models import Caption


class CueIn(BaseModel):
    start: int = Field(ge=-(2**31), lt=2**31)
    end: int = Field(ge=-(2**31), lt=2**31)
    text: str = Field(max_length=10_000)
    settings: str = Field("", max_length=200)


class CaptionChange(BaseModel):
    """`version` is the one that was changed, none for the first captions in the language."""

    version: int | None = None
    language: str = Field("", max_length=100)
    label: str = Field("", max_length=200)
    cues: list[CueIn] = Field(max_length=MOST_CUES + 1)

    def as_cues(self) -> list[Cue]:
        return [Cue(cue.start, cue.end, cue.text, placed(cue.settings)) for cue in self.cues]


class Listening(BaseModel):
    """In which language something is said in the video."""

    language: str = Field(max_length=100)


def cues_of(caption: Caption) -> list[Cue]:
    """None of a draft that is still being made."""
    if not caption.cue_count:
        return []
    return in_order(read_captions(caption.vtt.encode()).cues)


def caption_summary(caption: Caption) -> dict[str, Any]:
    """A language in a list."""
    return {
        "language": caption.language,
        "name": name_of(caption.language),
        "label": caption.label,
        "source": caption.get_source_display(),
        "version": caption.version,
        "cue_count": caption.cue_count,
        "is_draft": caption.is_draft,
        "progress": progress_of(caption),  # percent, while a computer listens
    }


def caption_document(caption: Caption) -> dict[str, Any]:
    """A language with all that is said; `doubts` of the change that led here."""
    cues = [{"start": c.start, "end": c.end, "text": c.text, "settings": c.settings} for c in cues_of(caption)]
    return caption_summary(caption) | {"cues": cues, "doubts": caption.doubts}
