"""An archive is written straight into the store, a piece at a time: neither disk nor memory holds it."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import UUID

from django.utils import timezone
from django.utils.text import slugify

from colonnade.archives.manifest import (
    FORMAT,
    NAME,
    VERSION,
    CaptionDocument,
    CourseDocument,
    LectureDocument,
    Manifest,
    OpeningDocument,
    SectionDocument,
    VideoDocument,
)
from colonnade.courses.kinds import DEFAULT, kind_of
from colonnade.courses.models import Course, Lecture
from colonnade.lib.objects import NoSuchObject, media, uploads
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos.models import Video

_PIECE = 1024**2
_PACKED = (".json", ".vtt")  # all else is packed already


@dataclass
class Packing:
    """What goes into an archive: its manifest, and where each file comes from. `left_out` says what does not."""

    manifest: Manifest
    sources: dict[str, Callable[[], BinaryIO]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def pack(course_id: UUID) -> Packing | None:
    """All that is known of the course, read in one short transaction. None if it is gone."""
    with tenant_scope(current_tenant_id()):
        course = Course.objects.with_outline().filter(pk=course_id).first()
        return _packing(course) if course else None


def write_archive(packing: Packing, path: str) -> int:
    """Write it to `path` in the bucket of uploads; returns its bytes. Files that have gone meanwhile are left out."""
    with uploads().writer(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, open_source in packing.sources.items():
            try:
                source = open_source()
            except NoSuchObject:
                packing.left_out.append(f"“{name}” is no longer in the store.")
                continue
            with source, archive.open(_info(name), "w", force_zip64=True) as member:
                shutil.copyfileobj(source, member, _PIECE)
        for name, text in packing.texts.items():
            archive.writestr(_info(name), text)
        archive.writestr(_info(NAME), packing.manifest.model_dump_json(indent=2).encode())
    return uploads().size(path)


def _packing(course: Course) -> Packing:
    packing = Packing(Manifest.model_construct())
    opens = _openings(course)
    sections = [
        SectionDocument(
            title=section.title,
            opens=opens.get(section.pk),
            lectures=[
                _lecture(lecture, f"{at:02}-{number:02}-{_plain(lecture.title)}", opens.get(lecture.pk), packing)
                for number, lecture in enumerate(section.lectures.all(), start=1)
            ],
        )
        for at, section in enumerate(course.sections.all(), start=1)
    ]
    picture = "picture.webp" if course.thumbnail else None
    if picture:
        packing.sources[picture] = _from_media(course.thumbnail)
    document = CourseDocument(title=course.title, description=course.description, picture=picture, sections=sections)
    packing.manifest = Manifest(format=FORMAT, version=VERSION, course=document)
    return packing


def _openings(course: Course) -> dict[UUID | None, OpeningDocument]:
    """By section and lecture."""
    numbers = {
        pk: number
        for number, pk in enumerate(
            Lecture.objects.filter(course=course).in_order().values_list("pk", flat=True), start=1
        )
    }
    return {
        opening.section_id or opening.lecture_id: OpeningDocument(
            at=opening.at, days=opening.days, after=numbers[opening.after_id] if opening.after_id else None
        )
        for opening in course.openings.all()
    }


def _lecture(lecture: Lecture, name: str, opens: OpeningDocument | None, packing: Packing) -> LectureDocument:
    document = LectureDocument(title=lecture.title, kind=lecture.kind, is_preview=lecture.is_preview, opens=opens)
    if lecture.kind == DEFAULT:
        return document.model_copy(update={"video": _video(lecture, name, packing)})
    content = kind_of(lecture).export(lecture)
    files = {path: f"files/{name}-{PurePosixPath(path).name}" for path in content.pop("files", [])}
    for path, member in files.items():
        packing.sources[member] = _from_media(path)
    return document.model_copy(update={"content": content, "files": files})


def _video(lecture: Lecture, name: str, packing: Packing) -> VideoDocument | None:
    video = lecture.video
    if video is None:
        return None
    if video.uploaded_at is None:
        packing.left_out.append(f"The video of “{lecture.title}” is still being uploaded.")
        return None
    if video.original_dropped_at is not None or video.is_away:
        why = "is in the archive of the store" if video.is_away else "is no longer kept, as the school's settings say"
        packing.left_out.append(f"The original of “{video.filename}” ({lecture.title}) {why}.")
        return None
    member = f"videos/{name}{PurePosixPath(video.filename).suffix.lower()[:10]}"
    path = video.original_path
    packing.sources[member] = lambda: uploads().reader(path)
    return VideoDocument(file=member, filename=video.filename, captions=list(_captions(video, name, packing)))


def _captions(video: Video, name: str, packing: Packing) -> Iterator[CaptionDocument]:
    for caption in video.captions.filter(published_at__isnull=False):
        member = f"captions/{name}.{caption.language}.vtt"
        packing.texts[member] = caption.vtt.encode()
        yield CaptionDocument(language=caption.language, label=caption.label, file=member)


def _from_media(path: str) -> Callable[[], BinaryIO]:
    return lambda: media().reader(path)


def _plain(title: str) -> str:
    return slugify(title)[:60] or "lecture"


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_PACKED) else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    return info
