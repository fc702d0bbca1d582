"""Encrypted videos: what is stored plays with the key alone, which the app hands to whoever may watch."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import m3u8
import pytest
from django.utils import timezone

from colonnade.accounts.models import Role
from colonnade.lib.objects import media
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import sweeping
from colonnade.videos.actions import renew_encoding
from colonnade.videos.captions.sound import fetch_sound
from colonnade.videos.models import FORMER_KEPT, EditionKey, Video, VideoState
from colonnade.videos.playback import withdraw
from colonnade.videos.stocktaking import take_stock
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import media_of, now, run
from tests.videos.test_sharing import begun, make, short_chunks, waiting  # noqa: F401 a fixture
from tests.videos.uploading import uploaded
from tests.videos.watching import address, every_file, get

KEY = "segments.key"


@pytest.fixture
def secretive(school: School) -> School:
    """A school that encrypts its videos."""
    with school:
        school.tenant.encrypts_videos = True
        school.tenant.save()
    return school


def fetched(school: School, master: str, folder: Path, *, key: bytes | None = None) -> Path:
    """All that a player would fetch, in a folder; with another key instead of the right one."""
    home = master.rpartition("/")[0]
    for file in [master, f"{home}/{KEY}", *every_file(school.host, master)]:
        answer = get(school.host, file)
        assert answer.status == 200, file
        target = folder / file.removeprefix(f"{home}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(answer.body)
    if key:
        (folder / KEY).write_bytes(key)
    return folder


def decoded(playlist: Path) -> int | None:
    """Frames that FFmpeg, which knows nothing of us, gets out of a playlist; None where it does not."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-xerror", "-protocol_whitelist", "file,crypto,data"]
    command += ["-allowed_extensions", "ALL", "-i", str(playlist), "-map", "0:v", "-f", "framecrc", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    frames = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    return len(frames) if done.returncode == 0 and frames and not done.stderr else None


def keys(school: School, video: Video) -> dict[str, bytes]:
    with school:
        return {row.edition: bytes(row.key) for row in EditionKey.objects.filter(video_id=video.pk)}


def test_videos_are_not_encrypted_unless_a_school_wants_it(school: School) -> None:
    video = run(school, uploaded(school, clips.lesson()))
    master = address(school, video, school.person())
    playlist = next(file for file in every_file(school.host, master) if file.endswith("index.m3u8"))
    assert "EXT-X-KEY" not in get(school.host, playlist).text
    assert get(school.host, master.replace("master.m3u8", KEY)).status == 404
    assert keys(school, video) == {}


def test_an_encrypted_video_plays_with_its_key_and_not_without(secretive: School, tmp_path: Path) -> None:
    video = run(secretive, uploaded(secretive, clips.lesson()))
    assert video.state == VideoState.READY
    master = address(secretive, video, secretive.person())
    right = fetched(secretive, master, tmp_path / "right")
    playlist = m3u8.load(str(right / "240p" / "index.m3u8"))
    assert [(key.method, key.uri, key.iv) for key in playlist.keys if key] == [("AES-128", f"../{KEY}", None)]
    assert playlist.segment_map[0].uri == "init.mp4"
    assert (right / "240p" / "init.mp4").read_bytes()[4:8] == b"ftyp", "the beginning stays clear"
    assert not any(b"moof" in path.read_bytes()[:200] for path in right.rglob("*.m4s"))
    assert decoded(right / "master.m3u8") == clips.SECONDS * 25
    assert decoded(fetched(secretive, master, tmp_path / "wrong", key=b"\0" * 16) / "master.m3u8") is None
    bare = (right / "240p" / "index.m3u8").read_text().replace("#EXT-X-KEY", "#NO-KEY")
    (right / "240p" / "bare.m3u8").write_text(bare)
    assert decoded(right / "240p" / "bare.m3u8") is None
    assert take_stock(secretive.tenant, repair=False).is_sound


def test_the_key_is_for_those_who_may_watch(secretive: School, other_school: School) -> None:
    video = run(secretive, uploaded(secretive, clips.lesson()))
    student = secretive.person()
    key = address(secretive, video, student).replace("master.m3u8", KEY)
    answer = get(secretive.host, key)
    assert (answer.status, answer.body) == (200, keys(secretive, video)[video.edition])
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert get(secretive.host, key, method="HEAD").body == b""
    changed = key.replace(video.edition, "0" * 12)
    assert get(secretive.host, changed).status == 404
    assert get(other_school.host, key).status == 404
    assert get(secretive.host, key.replace("/v/1", "/v/2")).status == 403
    with secretive:
        withdraw(student.pk, [video.pk])
    assert get(secretive.host, key).status == 403


def test_every_edition_has_a_key_of_its_own_that_goes_with_it(secretive: School, tmp_path: Path) -> None:
    first = run(secretive, uploaded(secretive, clips.lesson()))
    master = address(secretive, first, secretive.person())
    with secretive:
        Video.objects.filter(pk=first.pk).update(encoder_version=0)
        renew_encoding(video=first, by=secretive.person(Role.OWNER))
    second = run(secretive, first)
    found = keys(secretive, second)
    assert set(found) == {first.edition, second.edition}
    assert len(set(found.values())) == 2
    assert decoded(fetched(secretive, master, tmp_path / "former") / "master.m3u8"), "who watches it goes on"
    with secretive:
        Video.objects.filter(pk=second.pk).update(ready_at=timezone.now() - FORMER_KEPT * 2)
    sweeping.forget_former_edition(secretive.tenant.pk, second.pk, second.former_edition)
    assert set(keys(secretive, second)) == {second.edition}


def test_the_same_file_is_copied_with_its_key(secretive: School, tmp_path: Path) -> None:
    first, second = (run(secretive, uploaded(secretive, clips.lesson())) for _ in range(2))
    assert keys(secretive, first)[first.edition] == keys(secretive, second)[second.edition]
    master = address(secretive, second, secretive.person())
    assert decoded(fetched(secretive, master, tmp_path / "copy") / "master.m3u8") == clips.SECONDS * 25


def test_what_was_stored_open_is_not_taken_for_an_encrypted_one(school: School) -> None:
    run(school, uploaded(school, clips.lesson()))
    with school:
        school.tenant.encrypts_videos = True
        school.tenant.save()
    second = run(school, uploaded(school, clips.lesson()))
    assert set(keys(school, second)) == {second.edition}


@pytest.mark.usefixtures("empty_queue", "short_chunks")
def test_chunks_share_one_key(secretive: School, tmp_path: Path, run_jobs: Callable[..., None]) -> None:
    video = begun(secretive)
    for job in waiting()[:2]:
        make(secretive, video, job["name"])
    early = address(secretive, now(secretive, video), secretive.person())
    fetched(secretive, early, tmp_path / "early")
    growing = tmp_path / "early" / "480p" / "index.m3u8"
    growing.write_text(f"{growing.read_text()}#EXT-X-ENDLIST\n")  # or FFmpeg waits for more
    assert decoded(growing), "it plays while it is made"
    run_jobs()
    video = now(secretive, video)
    assert (video.state, video.starts) == (VideoState.READY, 1)
    assert set(keys(secretive, video)) == {video.edition}
    folder = fetched(secretive, address(secretive, video, secretive.person()), tmp_path / "all")
    assert decoded(folder / "480p" / "index.m3u8") == 12 * 25
    assert len(media_of(secretive, video)) == video.media_objects


def test_a_computer_can_still_listen(secretive: School, tmp_path: Path) -> None:
    video = run(secretive, uploaded(secretive, clips.lesson()))
    with naming_tenant(secretive.tenant.pk):
        fetch_sound(video, tmp_path / "sound.mp4")
        assert (
            media().get(f"{video.media_path}{video.edition}/audio/00000.m4s")
            not in (tmp_path / "sound.mp4").read_bytes()
        )
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-xerror", "-i", str(tmp_path / "sound.mp4")]
    assert subprocess.run([*command, "-f", "null", "-"], capture_output=True, check=False).stderr == b""


def test_the_setting_is_in_the_schools_settings(school: School) -> None:
    owner = school.client(school.person(Role.OWNER))
    form = {"name": "A school", "instructor_name": "Ada", "time_zone": "UTC", "brand_color": ""}
    assert owner.post("/dashboard/settings/", form | {"encrypts_videos": "on"}).status_code == 302
    with school:
        school.tenant.refresh_from_db()
    assert school.tenant.encrypts_videos
