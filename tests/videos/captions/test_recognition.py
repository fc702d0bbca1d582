"""A computer listens to a real video with a real model, and leaves a draft that nobody sees before it is read over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from colonnade.accounts.models import ApiToken, Role, Scope, User
from colonnade.audit.models import AuditEntry
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos.captions import recognition
from colonnade.videos.captions.actions import delete_captions, edit_captions
from colonnade.videos.captions.cues import Cue
from colonnade.videos.captions.documents import caption_document, cues_of
from colonnade.videos.captions.recognition import (
    NOT_INSTALLED,
    NOTHING_HEARD,
    cues_from,
    failure_of,
    progress_of,
    recognise_captions,
)
from colonnade.videos.captions.tracks import tracks_of
from colonnade.videos.clients import speech
from colonnade.videos.clients.speech import SAMPLES, Word, pieces
from colonnade.videos.jobs import encode
from colonnade.videos.models import Caption, CaptionSource, Video
from tests.factories import School
from tests.videos import clips
from tests.videos.uploading import uploaded
from tests.videos.watching import playable

SPEECH = Path(__file__).with_name("speech.ogg")  # said by espeak-ng


@pytest.fixture
def editor(school: School) -> User:
    return school.person(Role.INSTRUCTOR)


@pytest.fixture
def video(school: School, tmp_path: Path) -> Video:
    """A ready video in which something is said."""
    path = tmp_path / "spoken.mp4"
    picture = "color=c=navy:size=320x180:rate=10"
    clips.ffmpeg("-f", "lavfi", "-i", picture, "-i", str(SPEECH), "-shortest", "-c:a", "aac", str(path))
    video = uploaded(school, path.read_bytes())
    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))
    with school:
        video.refresh_from_db()
    assert video.is_ready, video.failure
    return video


def ask(school: School, video: Video, editor: User, language: str = "en") -> Caption:
    with school:
        return recognise_captions(video=video, language=language, by=editor)


def listen(school: School, caption: Caption) -> None:
    with naming_tenant(school.tenant.pk):
        recognition.listen(caption.pk)


def test_what_is_said_becomes_a_draft_and_captions_once_somebody_has_read_it(
    school: School, video: Video, editor: User
) -> None:
    caption = ask(school, video, editor)
    assert (caption.source, caption.is_draft, progress_of(caption)) == (CaptionSource.RECOGNISED, True, 0)
    with school:
        assert caption_document(caption)["cues"] == []
    listen(school, caption)
    with school:
        caption.refresh_from_db()
        assert progress_of(caption) is None
        assert "the columns carry the roof" in caption.text.lower()
        cues = cues_of(caption)
        assert len(cues) > 1
        assert all(0 <= cue.start < cue.end <= (video.duration or 0) * 1000 + 500 for cue in cues)
        assert (caption.is_draft, tracks_of(video, "/v/")) == (True, [])
        edited = edit_captions(caption=caption, cues=cues, version=caption.version, by=editor)
        assert (edited.is_draft, edited.source) == (False, CaptionSource.EDITED)
        assert len(tracks_of(video, "/v/")) == 1
        assert AuditEntry.objects.filter(action="captions.recognised").count() == 1


def test_where_nothing_is_said_there_is_no_draft_but_a_reason(school: School, editor: User) -> None:
    video = playable(school)  # a tone
    with school:
        Video.objects.update(has_audio=True)
    caption = ask(school, video, editor)
    listen(school, caption)
    with school:
        assert not Caption.objects.exists()
        assert failure_of(video, "en") == NOTHING_HEARD


def test_a_draft_that_was_deleted_meanwhile_stays_deleted(school: School, video: Video, editor: User) -> None:
    caption = ask(school, video, editor)
    with school:
        delete_captions(caption=caption, by=editor)
    listen(school, caption)
    with school:
        assert not Caption.objects.exists()


def test_what_cannot_be_listened_to_is_told(school: School, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    video = school.video(has_audio=True)
    with pytest.raises(Conflict, match="not among the languages"):
        ask(school, video, editor, "la")
    with pytest.raises(Conflict, match="no sound"):
        ask(school, school.video(has_audio=False), editor)
    ask(school, video, editor)
    with pytest.raises(Conflict, match="There are captions in English already"):
        ask(school, video, editor)
    monkeypatch.setattr(recognition, "recogniser", lambda: None)
    with pytest.raises(Conflict, match="not installed"):
        ask(school, video, editor, "de")


def test_without_its_packages_it_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert speech.whisper(tmp_path) is not None
    monkeypatch.setattr(speech, "HALVES", ("no_such_package",))
    assert speech.whisper(tmp_path) is None
    assert "colonnade[speech]" in NOT_INSTALLED


def test_a_failure_of_ours_is_told_and_leaves_no_ruin(
    school: School, editor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    video = playable(school)
    with school:
        Video.objects.update(has_audio=True)
    caption = ask(school, video, editor)

    def broken(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(recognition, "fetch_sound", broken)
    listen(school, caption)
    with school:
        assert not Caption.objects.exists()
        assert "failed for a reason on our side" in failure_of(video, "en")
    assert "could not be listened to" in caplog.text


def words(text: str, *, seconds: float = 0.3, start: float = 0.0) -> Iterator[Word]:
    for number, word in enumerate(text.split()):
        yield Word(start + number * seconds, start + (number + 1) * seconds, f" {word}")


def test_words_become_captions_by_sentence_pause_and_length() -> None:
    def texts(*heard: Word) -> list[str]:
        return [cue.text for cue in cues_from(heard)]

    assert texts(*words("The columns carry the roof. It keeps the rain out.")) == [
        "The columns carry the roof.",
        "It keeps the rain out.",
    ]
    assert texts(*words("Yes. No. Perhaps.")) == ["Yes. No. Perhaps."]
    assert texts(*words("one two"), *words("three", start=5)) == ["one two", "three"]
    long = list(cues_from(words("word " * 60)))
    assert all(len(cue.text) <= 84 and cue.end - cue.start <= 6000 for cue in long)
    assert [(cue.start, cue.end) for cue in cues_from([Word(1, 1, " a")])] == [(1000, 1300)]
    assert list(cues_from([])) == []
    assert [cue.text for cue in cues_from(words("a"))] == ["a"]
    assert isinstance(next(cues_from(words("a"))), Cue)


def test_long_sound_is_cut_where_it_is_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "PIECE", 20)
    path = tmp_path / "long.wav"
    clips.ffmpeg(
        "-f", "lavfi", "-i", "aevalsrc=exprs='if(between(mod(t,10),7,8),0,sin(2000*t))':d=45:s=16000", str(path)
    )
    found = list(pieces(path))
    assert sum(len(piece) for _, piece in found) / SAMPLES == pytest.approx(45, abs=0.2)
    assert len(found) > 1
    for before, _ in found[1:]:
        assert 7 <= before % 10 <= 8.2


def test_the_job_listens(school: School, video: Video, editor: User, run_jobs: Callable[..., None]) -> None:
    ask(school, video, editor)
    run_jobs()
    with school:
        assert "columns" in Caption.objects.get().text


def test_programs_can_ask_for_it_too(school: School, video: Video, editor: User) -> None:
    secret = ApiToken.new_secret()
    with school:
        ApiToken.objects.create(user=editor, name="t", secret_hash=ApiToken.hash_of(secret), scopes=Scope.values)
    client = school.client(headers={"authorization": f"Bearer {secret}"})
    path = f"/api/v1/videos/{video.pk}/captions/en"
    asked = client.post(f"{path}/recognition")
    assert asked.status_code == 202, asked.content
    draft = asked.json()
    assert (draft["source"], draft["cue_count"], draft["published_at"]) == ("recognised", 0, None)
    with school:
        caption = Caption.objects.get(video=video)
    listen(school, caption)
    assert client.get(path).json()["cue_count"] > 0
    assert client.post(f"{path}/recognition").status_code == 409
