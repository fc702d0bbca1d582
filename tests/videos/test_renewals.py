"""A newer edition is made while the present one plays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from colonnade.accounts.models import Role
from colonnade.audit.models import AuditEntry
from colonnade.lib.objects import uploads
from colonnade.lib.problems import Conflict
from colonnade.lib.tenancy import naming_tenant
from colonnade.videos import clients, transcoding
from colonnade.videos.actions import renew_encoding
from colonnade.videos.clients import ENCODER_VERSION, VideoError
from colonnade.videos.encoding import MOST_STARTS, start_encoding
from colonnade.videos.jobs import forget_former_editions
from colonnade.videos.models import FORMER_KEPT, Video, VideoState
from tests.factories import School
from tests.videos import clips
from tests.videos.test_encoding import OUTAGE, breaking, media_of, now, run
from tests.videos.test_uploads import jobs_of
from tests.videos.uploading import uploaded
from tests.videos.watching import address, every_file, get


def made_by_an_older_encoder(school: School) -> Video:
    video = run(school, uploaded(school, clips.lesson()))
    with school:
        Video.objects.filter(pk=video.pk).update(encoder_version=-1)
    return now(school, video)


def ask_for_renewal(school: School, video: Video) -> None:
    with school:
        renew_encoding(video=video, by=school.person(Role.OWNER))


def plays(school: School, master: str) -> bool:
    return {get(school.host, file).status for file in [master, *every_file(school.host, master)]} == {200}


def test_what_is_watched_plays_on_while_and_after_a_newer_edition_is_made(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = made_by_an_older_encoder(school)
    old = address(school, video, school.person())
    ask_for_renewal(school, video)
    real, seen = clients.encode, []

    def encode(source: Path, dest: Path, **options: Any) -> Any:
        seen.append((now(school, video).state, plays(school, old)))
        return real(source, dest, **options)

    monkeypatch.setattr(transcoding, "encode", encode)
    renewed = run(school, video)
    assert seen == [(VideoState.READY, True)]
    assert (renewed.state, renewed.renewal_asked_at, renewed.progress) == (VideoState.READY, None, 100)
    assert (renewed.encoder_version, renewed.former_edition) == (ENCODER_VERSION, video.edition)
    new = address(school, renewed, school.person())
    assert new != old
    assert plays(school, new)
    assert plays(school, old)  # whoever has the page open
    with school:
        assert AuditEntry.objects.filter(action="video.renewed", subject_id=str(video.pk)).count() == 1


def test_the_former_edition_goes_once_nobody_can_be_watching_it(school: School) -> None:
    video = made_by_an_older_encoder(school)
    ask_for_renewal(school, video)
    video = run(school, video)
    forget_former_editions()
    assert now(school, video).former_edition != ""
    with school:
        Video.objects.filter(pk=video.pk).update(ready_at=timezone.now() - FORMER_KEPT - timedelta(minutes=1))
    forget_former_editions()
    assert now(school, video).former_edition == ""
    assert all(path.startswith(f"{video.media_path}{video.edition}/") for path in media_of(school, video))
    assert plays(school, address(school, video, school.person()))


def test_a_renewal_that_fails_says_so_and_the_present_edition_plays(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = made_by_an_older_encoder(school)
    before = media_of(school, video)
    ask_for_renewal(school, video)
    breaking(monkeypatch, VideoError("disk_full", "The disk is full."))
    failed = run(school, video)
    assert (failed.state, failed.edition, failed.making) == (VideoState.READY, video.edition, "")
    assert (failed.failure, failed.renewal_asked_at) == ("The disk is full.", None)
    assert media_of(school, video) == before
    assert plays(school, address(school, failed, school.person()))
    with school:
        assert AuditEntry.objects.filter(action="video.renewal_failed", subject_id=str(video.pk)).count() == 1


def test_a_renewal_survives_outages_and_dead_workers(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    video = made_by_an_older_encoder(school)
    ask_for_renewal(school, video)
    with naming_tenant(school.tenant.pk):
        killed = start_encoding(video.pk)
    assert killed
    with monkeypatch.context() as broken:
        breaking(broken, OUTAGE)
        with pytest.raises(type(OUTAGE)):
            run(school, video)
    waiting = now(school, video)
    assert (waiting.state, waiting.is_renewing, waiting.making) == (VideoState.READY, True, "")
    renewed = run(school, video)
    assert (renewed.edition != video.edition, renewed.starts) == (True, 3)


def test_a_renewal_that_no_worker_survives_is_given_up(school: School) -> None:
    video = made_by_an_older_encoder(school)
    ask_for_renewal(school, video)
    with naming_tenant(school.tenant.pk):
        for _ in range(MOST_STARTS):
            assert start_encoding(video.pk) is not None  # and the worker dies
    given_up = run(school, video)
    assert (given_up.state, given_up.failure_code, given_up.is_renewing) == (VideoState.READY, "given_up", False)


def test_asking_twice_makes_one_job_behind_what_people_wait_for(school: School) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    video = made_by_an_older_encoder(school)
    before = jobs_of(video.pk)
    for _ in range(2):
        ask_for_renewal(school, video)
    assert jobs_of(video.pk) == before + 1
    newest = ProcrastinateJob.objects.filter(args__video_id=str(video.pk)).latest("id")
    assert newest.priority < 0


@pytest.mark.parametrize("state", [VideoState.UPLOADING, VideoState.QUEUED, VideoState.FAILED])
def test_only_a_ready_video_is_encoded_anew(school: School, state: str) -> None:
    with pytest.raises(Conflict):
        ask_for_renewal(school, school.video(state=state))


def test_without_its_original_a_video_stays_as_it_is(school: School) -> None:
    video = made_by_an_older_encoder(school)
    with naming_tenant(school.tenant.pk):
        uploads().delete([video.original_path])
    with pytest.raises(Conflict, match="original file is gone"):
        ask_for_renewal(school, video)


def test_a_ready_video_is_encoded_anew_from_the_page(school: School) -> None:
    video = made_by_an_older_encoder(school)
    client = school.client(school.person(Role.INSTRUCTOR))
    assert client.post(reverse("video-encoding", args=[video.pk])).status_code == 204
    assert now(school, video).is_renewing


def reencode(*options: str) -> str:
    from io import StringIO

    out = StringIO()
    call_command("reencode", *options, stdout=out)
    return out.getvalue()


def test_the_command_asks_for_every_outdated_video_and_no_other(
    school: School, other_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [made_by_an_older_encoder(place) for place in (school, other_school)]
    new = run(school, uploaded(school, clips.lesson()))
    for place, video in zip((school, other_school), old, strict=True):
        name = place.tenant.subdomain
        assert f"{name}: 1 video" in reencode("--older", "--dry-run", "--school", name)
        assert not now(place, video).is_renewing
        assert f"{name}: 1 video" in reencode("--older", "--school", name)
        assert now(place, video).is_renewing
        assert "Nothing to encode" in reencode("--older", "--school", name)
    assert not now(school, new).is_renewing


def test_the_command_names_what_it_leaves_out(school: School) -> None:
    video = made_by_an_older_encoder(school)
    with naming_tenant(school.tenant.pk):
        uploads().delete([video.original_path])
    said = reencode("--older", "--school", school.tenant.subdomain)
    assert "1 without its original" in said
