"""The doors: who comes in, what they see, and how many queries it takes."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from colonnade.accounts.models import Role, User
from colonnade.courses import actions
from colonnade.courses.actions.wording import TITLE_LENGTH
from colonnade.courses.models import Course, Lecture, Section
from colonnade.lib.objects import media
from colonnade.videos.models import Video
from tests.courses.images import bomb, picture
from tests.factories import School

HTMX = {"HX-Request": "true"}


@pytest.fixture
def course(school: School) -> Course:
    return school.course("Greek", lectures=2, published=False)


@pytest.fixture
def browser(school: School, owner: User) -> Client:
    return school.client(owner)


def addresses(school: School, course: Course) -> dict[str, str]:
    """Every address of the editor that changes something, by name."""
    with school:
        section, lecture = course.sections.all()[0], course.lectures.all()[0]
    of_course = [
        "course-details", "course-thumbnail", "course-thumbnail-removal", "course-publication",
        "course-publication-end", "course-sections", "course-section-order", "course-deletion",
    ]  # fmt: skip
    of_section = ["section", "section-move", "section-lectures", "section-lecture-order", "section-deletion"]
    of_lecture = ["lecture", "lecture-move", "lecture-uploads", "lecture-video-removal"]
    of_lecture += ["lecture-replacement-removal", "lecture-deletion"]
    return {
        "course-new": reverse("course-new"),
        **{name: reverse(name, args=[course.pk]) for name in of_course},
        **{name: reverse(name, args=[section.pk]) for name in of_section},
        **{name: reverse(name, args=[lecture.pk]) for name in of_lecture},
    }


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OWNER, 200), (Role.INSTRUCTOR, 200), (Role.ASSISTANT, 200), (Role.STUDENT, 403)]
)
def test_the_staff_sees_courses_and_students_do_not(school: School, course: Course, role: str, status: int) -> None:
    client = school.client(school.person(role))
    with school:
        lecture = course.lectures.all()[0]
    for address in (
        reverse("courses"), reverse("course", args=[course.pk]), reverse("lecture-video", args=[lecture.pk])
    ):  # fmt: skip
        assert client.get(address).status_code == status, address


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.STUDENT])
def test_who_may_not_edit_changes_nothing(school: School, course: Course, role: str) -> None:
    client = school.client(school.person(role))
    for name, address in addresses(school, course).items():
        assert client.post(address, {"title": "Mine"}).status_code == 403, name
    with school:
        assert Course.objects.with_outline().get().title == "Greek"


def test_a_visitor_is_asked_to_sign_in(school: School, course: Course) -> None:
    client = school.client()
    for name, address in addresses(school, course).items():
        answer = client.post(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/login/"), name


def test_another_schools_rows_are_not_found(school: School, other_school: School, browser: Client) -> None:
    foreign = other_school.course()
    with other_school:
        lecture = foreign.lectures.get()
    for name, address in addresses(other_school, foreign).items():
        if name != "course-new":
            data = {"title": "Mine", "direction": "up"}
            assert browser.post(address, data).status_code == 404, name
    assert browser.get(reverse("course", args=[foreign.pk])).status_code == 404
    assert browser.get(reverse("course-publication", args=[foreign.pk])).status_code == 404
    assert browser.get(reverse("lecture-video", args=[lecture.pk])).status_code == 404
    assert foreign.title not in browser.get(reverse("courses")).content.decode()
    with other_school:
        assert Course.objects.get().title == foreign.title


def test_an_assistant_gets_no_controls(school: School, course: Course) -> None:
    page = school.client(school.person(Role.ASSISTANT)).get(reverse("course", args=[course.pk])).content.decode()
    assert "Lecture 1" in page
    main = page[page.index('<main id="main"') : page.index("</main>")]
    assert "<form" not in main
    assert "data-island" not in main
    listed = school.client(school.person(Role.ASSISTANT)).get(reverse("courses")).content.decode()
    assert "create-course" not in listed


def test_the_first_course_is_offered_where_there_is_none(browser: Client) -> None:
    page = browser.get(reverse("courses")).content.decode()
    assert "Your first course" in page
    assert 'data-testid="create-course"' in page


def test_saving_a_course_leads_to_its_outline_with_the_list_in_sight(browser: Client) -> None:
    answer = browser.post(
        reverse("course-new"), {"title": "My First Course", "description": "This is a test course"}, follow=True
    )
    page = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith("/dashboard/courses/")
    listed = page[page.index('data-testid="course-list"') :]
    assert "My First Course" in listed[: listed.index("</details>")]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [("", "Give the course a title."), ("\x07", "Give the course a title."), ("x" * (TITLE_LENGTH + 1), "at most 160")],
)
def test_a_form_that_fails_keeps_what_was_typed(school: School, browser: Client, title: str, sentence: str) -> None:
    answer = browser.post(reverse("course-new"), {"title": title, "description": "Kept, all of it."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Kept, all of it." in page
    with school:
        assert not Course.objects.exists()


def test_titles_are_shown_as_text_wherever_they_stand(school: School, owner: User, browser: Client) -> None:
    hostile = "</script><img src=x onerror=alert(1)> \"'🙂"
    with school:
        course = actions.create_course(title=hostile, description=hostile, by=owner)
        section = actions.add_section(course=course, title=hostile, by=owner)
        actions.add_lecture(section=section, title=hostile, by=owner)
    other = school.course()
    for address in (
        reverse("courses"), reverse("course", args=[course.pk]), reverse("course", args=[other.pk])
    ):  # fmt: skip
        page = browser.get(address).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_the_list_is_searched_and_filtered(school: School, browser: Client) -> None:
    school.course("Greek for beginners")
    school.course("Reading GREEK", published=False)
    school.course("Latin")

    def found(query: str) -> set[str]:
        page = browser.get(reverse("courses") + query).content.decode()
        titles = ("Greek for beginners", "Reading GREEK", "Latin")
        return {title for title in titles if f">{title}</a>" in page}

    assert found("") == {"Greek for beginners", "Reading GREEK", "Latin"}
    assert found("?q=greek") == {"Greek for beginners", "Reading GREEK"}
    assert found("?q=greek&status=draft") == {"Reading GREEK"}
    assert found("?status=published") == {"Greek for beginners", "Latin"}
    assert found("?status=nonsense&page=99") == {"Greek for beginners", "Reading GREEK", "Latin"}
    assert found("?q=100%25") == set()
    assert "Nothing found" in browser.get(reverse("courses") + "?q=zzz").content.decode()
    assert found("?q=%00") == {"Greek for beginners", "Reading GREEK", "Latin"}


def test_a_card_tells_length_and_state(school: School, browser: Client) -> None:
    school.course("Long one", lectures=3)
    page = browser.get(reverse("courses")).content.decode()
    assert "3 lectures · 3 min" in page
    assert "Published" in page


def fill(school: School, count: int) -> None:
    """So many more courses, each with a section and two lectures with videos, in four statements."""
    with school:
        courses = Course.objects.bulk_create(
            Course(title=f"Course {n}", slug=f"course-{n}-{count}") for n in range(count)
        )
        sections = Section.objects.bulk_create(Section(course=course, title="S", position=1) for course in courses)
        facts = {"filename": "a.mp4", "content_type": "video/mp4", "size": 1, "part_size": 1, "state": "queued"}
        videos = Video.objects.bulk_create(Video(**facts, created_by_id=course.pk) for course in courses)
        Lecture.objects.bulk_create(
            Lecture(course=section.course, section=section, title="L", position=position, video=video)
            for section, video in zip(sections, videos, strict=True)
            for position in (1, 2)
        )
    with connections["owner"].cursor() as cursor:  # as autovacuum does a minute after rows came
        cursor.execute("ANALYZE courses_course, courses_lecture, videos_video")


def test_the_list_takes_as_many_queries_for_1000_courses_as_for_10(
    school: School, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(school, 10)
    browser.get(reverse("courses"))
    with django_assert_num_queries(
        11
    ):  # begin, scope, session, person, savepoint; counts twice, page, courses; two ends
        assert browser.get(reverse("courses")).status_code == 200
    fill(school, 990)
    with django_assert_num_queries(11):
        page = browser.get(reverse("courses")).content.decode()
    assert "Page 1 of 42" in page
    with django_assert_num_queries(11):
        assert "Page 42 of 42" in browser.get(reverse("courses") + "?page=42").content.decode()


def test_the_editor_takes_as_many_queries_for_100_lectures_as_for_one(
    school: School, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    short, long = school.course(lectures=1, published=False), school.course(lectures=100, published=False)
    for course in (short, long):
        address = reverse("course", args=[course.pk])
        browser.get(address)
        with django_assert_num_queries(12):  # as above; course, sections, lectures with videos, rules, others
            assert browser.get(address).status_code == 200


def test_scripts_get_fragments_and_browsers_without_are_sent_back(
    school: School, course: Course, browser: Client
) -> None:
    with school:
        section, lecture = course.sections.get(), course.lectures.all()[0]
    page = reverse("course", args=[course.pk])
    deeds: list[tuple[str, dict[str, Any], str]] = [
        (reverse("course-sections", args=[course.pk]), {"title": "Second"}, "Second"),
        (reverse("section", args=[section.pk]), {"title": "First"}, f"menu-{section.pk}"),
        (reverse("section-lectures", args=[section.pk]), {"title": "Third lecture"}, "Third lecture"),
        (reverse("lecture", args=[lecture.pk]), {"title": "Renamed"}, f"menu-{lecture.pk}"),
        (reverse("lecture-move", args=[lecture.pk]), {"direction": "down"}, "hx-partial"),
        (reverse("section-move", args=[section.pk]), {"direction": "down"}, "hx-partial"),
        (reverse("course-details", args=[course.pk]), {"title": "Greek II"}, 'id="course-heading"'),
        (reverse("lecture-replacement-removal", args=[lecture.pk]), {}, f"video-{lecture.pk}"),
        (reverse("lecture-video-removal", args=[lecture.pk]), {}, f"video-{lecture.pk}"),
        (reverse("lecture-deletion", args=[lecture.pk]), {}, "hx-partial"),
        (reverse("section-deletion", args=[section.pk]), {}, "hx-partial"),
    ]
    for address, data, expected in deeds:
        if not address.endswith("deletion/"):
            plain = browser.post(address, data)
            assert plain.status_code == 302, address
            assert plain["Location"].startswith(page), address
        fragment = browser.post(address, data, headers=HTMX)
        assert fragment.status_code == 200, address
        text = fragment.content.decode()
        assert expected in text, address
        assert 'id="publication"' in text, "the course's standing comes with every change"
        assert "<html" not in text, address


def order(client: Client, address: str, body: Any) -> Any:
    return client.post(
        address, json.dumps(body), content_type="application/json", headers={"Accept": "application/json"}
    )


def test_an_order_is_sent_as_json_and_a_stale_one_answered_with_a_sentence(
    school: School, course: Course, browser: Client
) -> None:
    with school:
        section = course.sections.get()
        first, second = course.lectures.all()
    address = reverse("section-lecture-order", args=[section.pk])
    wanted = [str(second.pk), str(first.pk)]
    assert order(browser, address, {"order": wanted, "moved": wanted[0]}).json() == {"version": 2}
    with school:
        assert [str(lecture.pk) for lecture in section.lectures.all()] == wanted
    stale = order(browser, address, {"order": wanted[:1]})
    assert stale.status_code == 409
    assert "Look at the outline" in stale.json()["detail"]
    sections = reverse("course-section-order", args=[course.pk])
    assert order(browser, sections, {"order": [str(section.pk)]}).json() == {"version": 3}
    unfit: list[Any] = [{"order": ["x"]}, {}, [], {"order": wanted * 1500}]
    for broken in unfit:
        assert order(browser, address, broken).status_code == 422


def test_publishing_from_the_page(school: School, course: Course, browser: Client) -> None:
    address = reverse("course-publication", args=[course.pk])
    assert "Ready to publish" in browser.get(address).content.decode()
    answer = browser.post(address, headers=HTMX)
    assert "Unpublish" in answer.content.decode()
    assert "is published" in answer["HX-Trigger"]
    with school:
        assert Course.objects.get(pk=course.pk).is_published
    browser.post(reverse("course-publication-end", args=[course.pk]))
    with school:
        assert not Course.objects.get(pk=course.pk).is_published


def test_the_checklist_names_what_is_missing_and_publishing_is_refused(school: School, browser: Client) -> None:
    course = school.course(ready=False, published=False)
    page = browser.get(reverse("course", args=[course.pk])).content.decode()
    listed = page[page.index('data-testid="lacking"') :]
    assert "Lecture 1" in listed[:600]
    assert "the upload is not finished" in listed[:600]
    assert 'hx-trigger="every 4s"' in page, "the standing follows the encoding"
    refused = browser.post(reverse("course-publication", args=[course.pk]), headers=HTMX)
    assert refused.status_code == 409
    assert "Lecture 1" in refused.content.decode()


def test_the_confirmation_names_what_goes(school: School, course: Course, browser: Client) -> None:
    page = browser.get(reverse("course", args=[course.pk])).content.decode()
    assert "Delete the course “Greek”? Its 2 lectures go with it" in page
    answer = browser.post(reverse("course-deletion", args=[course.pk]), follow=True)
    assert answer.redirect_chain[0][0] == reverse("courses")
    assert "“Greek” is deleted." in answer.content.decode()
    with school:
        assert not Course.objects.exists()


def test_details_that_fail_come_back_marked(school: School, course: Course, browser: Client) -> None:
    address = reverse("course-details", args=[course.pk])
    for headers, whole in ((HTMX, False), ({}, True)):
        answer = browser.post(address, {"title": "", "description": "Kept."}, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Give the course a title." in page
        assert "Kept." in page
        assert ("<html" in page) is whole


def upload(client: Client, course: Course, body: bytes, name: str, **headers: str) -> Any:
    file = SimpleUploadedFile(name, body, content_type="image/png")
    return client.post(reverse("course-thumbnail", args=[course.pk]), {"image": file}, headers=headers)


def test_a_picture_is_uploaded_shown_to_anybody_and_removed(school: School, course: Course, browser: Client) -> None:
    assert upload(browser, course, picture().read(), "me.png", **HTMX).status_code == 200
    with school:
        course = Course.objects.get(pk=course.pk)
    page = browser.get(reverse("course", args=[course.pk])).content.decode()
    assert course.picture in page
    for address in (course.picture, course.small_picture):
        shown = school.client().get(address)
        assert shown.status_code == 200
        assert shown["Content-Type"] == "image/webp"
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert shown["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in shown
        assert shown.content[8:12] == b"WEBP"
        known = school.client().get(address, headers={"If-None-Match": shown["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
    browser.post(reverse("course-thumbnail-removal", args=[course.pk]), headers=HTMX)
    with school:
        assert Course.objects.get(pk=course.pk).thumbnail == ""


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"just words", "words.png", "not a picture"),
        (b"", "empty.png", "empty"),
        (b"\0" * (20 * 1024 * 1024), "big.png", "larger than 10 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg", "not a picture"),
        (bomb(30_000, 30_000).read(), "bomb.png", "million pixels"),
    ],
)
def test_a_bad_picture_is_told_beside_its_field(
    school: School, course: Course, browser: Client, body: bytes, name: str, sentence: str
) -> None:
    answer = upload(browser, course, body, name, **HTMX)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "<html" in upload(browser, course, body, name).content.decode()
    with school:
        assert Course.objects.get(pk=course.pk).thumbnail == ""


def test_no_file_chosen_is_told(course: Course, browser: Client) -> None:
    answer = browser.post(reverse("course-thumbnail", args=[course.pk]), headers=HTMX)
    assert (answer.status_code, "Choose a picture first." in answer.content.decode()) == (422, True)


def test_media_gives_pictures_and_nothing_else_of_the_bucket(school: School, other_school: School) -> None:
    with school:
        media().put("videos/1/master.m3u8", b"#EXTM3U", content_type="application/vnd.apple.mpegurl")
        media().put("thumbnails/evil.html", b"<script>", content_type="text/html")
    client = school.client()
    for path in (
        "videos/1/master.m3u8", "thumbnails/evil.html", "thumbnails/../videos/1/master.m3u8",
        "thumbnails/%2e%2e/videos/1/master.m3u8", "thumbnails/", "", "drawn/zzzzzzzz.svg", "drawn/0123456.svg",
        "thumbnails/01890000-0000-7000-8000-000000000000.webp",
    ):  # fmt: skip
        assert client.get(f"/media/{path}").status_code == 404, path
    drawn = client.get("/media/drawn/0123abcd.svg")
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
    assert drawn["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.post("/media/drawn/0123abcd.svg").status_code == 405


def test_a_picture_is_not_shown_at_another_schools_address(school: School, other_school: School, owner: User) -> None:
    course = school.course()
    with school:
        course = actions.set_thumbnail(course=course, image=picture(), by=owner)
    assert other_school.client().get(course.picture).status_code == 404


def beginning(**changes: Any) -> dict[str, Any]:
    return {"filename": "l.mp4", "size": 20_000_000, "content_type": "video/mp4", "fingerprint": "l:20"} | changes


def test_an_upload_begins_for_a_lecture_and_goes_on_for_the_same_file(school: School, browser: Client) -> None:
    course = school.course(lectures=0, published=False)
    with school:
        section = course.sections.get()
        lecture = Lecture.objects.create(course=course, section=section, title="L", position=1)
    address = reverse("lecture-uploads", args=[lecture.pk])
    begun = order(browser, address, beginning(lecture_id=str(lecture.pk)))
    assert begun.status_code == 201
    document = begun.json()
    assert document["urls"]["parts"] == reverse("video-upload-parts", args=[document["video_id"]])
    with school:
        assert str(Lecture.objects.get(pk=lecture.pk).video_id) == document["video_id"]
    again = order(browser, address, beginning())
    assert (again.status_code, again.json()["video_id"]) == (200, document["video_id"])
    assert order(browser, address, beginning(size=0, fingerprint="")).status_code == 422
    assert order(browser, address, {"filename": "x"}).status_code == 422


def test_the_videos_fragment_follows_its_state(school: School, browser: Client) -> None:
    course = school.course(lectures=1, ready=False, published=False)
    with school:
        lecture = course.lectures.get()
        video = Video.objects.get()
    address = reverse("lecture-video", args=[lecture.pk])

    def shown(state: str, **facts: Any) -> str:
        with school:
            Video.objects.filter(pk=video.pk).update(state=state, **facts)
        return browser.get(address, headers=HTMX).content.decode()

    encoding = shown("encoding", progress=42)
    assert "42 %" in encoding
    assert f'hx-get="{address}"' in encoding
    assert 'data-island="uploader"' not in encoding
    assert 'data-island="uploader"' in shown("failed", failure="No video in it.", failure_code="no-video")
    ready = shown("ready", failure="", ready_at="2026-01-01T00:00Z", duration=125)
    assert "2:05" in ready
    assert "every" not in ready[: ready.index("<hx-partial")]
    assert 'id="publication"' in ready, "the checklist moves with it"
    assert 'data-island="uploader"' not in school.client(school.person(Role.ASSISTANT)).get(address).content.decode()


def test_lectures_of_a_page_name_where_their_upload_goes(school: School, browser: Client) -> None:
    course = school.course(lectures=0, published=False)
    with school:
        lecture = Lecture.objects.create(course=course, section=course.sections.get(), title="L", position=1)
    page = browser.get(reverse("course", args=[course.pk])).content.decode()
    start = page.index('<script type="application/json">') + len('<script type="application/json">')
    config = json.loads(page[start : page.index("</script>", start)])
    assert config["uploads_url"] == reverse("lecture-uploads", args=[lecture.pk])
    assert config["state_url"] == reverse("lecture-video", args=[lecture.pk])
    assert config["lecture_id"] == str(lecture.pk)
    assert len(config["csrf_token"]) > 20
