"""A ZIP file of videos and texts, as people have them: folders become sections, files lectures, in natural order."""

import re
from collections import defaultdict
from pathlib import PurePosixPath

from markdown_it import MarkdownIt

from colonnade.archives.errors import ArchiveRefused
from colonnade.archives.manifest import (
    FORMAT,
    VERSION,
    CaptionDocument,
    CourseDocument,
    LectureDocument,
    Manifest,
    SectionDocument,
    VideoDocument,
)
from colonnade.archives.zips import Zip

VIDEOS = frozenset(
    (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".wmv", ".flv", ".3gp", ".ogv")
)
TEXTS = frozenset((".md", ".markdown"))
CAPTIONS = frozenset((".vtt", ".srt"))
PICTURES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif"))
LARGEST_TEXT = 2 * 1024**2  # bytes
_ABOUT = ("readme", "index", "about")  # a text by that name, above all folders, is the course's description
_NUMBER = re.compile(r"^\s*\d{1,4}\s*[.):_ -]+\s*")
_DIGITS = re.compile(r"(\d+)")


def manifest_of_files(archive: Zip, filename: str) -> tuple[Manifest, list[str]]:
    """The course that these files make, and notes on those that make nothing. Raises ArchiveRefused if none do."""
    names = sorted(archive.names, key=_natural)
    root = _common_folder(names)
    notes: list[str] = []
    sections: dict[str, list[LectureDocument]] = defaultdict(list)
    description, picture = "", None
    for name in names:
        path = PurePosixPath(name).relative_to(root)
        kind = path.suffix.lower()
        above = len(path.parts) == 1
        if above and kind in TEXTS and path.stem.lower() in _ABOUT:
            description = _text(archive, name)[:5000]
        elif above and kind in PICTURES and picture is None:
            picture = name
        elif kind in VIDEOS:
            sections[_section(path)].append(_video(name, path, names))
        elif kind in TEXTS:
            sections[_section(path)].append(_reading(archive, name, path))
        elif kind == ".pdf":
            sections[_section(path)].append(_file(name, path))
        elif kind not in CAPTIONS:
            notes.append(f"“{name}” is neither a video nor a text nor a PDF, and is left aside.")
    if not sections:
        raise ArchiveRefused("There is neither a video nor a Markdown text nor a PDF in this archive.")
    title = _title(root.name or PurePosixPath(filename).stem)
    documents = [SectionDocument(title=name, lectures=lectures) for name, lectures in sections.items()]
    course = CourseDocument(title=title, description=description, picture=picture, sections=documents)
    return Manifest(format=FORMAT, version=VERSION, course=course), notes


def _video(name: str, path: PurePosixPath, names: list[str]) -> LectureDocument:
    stem = name.removesuffix(PurePosixPath(name).suffix)
    captions = [
        CaptionDocument(language=_language(other, stem), file=other)
        for other in names
        if other.startswith(f"{stem}.") and PurePosixPath(other).suffix.lower() in CAPTIONS
    ]
    video = VideoDocument(file=name, filename=path.name[-255:], captions=captions[:50])
    return LectureDocument(title=_title(path.stem), video=video)


def _language(name: str, stem: str) -> str:
    """“Intro.de.vtt” beside “Intro.mp4” is German; “Intro.vtt” says nothing, and is taken for English."""
    between = name[len(stem) :].split(".")[1:-1]
    return between[-1] if between else "en"


def _reading(archive: Zip, name: str, path: PurePosixPath) -> LectureDocument:
    html = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").render(_text(archive, name))
    return LectureDocument(title=_title(path.stem), kind="text", content={"body": {"html": html}})


def _file(name: str, path: PurePosixPath) -> LectureDocument:
    place = f"files/file{path.suffix.lower()}"
    content = {"body": {"filename": path.name[-200:], "path": place}}
    return LectureDocument(title=_title(path.stem), kind="file", content=content, files={place: name})


def _text(archive: Zip, name: str) -> str:
    return archive.read(name, LARGEST_TEXT).decode("utf-8-sig", errors="replace")


def _section(path: PurePosixPath) -> str:
    return _title(path.parts[0]) if len(path.parts) > 1 else "Lectures"


def _common_folder(names: list[str]) -> PurePosixPath:
    """The one folder that all lie in, as archives of a folder have it, if folders or lectures follow below it."""
    tops = {PurePosixPath(name).parts[0] for name in names}
    deep = all(len(PurePosixPath(name).parts) > 1 for name in names)
    return PurePosixPath(tops.pop()) if len(tops) == 1 and deep else PurePosixPath()


def _title(name: str) -> str:
    """“03_getting-started” → “getting started”: without its number, which only kept the order."""
    plain = _NUMBER.sub("", name.replace("_", " ")).strip() or name
    return " ".join(plain.split())[:160] or "Untitled"


def _natural(name: str) -> list[tuple[int, int, str]]:
    """2 before 10, whatever the case."""
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold()) for piece in _DIGITS.split(name)]
