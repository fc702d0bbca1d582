"""What an archive would make: read, judged and written down before anything is made of it."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from colonnade.archives import manifest as form
from colonnade.archives.errors import ArchiveRefused
from colonnade.archives.manifest import CaptionDocument, LectureDocument, Manifest, VideoDocument, read_manifest
from colonnade.archives.plain import manifest_of_files
from colonnade.archives.zips import Zip
from colonnade.courses.kinds import DEFAULT, KINDS
from colonnade.lib.problems import Invalid
from colonnade.videos.captions.files import MOST_BYTES as LARGEST_CAPTIONS
from colonnade.videos.captions.files import read_captions
from colonnade.videos.captions.languages import tag_of

NAMED_FILE = re.compile(r"(?<![\w/.-])(?:texts|files)/[\w-]+\.\w{1,10}")
"""As kinds name their files: by their place in the media bucket."""
_PLACE = re.compile(r"[a-z]+/[\w-]+\.\w{1,10}")
LARGEST_FILE = 500 * 1024**2  # bytes, of what is neither video nor captions


@dataclass
class Plan:
    """The course as it will be; `notes` are sentences on what will be missing or left aside."""

    manifest: Manifest
    notes: list[str] = field(default_factory=list)


def read_plan(archive: Zip, filename: str) -> Plan:
    """Of an archive with a manifest that, else of its files as they lie. Raises ArchiveRefused, saying why."""
    if form.NAME in archive:
        found = read_manifest(archive.read(form.NAME, form.LARGEST))
        plan = Plan(found, _unknown(archive, found))
    else:
        plan = Plan(*manifest_of_files(archive, filename))
    sections = [
        section.model_copy(update={"lectures": [_judged(lecture, archive, plan.notes) for lecture in section.lectures]})
        for section in plan.manifest.course.sections
    ]
    course = plan.manifest.course
    update = {"sections": sections}
    if course.picture and not _is_here(course.picture, archive, plan.notes, most=LARGEST_FILE):
        update["picture"] = None  # type: ignore[assignment]
    plan.manifest = plan.manifest.model_copy(update={"course": course.model_copy(update=update)})
    return plan


def _unknown(archive: Zip, found: Manifest) -> list[str]:
    spoken_of = {form.NAME, *found.files()}
    aside = [name for name in archive.names if name not in spoken_of]
    return [f"{len(aside)} files are left aside, as {form.NAME} does not speak of them."] if aside else []


def _judged(lecture: LectureDocument, archive: Zip, notes: list[str]) -> LectureDocument:
    if lecture.kind not in KINDS:
        raise ArchiveRefused(f"“{lecture.title}” is a lecture of a kind that is not known here: {lecture.kind}.")
    if lecture.video is not None and (lecture.kind != DEFAULT or lecture.content is not None):
        raise ArchiveRefused(f"“{lecture.title}” has both a video and other content.")
    if any(not _PLACE.fullmatch(named) for named in lecture.files):
        raise ArchiveRefused(f"“{lecture.title}” names a file in a place that no lecture's files have.")
    files = {
        named: member for named, member in lecture.files.items() if _is_here(member, archive, notes, most=LARGEST_FILE)
    }
    return lecture.model_copy(update={"video": _video(lecture.video, archive, notes), "files": files})


def _video(video: VideoDocument | None, archive: Zip, notes: list[str]) -> VideoDocument | None:
    if video is None or not _is_here(video.file, archive, notes, most=settings.VIDEO_MAX_BYTES):
        return None
    captions = [caption for caption in video.captions if _reads(caption, archive, notes)]
    return video.model_copy(update={"captions": captions})


def _reads(caption: CaptionDocument, archive: Zip, notes: list[str]) -> bool:
    if not _is_here(caption.file, archive, notes, most=LARGEST_CAPTIONS):
        return False
    try:
        tag_of(caption.language)
        read_captions(archive.read(caption.file, LARGEST_CAPTIONS))
    except Invalid as invalid:
        notes.append(f"“{caption.file}” is left aside: {invalid.detail}")
        return False
    return True


def _is_here(name: str, archive: Zip, notes: list[str], *, most: int) -> bool:
    if name not in archive:
        notes.append(f"“{name}” is named, but is not in the archive.")
    elif archive.size(name) == 0:
        notes.append(f"“{name}” is empty, and is left aside.")
    elif archive.size(name) > most:
        notes.append(f"“{name}” is larger than {filesizeformat(most)}, and is left aside.")
    else:
        return True
    return False
