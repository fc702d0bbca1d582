"""Captions as a player takes them."""

from typing import TypedDict

from colonnade.videos.models import Caption, Video


class Track(TypedDict):
    """The attributes of HTML's <track>."""

    src: str
    srclang: str
    label: str


def tracks_of(video: Video, below: str) -> list[Track]:
    """The video's captions by their label; `below` is the signed address that the video's files lie below."""
    shown = Caption.objects.shown().filter(video=video).order_by("label")
    return [Track(src=f"{below}{each.file}", srclang=each.language, label=each.label) for each in shown]
