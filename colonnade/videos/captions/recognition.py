"""Drafts of captions by a computer that listens. Nobody but editors sees one until somebody has read it over."""

import logging
from collections.abc import Iterable, Iterator
from functools import cache as once
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from colonnade.accounts.models import User
from colonnade.audit.models import record
from colonnade.lib.jobs import is_passing
from colonnade.lib.problems import Conflict, Problem
from colonnade.lib.tenancy import current_tenant_id, tenant_scope
from colonnade.videos.captions.actions import hold, new_captions, store_captions
from colonnade.videos.captions.cues import Cue, in_order, transcript
from colonnade.videos.captions.files import as_vtt
from colonnade.videos.captions.jobs import recognise
from colonnade.videos.captions.languages import name_of, own_name_of, tag_of
from colonnade.videos.captions.sound import fetch_sound
from colonnade.videos.clients.speech import Recogniser, Word, whisper
from colonnade.videos.models import Caption, CaptionSource, Video
from colonnade.videos.workspace import workspace

logger = logging.getLogger(__name__)

NOT_INSTALLED = (
    "Automatic captions are not installed on this platform. Whoever runs it can add them: "
    "pip install colonnade[speech], for web and worker."
)
NOTHING_HEARD = "Nothing that is said was heard in this video, so there is no draft. Is it in another language?"
WENT_WRONG = (
    "Listening to this video failed for a reason on our side, which has been noted. Write the captions instead."
)

LONGEST = 84  # characters: two lines of a subtitle
LONGEST_SECONDS = 6.0
PAUSE = 0.8  # seconds after which a new caption begins
SHORTEST_SENTENCE = 24  # characters: a shorter one shares its caption with the next
REMEMBERED = 24 * 3600  # seconds


@once
def recogniser() -> Recogniser | None:
    """The one of this installation, if there is one."""
    return whisper(settings.HOME / "speech" / "whisper-base")


@transaction.atomic
def recognise_captions(*, video: Video, language: str, by: User) -> Caption:
    """Let a job listen to the video. Raises Conflict where that is not possible, or there are captions already."""
    tag, listener = tag_of(language), recogniser()
    if listener is None:
        raise Conflict(NOT_INSTALLED)
    if tag.partition("-")[0] not in listener.languages:
        raise Conflict(
            f"{name_of(tag)} is not among the languages that the computer can listen to. Write them instead."
        )
    video = hold(video)
    if not video.is_ready or not video.has_audio:
        raise Conflict("This video has no sound to listen to.")
    if video.captions.filter(language=tag).exists():
        raise Conflict(f"There are captions in {own_name_of(tag)} already. Delete them first.")
    caption = new_captions(video, tag)
    caption.label, caption.updated_by_id = own_name_of(tag), by.pk
    store_captions(caption, "WEBVTT\n", "", 0, CaptionSource.RECOGNISED)
    record("captions.recognition_asked", caption, by=by, video=video.pk, language=tag)
    cache.delete(_failure(video.pk, tag))
    recognise.later(caption_id=caption.pk, lock=f"recognise {video.pk}", priority=-10)  # encodings come first
    return caption


def progress_of(caption: Caption) -> int | None:
    """Percent of what has been listened to; None when nobody listens (any more)."""
    if not caption.is_draft or caption.cue_count:
        return None
    return int(cache.get(_progress(caption.pk), 0))


def failure_of(video: Video, language: str) -> str:
    """Why there is no draft in the language, if one was asked for lately."""
    return str(cache.get(_failure(video.pk, language), ""))


def listen(caption_id: UUID) -> None:
    """The job: from the video's sound to a draft. Running it again is safe at any point."""
    with tenant_scope(current_tenant_id()):
        caption = Caption.objects.select_related("video").filter(pk=caption_id).first()
    listener = recogniser()
    if caption is None or progress_of(caption) is None:
        return
    try:
        if listener is None:
            raise Conflict(NOT_INSTALLED)
        cues = _heard(caption, listener)
        if cues:
            _finish(caption, cues)
        else:
            _give_up(caption, NOTHING_HEARD)
    except Problem as problem:
        _give_up(caption, problem.detail)
    except Exception as error:
        if is_passing(error):
            raise
        logger.exception("Video %s could not be listened to.", caption.video_id)
        _give_up(caption, WENT_WRONG)


def cues_from(words: Iterable[Word]) -> Iterator[Cue]:
    """Words as captions of one or two lines: a new one after a sentence, a pause, or when the last is full."""
    held: list[Word] = []
    for word in words:
        if held and _is_full(held, word):
            yield _cue(held)
            held = []
        held.append(word)
    if held:
        yield _cue(held)


def _is_full(held: list[Word], word: Word) -> bool:
    text = "".join(each.text for each in held).strip()
    after_sentence = text.endswith((".", "?", "!", "。", "？", "！")) and len(text) >= SHORTEST_SENTENCE
    too_long = len(text) + len(word.text) > LONGEST or word.end - held[0].start > LONGEST_SECONDS
    return after_sentence or too_long or word.start - held[-1].end > PAUSE


def _cue(words: list[Word]) -> Cue:
    start, end = round(words[0].start * 1000), round(words[-1].end * 1000)
    return Cue(start, max(end, start + 300), "".join(word.text for word in words).strip())


def _heard(caption: Caption, listener: Recogniser) -> list[Cue]:
    video = caption.video
    duration = video.duration or 1.0

    def report(seconds: float) -> None:
        cache.set(_progress(caption.pk), min(99, round(seconds / duration * 100)), REMEMBERED)

    with workspace(round(duration * 20_000)) as folder:  # 128 kbit/s, and some
        sound = folder / "sound.mp4"
        fetch_sound(video, sound)
        return list(cues_from(listener.hear(sound, caption.language, report)))


def _finish(caption: Caption, found: list[Cue]) -> None:
    with tenant_scope(current_tenant_id()):
        current = _still_wanted(caption)
        if current is not None:
            cues = in_order(found)
            store_captions(current, as_vtt(cues), transcript(cues), len(cues), CaptionSource.RECOGNISED)
            record("captions.recognised", current, by=None, video=current.video_id, cues=len(cues))


def _give_up(caption: Caption, sentence: str) -> None:
    with tenant_scope(current_tenant_id()):
        current = _still_wanted(caption)
        if current is not None:
            record("captions.recognition_failed", current, by=None, video=current.video_id, reason=sentence)
            cache.set(_failure(current.video_id, current.language), sentence, REMEMBERED)
            current.delete()


def _still_wanted(caption: Caption) -> Caption | None:
    """The row, unless it has been deleted or written over meanwhile."""
    hold(caption.video)
    return Caption.objects.select_related("video").filter(pk=caption.pk, version=caption.version).first()


def _progress(caption_id: UUID) -> str:
    return f"recognition:{caption_id}"


def _failure(video_id: UUID, language: str) -> str:
    return f"recognition-failed:{video_id}:{language}"
