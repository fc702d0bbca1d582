"""Uploads: begun, interrupted, resumed, completed, refused; over HTTP, with parts in the real store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from colonnade.accounts.models import Role
from colonnade.audit.models import AuditEntry
from colonnade.lib.multipart import MIB, part_size_for
from colonnade.lib.objects import NoSuchObject, Part, unfinished_uploads, uploads
from colonnade.lib.problems import Conflict, Invalid, NotFound
from colonnade.lib.tenancy import naming_tenant, tenant_scope
from colonnade.videos.actions import (
    begin_upload,
    cancel_upload,
    complete_upload,
    delete_video,
    retry_encoding,
)
from colonnade.videos.jobs import give_up_abandoned_uploads, remove_objects
from colonnade.videos.models import Video, VideoState
from tests.factories import School, unique
from tests.videos.uploading import Uploader, begin, parts_of, uploaded, video_of

BODY = b"a" * (8 * MIB) + b"b" * (8 * MIB) + b"the end"  # three parts; nobody looks into them before the encoder


def jobs_of(video_id: Any, kind: str = "encode") -> int:
    name = f"colonnade:colonnade.videos.jobs.{kind}"
    return ProcrastinateJob.objects.filter(task_name=name, args__video_id=str(video_id)).count()


def test_an_upload_goes_in_parts_and_is_queued_when_complete(school: School) -> None:
    uploader = begin(school, BODY)
    assert uploader.document["part_count"] == 3
    answer = uploader.complete(uploader.send())
    assert (answer.status_code, answer.json()) == (202, {"state": "queued"})
    video = video_of(school, uploader)
    assert (video.state, video.upload_id, video.size) == (VideoState.QUEUED, "", len(BODY))
    assert jobs_of(video.pk) == 1
    with naming_tenant(school.tenant.pk):
        assert uploads().get(video.original_path) == BODY


def test_an_interrupted_upload_is_found_again_with_what_has_arrived(school: School) -> None:
    teacher, fingerprint = school.person(Role.INSTRUCTOR), unique("file")
    first = begin(school, BODY, user=teacher, fingerprint=fingerprint)
    sent = first.send(only={1, 3})
    again = begin(school, BODY, user=teacher, fingerprint=fingerprint)
    assert again.document == first.document
    arrived = again.arrived()
    assert arrived["state"] == "uploading"
    assert [(part["number"], part["size"]) for part in arrived["parts"]] == [(1, 8 * MIB), (3, 7)]
    assert {part["etag"] for part in arrived["parts"]} == {part["etag"].strip('"') for part in sent}
    assert again.complete([*arrived["parts"], *again.send(only={2})]).status_code == 202


def test_another_persons_or_another_files_upload_is_not_taken_up(school: School) -> None:
    teacher, fingerprint = school.person(Role.INSTRUCTOR), unique("file")
    first = begin(school, b"x", user=teacher, fingerprint=fingerprint)
    ids = {first.document["video_id"]}
    ids.add(begin(school, b"x", fingerprint=fingerprint).document["video_id"])
    ids.add(begin(school, b"x", user=teacher, fingerprint=unique("file")).document["video_id"])
    ids.add(begin(school, b"x", user=teacher).document["video_id"])
    ids.add(begin(school, b"x", user=teacher).document["video_id"])
    assert len(ids) == 5


def test_the_same_file_in_two_tabs_is_one_upload(school: School) -> None:
    teacher, fingerprint, both = school.person(Role.INSTRUCTOR), unique("file"), Barrier(2)

    def tab(number: int) -> Any:
        try:
            with tenant_scope(school.tenant.pk):
                both.wait(10)
                return begin_upload(
                    filename="a.mp4", size=9, content_type="video/mp4", fingerprint=fingerprint, by=teacher
                ).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(tab, range(2)))) == 1
    with school:
        assert Video.objects.filter(fingerprint=fingerprint).count() == 1


def test_an_upload_that_the_store_has_forgotten_begins_anew(school: School) -> None:
    teacher, fingerprint = school.person(Role.INSTRUCTOR), unique("file")
    first = begin(school, b"x", user=teacher, fingerprint=fingerprint)
    video = video_of(school, first)
    with naming_tenant(school.tenant.pk):
        uploads().abort_upload(video.original_path, video.upload_id)
    again = begin(school, b"x", user=teacher, fingerprint=fingerprint)
    assert again.document == first.document
    assert again.complete(again.send()).status_code == 202


@pytest.mark.parametrize("size", [0, -1])
def test_an_empty_file_is_refused_at_once(school: School, size: int) -> None:
    with pytest.raises(Invalid, match="empty"):
        begin(school, b"", size=size)
    with school:
        assert not Video.objects.exists()


def test_a_file_above_the_limit_is_refused_at_once(school: School, settings: Settings) -> None:
    settings.VIDEO_MAX_BYTES = 100
    begin(school, b"x" * 100)
    with pytest.raises(Invalid, match="101\xa0bytes; the most is 100\xa0bytes"):
        begin(school, b"x" * 101)


@given(st.integers(1, 5 * 1024**4))
def test_parts_are_as_the_store_wants_them(size: int) -> None:
    part = part_size_for(size)
    assert part >= 5 * MIB
    assert -(-size // part) <= 10_000


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("C:\\Videos\\Lesson 1.mp4", "Lesson 1.mp4"), ("../../etc/passwd", "passwd"), ("a\x00\nb.mp4", "ab.mp4"),
     ("", "video"), ("/", "video"), ("x" * 300 + ".mp4", "x" * 251 + ".mp4")],
)  # fmt: skip
def test_names_are_kept_without_their_folders(school: School, sent: str, kept: str) -> None:
    video = video_of(school, begin(school, b"x", filename=sent, content_type="<script>"))
    assert (video.filename, video.content_type) == (kept, "application/octet-stream")


def test_a_missing_part_is_named_and_the_upload_goes_on(school: School) -> None:
    uploader = begin(school, BODY)
    sent = uploader.send(only={1, 3})
    answer = uploader.complete([*sent, {"number": 2, "etag": "0" * 32}])
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "Part 2 of 3 has not arrived. Resume the upload to send it."
    assert video_of(school, uploader).state == VideoState.UPLOADING
    assert uploader.complete([*sent, *uploader.send(only={2})]).status_code == 202


def test_a_part_of_another_size_than_announced_is_refused(school: School) -> None:
    uploader = begin(school, BODY)
    sent = uploader.send(only={1, 2})
    short = {"number": 3, "etag": uploader.put(3, b"the")}
    answer = uploader.complete([*sent, short])
    assert (answer.status_code, answer.json()["detail"]) == (422, "Part 3 has 3 bytes instead of 7. Send it again.")


def test_more_bytes_than_announced_are_refused(school: School) -> None:
    uploader = begin(school, b"x" * 5000, size=50)
    answer = uploader.complete(uploader.send())
    assert (answer.status_code, "5000 bytes instead of 50" in answer.json()["detail"]) == (422, True)
    assert jobs_of(uploader.document["video_id"]) == 0


def test_a_part_that_is_not_the_one_that_arrived_is_refused(school: School) -> None:
    uploader = begin(school, b"first")
    uploader.send()
    answer = uploader.complete([{"number": 1, "etag": "0" * 32}])
    assert (answer.status_code, jobs_of(uploader.document["video_id"])) == (422, 0)


@pytest.mark.parametrize("body", [b"other", b"secnd", b"third"])
def test_of_a_part_that_was_sent_again_the_one_that_is_vouched_for_counts(school: School, body: bytes) -> None:
    uploader = begin(school, body)
    uploader.put(1, b"shrt")
    uploader.put(1, b"false")
    sent = uploader.send()
    assert [part["size"] for part in uploader.arrived()["parts"]] == [5]
    assert uploader.complete(sent).status_code == 202
    with naming_tenant(school.tenant.pk):
        assert uploads().get(video_of(school, uploader).original_path) == body


def test_completing_twice_changes_nothing(school: School) -> None:
    uploader = begin(school, b"x")
    sent = uploader.send()
    assert [uploader.complete(sent).status_code for _ in range(2)] == [202, 202]
    assert jobs_of(uploader.document["video_id"]) == 1
    with school:
        assert AuditEntry.objects.filter(action="video.uploaded").count() == 1


def test_two_completions_at_once_are_one(school: School) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    uploader = begin(school, BODY, user=teacher)
    parts, video, both = parts_of(uploader.send()), video_of(school, uploader), Barrier(4)

    def complete(number: int) -> str:
        try:
            both.wait(10)
            with tenant_scope(school.tenant.pk):
                return complete_upload(video=video, parts=parts, by=teacher).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(complete, range(4))) == [VideoState.QUEUED] * 4
    assert jobs_of(video.pk) == 1


def test_a_crash_between_the_store_and_the_database_is_made_good(school: School) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    uploader = begin(school, BODY, user=teacher, fingerprint=unique("file"))
    sent, video = uploader.send(), video_of(school, uploader)

    with school:
        complete_upload(video=video, parts=parts_of(sent), by=teacher)
        transaction.set_rollback(True)
    assert video_of(school, uploader).state == VideoState.UPLOADING
    assert jobs_of(video.pk) == 0

    again = begin(school, BODY, user=teacher, fingerprint=video.fingerprint)
    assert again.document == uploader.document
    arrived = again.arrived()["parts"]
    assert [part["size"] for part in arrived] == [8 * MIB, 8 * MIB, 7]
    assert again.complete(arrived).status_code == 202
    assert jobs_of(video.pk) == 1


def test_when_the_upload_is_gone_completing_says_so(school: School) -> None:
    uploader = begin(school, b"x")
    sent, video = uploader.send(), video_of(school, uploader)
    with naming_tenant(school.tenant.pk):
        uploads().abort_upload(video.original_path, video.upload_id)
    answer = uploader.complete(sent)
    assert (answer.status_code, "Choose the file again" in answer.json()["detail"]) == (409, True)


def test_a_cancelled_upload_leaves_nothing(school: School) -> None:
    uploader = begin(school, BODY)
    uploader.send(only={1})
    video = video_of(school, uploader)
    assert uploader.client.delete(uploader.document["urls"]["upload"]).status_code == 204
    assert uploader.complete([]).status_code == 404
    assert jobs_of(video.pk, "remove_objects") == 1
    with naming_tenant(school.tenant.pk):
        remove_objects(video_id=str(video.pk), upload_id=video.upload_id)
        remove_objects(video_id=str(video.pk), upload_id=video.upload_id)  # a retry after a crash
        with pytest.raises(NoSuchObject):
            uploads().parts(video.original_path, video.upload_id)


def test_a_complete_upload_is_deleted_rather_than_cancelled(school: School) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    video = uploaded(school, b"x", user=teacher)
    with school, pytest.raises(Conflict):
        cancel_upload(video=video, by=teacher)
    with school:
        delete_video(video=video, by=teacher)
    with school, pytest.raises(NotFound):
        delete_video(video=video, by=teacher)
    with naming_tenant(school.tenant.pk):
        assert list(uploads().paths(video.original_path))
        remove_objects(video_id=str(video.pk), upload_id="")
        assert not list(uploads().paths(video.original_path))


def test_only_a_failed_video_whose_original_is_there_is_tried_again(school: School) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    failed, lost = uploaded(school, b"x", user=teacher), school.video(state=VideoState.FAILED)
    with school, pytest.raises(Conflict, match="Only a video that failed"):
        retry_encoding(video=failed, by=teacher)
    with school, pytest.raises(Conflict, match="original file is gone"):
        retry_encoding(video=lost, by=teacher)
    with school:
        Video.objects.filter(pk=failed.pk).update(state=VideoState.FAILED, failure="Why.", failure_code="why", starts=3)
        retried = retry_encoding(video=failed, by=teacher)
    assert (retried.state, retried.failure, retried.failure_code, retried.starts) == (VideoState.QUEUED, "", "", 0)
    assert jobs_of(failed.pk) == 2


def test_part_addresses_are_for_parts_of_an_unfinished_upload(school: School) -> None:
    uploader = begin(school, BODY)
    answer = uploader.post("parts", {"numbers": [3, 1, 3]}).json()
    assert ([part["number"] for part in answer["parts"]], answer["expires_in"]) == ([3, 1], 3600)
    for numbers in ([], [0], [4], [1, 99], list(range(1, 102))):
        assert uploader.post("parts", {"numbers": numbers}).status_code == 422
    uploader.complete(uploader.send())
    assert uploader.post("parts", {"numbers": [1]}).status_code == 409
    assert uploader.arrived()["state"] == "queued"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"numbers": "x"}', b"\xff", b'{"numbers": [null]}'])
def test_a_request_that_cannot_be_read_is_explained(school: School, body: bytes) -> None:
    uploader = begin(school, b"x")
    answer = uploader.client.post(uploader.document["urls"]["parts"], body, content_type="application/json")
    assert answer.status_code == 422


def test_another_schools_upload_is_not_found(school: School, other_school: School) -> None:
    uploader = begin(school, BODY)
    stranger = Uploader(other_school.client(other_school.person(Role.OWNER)), uploader.document, BODY)
    assert stranger.client.get(stranger.document["urls"]["upload"]).status_code == 404
    assert stranger.client.delete(stranger.document["urls"]["upload"]).status_code == 404
    assert stranger.post("parts", {"numbers": [1]}).status_code == 404
    assert stranger.complete([]).status_code == 404


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT])
def test_those_who_edit_no_courses_upload_nothing(school: School, role: str) -> None:
    uploader = begin(school, BODY)
    person = Uploader(school.client(school.person(role)), uploader.document, BODY)
    assert person.client.get(person.document["urls"]["upload"]).status_code == 403
    assert person.post("parts", {"numbers": [1]}).status_code == 403
    assert person.complete([]).status_code == 403


def test_an_upload_abandoned_for_a_week_is_given_up(school: School) -> None:
    old, young = (video_of(school, begin(school, b"x")) for _ in range(2))
    with school:
        Video.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=8))
    give_up_abandoned_uploads()
    with school:
        assert list(Video.objects.values_list("pk", flat=True)) == [young.pk]
        assert AuditEntry.objects.filter(action="video.upload_abandoned", subject_id=str(old.pk)).count() == 1
    assert jobs_of(old.pk, "remove_objects") == 1


def test_an_upload_that_no_row_knows_is_aborted_after_a_day(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = video_of(school, begin(school, b"x"))
    with naming_tenant(school.tenant.pk):
        orphan = uploads().begin_upload("videos/none/original", content_type="video/mp4")
    give_up_abandoned_uploads()
    own = {kept.upload_id, orphan}
    assert {u.upload_id for u in unfinished_uploads()} & own == own  # younger than a day: its row may yet be committed
    monkeypatch.setattr("colonnade.videos.sweeping.ORPHANED_AFTER", timedelta(0))
    give_up_abandoned_uploads()
    assert {u.upload_id for u in unfinished_uploads()} & own == {kept.upload_id}


def test_a_part_compares_without_its_quotes(school: School) -> None:
    teacher = school.person(Role.INSTRUCTOR)
    uploader = begin(school, b"x", user=teacher)
    etag = uploader.send()[0]["etag"].strip('"')
    with school:
        assert complete_upload(video=video_of(school, uploader), parts=[Part(1, etag)], by=teacher).state == "queued"
