"""Captions from upload to the player: what people do with them, who is told of a clash, what the store holds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from colonnade.accounts.models import Role, User
from colonnade.audit.models import AuditEntry
from colonnade.lib.objects import media
from colonnade.lib.problems import Conflict, Invalid, NotFound
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import storage
from colonnade.videos.actions import delete_video
from colonnade.videos.captions.actions import (
    MOST_LANGUAGES,
    adopt_captions,
    carry_captions,
    delete_captions,
    edit_captions,
    upload_captions,
    write_captions,
)
from colonnade.videos.captions.cues import Cue
from colonnade.videos.captions.jobs import remove_unnamed_captions
from colonnade.videos.captions.tracks import tracks_of
from colonnade.videos.jobs import encode
from colonnade.videos.models import Caption, CaptionSource, Video
from colonnade.videos.playback import addresses, withdraw
from tests.factories import School
from tests.videos import clips
from tests.videos.uploading import uploaded
from tests.videos.watching import get

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nGood <b>morning</b>\n\n2\n00:00:03,000 --> 00:00:04,000\nR&D\n"


@pytest.fixture
def editor(school: School) -> User:
    return school.person(Role.INSTRUCTOR)


@pytest.fixture
def video(school: School) -> Video:
    return school.video()


@pytest.fixture
def upload(school: School, video: Video, editor: User) -> Callable[..., Caption]:
    def send(content: bytes = SRT, language: str = "en", **more: Any) -> Caption:
        with school:
            return upload_captions(video=video, language=language, content=content, by=editor, **more)

    return send


def stored(school: School, video: Video) -> set[str]:
    with naming_tenant(school.tenant.pk):
        return {path.removeprefix(video.media_path) for path in media().paths(f"{video.media_path}captions/")}


def tidy(school: School, video: Video) -> None:
    with naming_tenant(school.tenant.pk):
        remove_unnamed_captions(video_id=str(video.pk))


def test_an_upload_becomes_webvtt_a_transcript_and_an_object(
    school: School, video: Video, upload: Callable[..., Caption]
) -> None:
    made = upload(language="ENG")
    with school:
        caption = Caption.objects.get()
        assert AuditEntry.objects.get(action="captions.uploaded").data["cues"] == 2
    assert (caption.language, caption.label, caption.version) == ("en", "English", 1)
    assert (caption.source, caption.cue_count, caption.is_draft) == (CaptionSource.UPLOADED, 2, False)
    assert caption.text == "Good morning\nR&D"
    assert "00:00:03.000 --> 00:00:04.000\nR&amp;D" in caption.vtt
    assert stored(school, video) == {caption.file} == {made.file}
    with naming_tenant(school.tenant.pk):
        assert media().get(video.media_path + caption.file).decode() == caption.vtt


def test_doubts_come_with_the_upload(upload: Callable[..., Caption]) -> None:
    late = b"1\n00:02:00,000 --> 00:02:01,000\nx\n"
    assert upload(late).doubts == ["The video ends at 1:00, but the captions go on until 2:01. Are they of this video?"]


def test_captions_are_not_replaced_unawares(school: School, video: Video, upload: Callable[..., Caption]) -> None:
    first = upload(label="English (CC)")
    with pytest.raises(Conflict, match=r"There are captions in English \(CC\) already"):
        upload(SRT.replace(b"morning", b"evening"))
    second = upload(SRT.replace(b"morning", b"evening"), version=1)
    assert (second.pk, second.version, second.label) == (first.pk, 2, "English (CC)")
    assert "evening" in second.text
    assert stored(school, video) == {first.file, second.file}, "open pages still read the former"
    tidy(school, video)
    assert stored(school, video) == {second.file}


def test_a_wrong_file_changes_nothing(school: School, upload: Callable[..., Caption]) -> None:
    upload()
    with pytest.raises(Invalid):
        upload(b"nonsense", version=1)
    with school:
        assert Caption.objects.get().version == 1


def test_a_stale_change_is_told_and_nothing_is_lost(
    school: School, editor: User, upload: Callable[..., Caption]
) -> None:
    caption, colleague = upload(), school.person(Role.INSTRUCTOR, name="Grace")
    with school:
        edit_captions(caption=caption, cues=[Cue(0, 900, "Hers")], version=1, by=colleague)
    with school, pytest.raises(Conflict, match="Grace has saved these captions") as refused:
        edit_captions(caption=caption, cues=[Cue(0, 900, "Mine")], version=1, by=editor)
    assert refused.value.extra == {"version": 2}
    with school:
        mine = edit_captions(caption=caption, cues=[Cue(0, 900, "Mine")], version=2, by=editor)
    assert (mine.text, mine.version, mine.source) == ("Mine", 3, CaptionSource.EDITED)


def test_the_language_can_be_corrected_but_not_onto_another(
    school: School, editor: User, upload: Callable[..., Caption]
) -> None:
    caption = upload(language="und")
    upload(language="de")
    with school:
        with pytest.raises(Conflict, match="There are captions in Deutsch already"):
            edit_captions(caption=caption, cues=[Cue(0, 1, "x")], version=1, by=editor, language="ger")
        edited = edit_captions(caption=caption, cues=[Cue(0, 1, "x")], version=1, by=editor, language="fr")
    assert edited.language == "fr"
    assert "captions/fr-" in edited.file


def test_what_was_deleted_meanwhile_is_told(school: School, editor: User, upload: Callable[..., Caption]) -> None:
    caption = upload()
    with school:
        delete_captions(caption=caption, by=editor)
    with school, pytest.raises(NotFound, match="deleted by somebody else"):
        edit_captions(caption=caption, cues=[Cue(0, 1, "x")], version=1, by=editor)


def test_deleted_captions_leave_the_store(
    school: School, video: Video, editor: User, upload: Callable[..., Caption], run_jobs: Callable[..., None]
) -> None:
    upload(language="de")
    english = upload()
    with school:
        delete_captions(caption=english, by=editor)
    run_jobs()
    (left,) = stored(school, video)
    assert left.startswith("captions/de-")


def test_the_first_ones_can_be_typed(school: School, video: Video, editor: User) -> None:
    with school:
        made = write_captions(video=video, language="it", cues=[Cue(0, 1000, "Ciao")], by=editor)
        assert (made.label, made.source) == ("Italiano", CaptionSource.EDITED)
        with pytest.raises(Conflict, match="There are captions in Italiano already"):
            write_captions(video=video, language="it", cues=[Cue(0, 1000, "Ciao")], by=editor)
        with pytest.raises(Invalid, match="no captions in it"):
            write_captions(video=video, language="fr", cues=[Cue(0, 1000, " ")], by=editor)
        with pytest.raises(Invalid, match="begins before the video does"):
            write_captions(video=video, language="fr", cues=[Cue(-5, 1000, "x")], by=editor)


def test_there_is_an_end_to_languages(school: School, video: Video, upload: Callable[..., Caption]) -> None:
    with school:
        Caption.objects.bulk_create(
            Caption(video=video, language=f"en-x-{number}", label="x", source="uploaded", vtt="", text="", cue_count=0)
            for number in range(MOST_LANGUAGES)
        )
    with pytest.raises(Conflict, match="no room for more"):
        upload()


def test_the_database_refuses_two_of_a_language(school: School, video: Video, upload: Callable[..., Caption]) -> None:
    upload()
    with pytest.raises(IntegrityError), school:
        Caption.objects.create(video=video, language="en", label="x", source="uploaded", vtt="", text="", cue_count=0)


def test_captions_outlive_an_encoding_and_go_with_the_video(
    school: School, video: Video, editor: User, upload: Callable[..., Caption], run_jobs: Callable[..., None]
) -> None:
    caption = upload()
    with naming_tenant(school.tenant.pk):
        media().put(f"{video.media_path}old/a.m4s", b"x", content_type="video/iso.segment")
        storage.remove_others(video.pk, {"new"})
        assert list(media().paths(video.media_path)) == [video.media_path + caption.file]
    with school:
        delete_video(video=video, by=editor)
    run_jobs()
    assert stored(school, video) == set()
    with school:
        assert not Caption.objects.exists()


def test_a_replaced_video_leaves_its_captions_to_the_next(
    school: School, video: Video, editor: User, upload: Callable[..., Caption]
) -> None:
    upload(label="English (CC)")
    upload(language="de")
    upload(language="fr")
    following = school.video()
    with school:
        adopt_captions(video=following, language="de", title="", content=SRT.replace(b"morning", b"inside"))
        upload_captions(video=following, language="fr", content=SRT.replace(b"morning", b"jour"), by=editor)
        carry_captions(source=video, target=following, by=editor)
        texts = {caption.language: caption.text for caption in following.captions.all()}
        assert following.captions.get(language="en").label == "English (CC)"
        files = set(following.captions.values_list("file", flat=True))
        assert video.captions.count() == 3
    assert texts == {"de": "Good morning\nR&D", "en": "Good morning\nR&D", "fr": "Good jour\nR&D"}
    assert files <= stored(school, following)


def test_the_playback_door_serves_captions_to_whoever_may_watch(
    school: School, other_school: School, video: Video, upload: Callable[..., Caption]
) -> None:
    upload()
    student = school.person()
    with school:
        (track,) = tracks_of(video, addresses(video, student).folder)
    assert (track["srclang"], track["label"]) == ("en", "English")
    answer = get(school.host, track["src"])
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/vtt")
    assert answer.text.startswith("WEBVTT")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert get(other_school.host, track["src"]).status == 404
    assert get(school.host, track["src"].replace("/v/1", "/v/2")).status == 403
    with school:
        withdraw(student.pk, [video.pk])
    assert get(school.host, track["src"]).status == 403


def test_drafts_are_not_for_viewers(school: School, video: Video, upload: Callable[..., Caption]) -> None:
    upload()
    with school:
        Caption.objects.update(published_at=None)
        assert tracks_of(video, "/v/") == []


def with_subtitles() -> bytes:
    folder = clips._folder()
    for name, text in (("en", "Hello from inside"), ("de", "Hallo von innen")):
        (folder / f"{name}.srt").write_text(f"1\n00:00:00,200 --> 00:00:01,500\n{text}\n")
    (folder / "plain.mp4").write_bytes(clips.lesson())
    path = folder / "subtitles.mkv"
    clips.ffmpeg(
        "-i", str(folder / "plain.mp4"), "-i", str(folder / "en.srt"), "-i", str(folder / "de.srt"),
        "-map", "0", "-map", "1", "-map", "2", "-c", "copy", "-c:s", "srt",
        "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=ger", "-metadata:s:s:1", "title=Deutsch (SDH)",
        str(path),
    )  # fmt: skip
    return path.read_bytes()


def test_subtitles_inside_the_file_become_captions_but_not_over_a_persons_own(school: School, editor: User) -> None:
    video = uploaded(school, with_subtitles())
    with school:
        upload_captions(video=video, language="en", content=SRT, by=editor)
    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))
    with school:
        video.refresh_from_db()
        assert video.is_ready, video.failure
        german, english = Caption.objects.filter(video=video).order_by("language")
        assert AuditEntry.objects.get(action="captions.embedded").by_label == "Colonnade"
    assert (english.source, english.text) == (CaptionSource.UPLOADED, "Good morning\nR&D")
    assert (german.language, german.label, german.source) == ("de", "Deutsch (SDH)", CaptionSource.EMBEDDED)
    assert german.text == "Hallo von innen"
    assert german.file in stored(school, video)


def test_subtitles_that_cannot_be_used_do_no_harm(school: School, video: Video) -> None:
    with school:
        assert adopt_captions(video=video, language="eng", title="", content=b"WEBVTT\n") is None
        unknown = adopt_captions(video=video, language="gibberish", title="", content=SRT)
        assert unknown is not None
        assert (unknown.language, unknown.label) == ("und", "Unknown language")
        assert adopt_captions(video=video, language="", title="", content=SRT) is None
