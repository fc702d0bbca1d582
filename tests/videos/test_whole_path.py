"""From a file on an instructor's disk to segments in a student's browser, over the real parts."""

from pathlib import Path

import pytest

from colonnade.audit.models import AuditEntry
from colonnade.lib.objects import media, uploads
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos.jobs import encode
from colonnade.videos.models import VideoState
from colonnade.videos.playback import addresses
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import files_in
from tests.videos.uploading import begin, video_of
from tests.videos.watching import address, every_file, get


def test_an_uploaded_video_becomes_ready_and_plays(school: School, work_folder: Path, tmp_path: Path) -> None:
    uploader = begin(school, clips.lesson(height=480))
    answer = uploader.complete(uploader.send())
    assert (answer.status_code, answer.json()) == (202, {"state": "queued"})
    video = video_of(school, uploader)
    before = school.tenant.public_version

    with naming_tenant(school.tenant.pk):
        encode(video_id=str(video.pk))

    video = video_of(school, uploader)
    assert (video.state, video.failure, video.progress) == (VideoState.READY, "", 100)
    assert video.duration == pytest.approx(clips.SECONDS, abs=0.1)
    assert (video.height, video.has_audio) == (480, True)
    with school:
        renditions = list(video.renditions.all())
        deeds = list(
            AuditEntry.objects.filter(subject_id=str(video.pk)).order_by("at").values_list("action", flat=True)
        )
        school.tenant.refresh_from_db()
    assert [r.height for r in renditions] == [480, 360]
    assert all(0 < r.average_rate <= r.peak_rate and r.codec.startswith("avc1.") for r in renditions)
    assert deeds == ["video.upload_begun", "video.uploaded", "video.ready"]
    assert school.tenant.public_version > before
    assert not files_in(work_folder)

    with naming_tenant(school.tenant.pk):
        assert uploads().get(video.original_path) == clips.lesson(height=480)  # the original is kept

    student = school.person()
    master = address(school, video, student)
    files = list(every_file(school.host, master))
    assert {Path(file).suffix for file in files} == {".m3u8", ".mp4", ".m4s"}
    answers = {file: get(school.host, file) for file in files}
    assert {answer.status for answer in answers.values()} == {200}
    played = tmp_path / "played.mp4"
    rendition = Path(master).parent / "480"
    played.write_bytes(b"".join(a.body for f, a in answers.items() if f.startswith(str(rendition)) and f[-1] != "8"))
    clips.ffmpeg("-xerror", "-i", str(played), "-f", "null", "-")  # what was served decodes without a complaint

    with school:
        _, poster, storyboard, _ = addresses(video, student)
    assert get(school.host, poster).body.startswith(b"\xff\xd8\xff")
    assert get(school.host, storyboard).text.startswith("WEBVTT")


def test_objects_say_what_they_are_and_how_long_they_may_be_kept(school: School) -> None:
    from colonnade.lib.objects import client
    from tests.videos.watching import encoded

    video = encoded(school)
    with naming_tenant(school.tenant.pk):
        paths = list(media().paths(video.media_path))
        heads = {p: client().head_object(Bucket=media().name, Key=media().key(p)) for p in paths}
    types = {Path(path).suffix: head["ContentType"] for path, head in heads.items()}
    assert types == {
        ".m3u8": "application/vnd.apple.mpegurl",
        ".m4s": "video/iso.segment",
        ".mp4": "video/mp4",
        ".jpg": "image/jpeg",
        ".vtt": "text/vtt",
        ".json": "application/json",
    }
    kept = {path: head["CacheControl"] for path, head in heads.items()}
    assert all("immutable" in value for value in kept.values())
    assert all(path.startswith(f"{video.media_path}{video.edition}/") for path in kept)
