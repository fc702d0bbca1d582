"""What people do with captions: upload, edit, delete. And what happens by itself: those of the video's file."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.lib.problems import Conflict, Invalid, NotFound
from colonnade.videos.captions.cues import Cue, doubts, in_order, transcript
from colonnade.videos.captions.files import as_vtt, read_captions
from colonnade.videos.captions.jobs import remove_unnamed_captions
from colonnade.videos.captions.languages import UNKNOWN, own_name_of, tag_of
from colonnade.videos.captions.storage import store
from colonnade.videos.models import Caption, CaptionSource, Video

MOST_LANGUAGES = 50
LONGEST_LABEL = 80
REPLACED_KEPT = timedelta(hours=10)  # longer than the addresses that open pages hold


@transaction.atomic
def upload_captions(
    *, video: Video, language: str, content: bytes, by: User, label: str = "", version: int | None = None
) -> Caption:
    """Captions from an SRT or WebVTT file; `doubts` of what comes back tells what may not be meant.

    `version` is of the captions in that language that these replace; without it they must be the first. Raises
    Invalid for a file that cannot be read, Conflict where there are captions already, or newer ones.
    """
    file = read_captions(content)
    tag = tag_of(language)
    cues = in_order(file.cues)
    video = hold(video)
    caption = video.captions.filter(language=tag).first()
    if caption is None:
        caption = new_captions(video, tag)
    else:
        _require_version(caption, version)
    caption.label = _label(label, caption)
    _write(caption, cues, CaptionSource.UPLOADED, by)
    caption.doubts = [*file.doubts, *doubts(cues, video.duration)]
    record("captions.uploaded", caption, by=by, video=video.pk, language=tag, cues=len(cues))
    return caption


@transaction.atomic
def write_captions(*, video: Video, language: str, cues: Iterable[Cue], by: User, label: str = "") -> Caption:
    """The first captions in a language, typed in. Raises Conflict where there are some already."""
    tag, found = tag_of(language), in_order(cues)
    video = hold(video)
    if (known := video.captions.filter(language=tag).first()) is not None:
        _require_version(known, None)
    caption = new_captions(video, tag)
    caption.label = _label(label, caption)
    _write(caption, found, CaptionSource.EDITED, by)
    caption.doubts = doubts(found, video.duration)
    record("captions.written", caption, by=by, video=video.pk, language=tag, cues=len(found))
    return caption


@transaction.atomic
def edit_captions(
    *, caption: Caption, cues: Iterable[Cue], version: int, by: User, label: str = "", language: str = ""
) -> Caption:
    """Put these cues in the place of the old ones; a draft is published by it.

    Raises Conflict when somebody else has changed or deleted the captions since `version`.
    """
    tag, found = tag_of(language or caption.language), in_order(cues)
    video = hold(caption.video)
    caption = _current(caption)
    _require_version(caption, version)
    if tag != caption.language and video.captions.filter(language=tag).exists():
        raise Conflict(f"There are captions in {own_name_of(tag)} already. Delete one of the two first.")
    caption.language = tag
    caption.label = _label(label, caption)
    _write(caption, found, CaptionSource.EDITED, by)
    caption.doubts = doubts(found, video.duration)
    record("captions.edited", caption, by=by, video=video.pk, language=tag, cues=len(found))
    return caption


@transaction.atomic
def delete_captions(*, caption: Caption, by: User) -> None:
    """Delete the captions in one language; players lose them at once."""
    hold(caption.video)
    caption = _current(caption)
    record("captions.deleted", caption, by=by, video=caption.video_id, language=caption.language)
    video_id = caption.video_id
    caption.delete()
    remove_unnamed_captions.later(video_id=video_id)


@transaction.atomic
def adopt_captions(*, video: Video, language: str, title: str, content: bytes) -> Caption | None:
    """Captions that came inside the video's file. None where there are some in that language, or these are unusable."""
    try:
        cues = in_order(read_captions(content).cues)
    except Invalid:
        return None
    try:
        tag = tag_of(language or UNKNOWN)
    except Invalid:
        tag = UNKNOWN
    if video.captions.filter(language=tag).exists():
        return None
    caption = new_captions(video, tag)
    caption.label = _label(title, caption)
    _write(caption, cues, CaptionSource.EMBEDDED, None)
    record("captions.embedded", caption, by=None, video=video.pk, language=tag, cues=len(cues))
    return caption


@transaction.atomic
def carry_captions(*, source: Video, target: Video, by: User | None) -> None:
    """Give a video the captions of the one that it replaces, but where somebody has made its own already."""
    target = hold(target)
    made = {caption.language: caption for caption in target.captions.all()}
    for former in source.captions.all():
        known = made.get(former.language)
        if known is not None and known.source != CaptionSource.EMBEDDED:
            continue
        caption = known or new_captions(target, former.language)
        caption.label, caption.published_at = former.label, former.published_at
        caption.updated_by_id = former.updated_by_id
        store_captions(caption, former.vtt, former.text, former.cue_count, CaptionSource(former.source))
        record("captions.carried_over", caption, by=by, video=target.pk, language=former.language, source=source.pk)


def new_captions(video: Video, tag: str) -> Caption:
    """The first of a language, not written yet. Raises Conflict when there is no room."""
    if video.captions.count() >= MOST_LANGUAGES:
        raise Conflict(f"This video has captions in {MOST_LANGUAGES} languages; there is no room for more.")
    return Caption(video=video, language=tag, version=0)


def _write(caption: Caption, cues: Sequence[Cue], source: CaptionSource, by: User | None) -> None:
    caption.updated_by_id = by.pk if by else None
    caption.published_at = caption.published_at or timezone.now()
    store_captions(caption, as_vtt(cues), transcript(cues), len(cues), source)


def store_captions(caption: Caption, vtt: str, text: str, cue_count: int, source: CaptionSource) -> None:
    """Write them under the next version; those of a draft into the database alone."""
    former = caption.file
    caption.vtt, caption.text, caption.cue_count, caption.source = vtt, text, cue_count, source
    caption.file = "" if caption.is_draft else store(caption.video, caption.language, vtt)
    caption.version += 1
    caption.updated_at = timezone.now()
    caption.save()
    if former and former != caption.file:
        remove_unnamed_captions.later(video_id=caption.video_id, after=REPLACED_KEPT)


def _require_version(caption: Caption, version: int | None) -> None:
    if version is None:
        raise Conflict(f"There are captions in {caption.label} already. Replace them, or choose another language.")
    if version != caption.version:
        who = User.objects.filter(pk=caption.updated_by_id).first() if caption.updated_by_id else None
        raise Conflict(
            f"{who or 'Somebody else'} has saved these captions since you opened them. Yours are kept on this page: "
            "look at the others first, or save yours over them.",
            version=caption.version,
        )


def _label(label: str, caption: Caption) -> str:
    """What was given, else what there is, else the language's own name."""
    given = " ".join(label.split())[:LONGEST_LABEL]
    return given or caption.label or own_name_of(caption.language)


def hold(video: Video) -> Video:
    """Lock the row of the video: whoever writes captions does. Raises NotFound."""
    found = Video.objects.select_for_update().filter(pk=video.pk).first()
    if found is None:
        raise NotFound("This video has been deleted.")
    return found


def _current(caption: Caption) -> Caption:
    found = Caption.objects.select_related("video").filter(pk=caption.pk).first()
    if found is None:
        raise NotFound("These captions have been deleted by somebody else. Yours are kept on this page.")
    return found
