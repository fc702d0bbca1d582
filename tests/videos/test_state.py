"""The fragment that shows an instructor how far a video is."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import Role
from colonnade.videos.models import Video, VideoState
from tests.factories import School
from tests.videos.uploading import uploaded
from tests.videos.watching import get, playable


def fragment(school: School, video: Video) -> str:
    answer = school.client(school.person(Role.INSTRUCTOR)).get(reverse("video-state", args=[video.pk]))
    assert answer.status_code == 200
    assert "no-cache" in answer["Cache-Control"]
    return answer.content.decode()


def test_an_encoding_shows_its_percentage_and_asks_again(school: School) -> None:
    text = fragment(school, school.video(state=VideoState.ENCODING, progress=42))
    assert 'value="42"' in text
    assert 'hx-trigger="every 1s"' in text


def test_a_queued_video_asks_again(school: School) -> None:
    text = fragment(school, school.video(state=VideoState.QUEUED))
    assert "Waiting to be encoded" in text
    assert 'hx-trigger="every 1s"' in text


def test_an_unfinished_upload_says_how_to_go_on_and_disturbs_nobody(school: School) -> None:
    text = fragment(school, school.video(state=VideoState.UPLOADING))
    assert "Choose the same file again" in text
    assert "hx-get" not in text  # the answer would replace an uploader at work


def test_a_ready_video_shows_its_picture_length_and_sizes(school: School) -> None:
    video = playable(school)
    text = fragment(school, video)
    assert "hx-get" not in text
    assert "720p" in text
    assert "0:02" in text
    poster = text.split('src="', 1)[1].split('"', 1)[0]
    assert get(school.host, poster).status == 200


def test_warnings_are_shown(school: School) -> None:
    video = school.video(warnings=[{"code": "truncated", "message": "The file ends early."}])
    assert "The file ends early." in fragment(school, video)


def test_a_failed_video_shows_why_and_can_be_tried_again(school: School) -> None:
    video = uploaded(school, b"x")
    with school:
        Video.objects.filter(pk=video.pk).update(
            state=VideoState.FAILED, failure="It is <b>no</b> video.", failure_code="not_a_video"
        )
    text = fragment(school, video)
    assert "It is &lt;b&gt;no&lt;/b&gt; video." in text
    assert 'hx-trigger="video-queued"' in text
    again = reverse("video-encoding", args=[video.pk])
    assert f'hx-post="{again}"' in text
    answer = school.client(school.person(Role.INSTRUCTOR)).post(again)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "video-queued")
    assert "Waiting to be encoded" in fragment(school, video)
    assert school.client(school.person(Role.INSTRUCTOR)).post(again).status_code == 409


def test_the_fragment_costs_the_same_whatever_the_video(
    school: School, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = school.client(school.person(Role.INSTRUCTOR))
    for state in VideoState.values:
        url = reverse("video-state", args=[school.video(state=state).pk])
        client.get(url)
        with django_assert_num_queries(9 if state == VideoState.READY else 8):
            client.get(url)


def test_it_is_for_those_who_edit_courses_here(school: School, other_school: School) -> None:
    video = school.video()
    for name in ("video-state", "video-encoding"):
        url = reverse(name, args=[video.pk])
        ask = "get" if name == "video-state" else "post"
        assert getattr(school.client(), ask)(url).status_code in (302, 401, 403)
        assert getattr(school.client(school.person(Role.STUDENT)), ask)(url).status_code == 403
        assert getattr(other_school.client(other_school.person(Role.OWNER)), ask)(url).status_code == 404


@pytest.mark.parametrize(("seconds", "shown"), [(None, "0:00"), (2.4, "0:02"), (59.6, "1:00"), (3723, "1:02:03")])
def test_lengths_are_shown_as_clocks_do(seconds: float | None, shown: str) -> None:
    assert Video(duration=seconds).length == shown
