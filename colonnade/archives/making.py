"""Making the course of an archive: the videos one by one, then all the rest in one transaction."""

import json
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, cast

from django.db import transaction

from colonnade.accounts.models import User
from colonnade.archives.manifest import CourseDocument, LectureDocument, Manifest, OpeningDocument, VideoDocument
from colonnade.archives.models import CourseImport
from colonnade.archives.reading import NAMED_FILE
from colonnade.archives.zips import Zip
from colonnade.audit.models import record
from colonnade.courses import actions, pictures
from colonnade.courses.files import CACHE_CONTROL
from colonnade.courses.kinds import kind_of
from colonnade.courses.models import Course, Lecture, Section
from colonnade.lib.objects import media
from colonnade.lib.problems import Invalid
from colonnade.lib.tenancy import current_tenant_id, tenant_scope, uuid7
from colonnade.videos.bringing import bring_in
from colonnade.videos.captions.actions import upload_captions
from colonnade.videos.captions.files import MOST_BYTES
from colonnade.videos.models import Video

_PIECE = 1024**2


def bring_videos(sent: CourseImport, archive: Zip, by: User) -> None:
    """Those that are not here yet. Each is noted once it is, so that a killed worker costs one."""
    for lecture in Manifest.model_validate(sent.plan).lectures():
        video = lecture.video
        if video is not None and video.file not in sent.brought:
            with archive.open(video.file) as file:
                made = bring_in(filename=_filename(video), size=archive.size(video.file), file=file, by=by)
            sent.brought[video.file] = str(made.pk)
            with tenant_scope(current_tenant_id()):
                sent.save(update_fields=["brought"])


@transaction.atomic
def make_course(sent: CourseImport, archive: Zip, by: User) -> Course:
    """The course as a draft, all or nothing. Raises Invalid for content that its kind refuses, naming the lecture."""
    document = Manifest.model_validate(sent.plan).course
    course = actions.create_course(title=document.title, description=document.description, by=by)
    _picture(course, document, archive, by)
    opens: list[tuple[Section | Lecture, OpeningDocument | None]] = []
    lectures = []
    for each in document.sections:
        section = actions.add_section(course=course, title=each.title, by=by)
        opens.append((section, each.opens))
        for one in each.lectures:
            lectures.append(_lecture(section, one, sent.brought, archive, by))
            opens.append((lectures[-1], one.opens))
    for thing, rule in opens:
        _open(thing, rule, lectures, by)
    record("course.imported", course, by=by, archive=sent.filename)
    return course


def _open(thing: Section | Lecture, document: OpeningDocument | None, lectures: list[Lecture], by: User) -> None:
    if document is None:
        return
    if document.after is not None and document.after > len(lectures):
        raise Invalid(f"“{thing.title}” would open after lecture {document.after}, and there is no such lecture.")
    after = lectures[document.after - 1].pk if document.after is not None else None
    actions.set_opening(thing=thing, rule=actions.Rule(at=document.at, days=document.days, after_id=after), by=by)


def _picture(course: Course, document: CourseDocument, archive: Zip, by: User) -> None:
    if document.picture:
        image = BytesIO(archive.read(document.picture, pictures.BYTES_MAXIMUM))
        actions.set_thumbnail(course=course, image=image, by=by)


def _lecture(
    section: Section, document: LectureDocument, brought: Mapping[str, str], archive: Zip, by: User
) -> Lecture:
    lecture = actions.add_lecture(section=section, title=document.title, kind=document.kind, by=by)
    if document.is_preview:
        Lecture.objects.filter(pk=lecture.pk).update(is_preview=True)
    try:
        if document.video is not None:
            _show(lecture, document.video, brought, archive, by)
        elif document.content is not None:
            _require_only(document)
            places = {named: _keep(named, member, archive) for named, member in document.files.items()}
            content = cast("dict[str, Any]", _renamed(document.content, places))
            kind_of(lecture).restore(lecture, {**content, "files": list(places.values())}, by)
    except Invalid as invalid:
        raise Invalid(f"“{document.title}” cannot be brought in: {invalid.detail}") from invalid
    return lecture


def _show(lecture: Lecture, document: VideoDocument, brought: Mapping[str, str], archive: Zip, by: User) -> None:
    video = Video.objects.filter(pk=brought[document.file]).first()
    if video is None:
        raise Invalid("Its video was deleted meanwhile. Bring the archive in again.")
    actions.attach_video(lecture=lecture, video=video, by=by)
    for caption in document.captions:
        content = archive.read(caption.file, MOST_BYTES)
        upload_captions(video=video, language=caption.language, label=caption.label, content=content, by=by)


def _require_only(document: LectureDocument) -> None:
    """Raises Invalid if the content names a file of a kind's folder that does not come with it: whose is it?"""
    spoken_of = set(NAMED_FILE.findall(json.dumps(document.content)))
    if unknown := spoken_of - set(document.files):
        raise Invalid(f"It names “{min(unknown)}”, which is not in the archive.")


def _keep(named: str, member: str, archive: Zip) -> str:
    """A file that content names, in the bucket under a name of its own. Raises Invalid, saying why.

    Pictures are written anew. What else it is, its kind judges by its content.
    """
    named_as = PurePosixPath(named)
    path = f"{named_as.parts[0]}/{uuid7()}{named_as.suffix.lower()[:10]}"
    if named_as.suffix == ".webp":
        made = pictures.figure(BytesIO(archive.read(member, pictures.BYTES_MAXIMUM)))
        media().put(path, made.body, content_type="image/webp", cache_control=CACHE_CONTROL)
    else:
        with archive.open(member) as source, media().writer(path) as target:
            shutil.copyfileobj(source, target, _PIECE)
    return path


def _renamed(value: object, places: Mapping[str, str]) -> object:
    """The document with each file under the name that it has here."""
    if isinstance(value, str):
        for named, path in places.items():
            value = value.replace(named, path)
        return value
    if isinstance(value, list):
        return [_renamed(each, places) for each in value]
    if isinstance(value, dict):
        return {name: _renamed(each, places) for name, each in value.items()}
    return value


def _filename(video: VideoDocument) -> str:
    return video.filename or PurePosixPath(video.file).name
