"""Search inside a school: what is found, for whom, how fast, and that other schools' rows never come."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from colonnade.accounts.models import User
from colonnade.courses import actions
from colonnade.courses.models import Content, Course, Lecture
from colonnade.courses.search import Hit, search
from colonnade.lib.tenancy import uuid7
from colonnade.videos.models import Caption, Video
from tests import factories
from tests.factories import School

VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
Welcome to the lesson.

00:01:05.500 --> 00:01:09.000
The mitochondrion is the powerhouse of the cell.

01:00:02.000 --> 01:00:04.000
Good bye & see you.
"""
LINES = "Welcome to the lesson.\nThe mitochondrion is the powerhouse of the cell.\nGood bye & see you."


def caption(video: Video, *, vtt: str = VTT, text: str = LINES, language: str = "en", shown: bool = True) -> Caption:
    at = timezone.now() if shown else None
    return Caption.objects.create(
        video=video, language=language, label=language, source="edited", vtt=vtt, text=text, cue_count=3,
        published_at=at, file="captions/x.vtt",
    )  # fmt: skip


@pytest.fixture
def course(school: School) -> Course:
    """A published course with a lecture whose video tells of mitochondria."""
    course = school.course("Biology of the cell", lectures=2)
    with school:
        Course.objects.filter(pk=course.pk).update(description="How living things are built.", tags=["nature"])
        caption(course.lectures.get(position=1).video)
        course.refresh_from_db()
    return course


def staff(text: str) -> list[Hit]:
    return search(text, inside=None)


def kinds(hits: list[Hit]) -> list[str]:
    return [hit.kind for hit in hits]


def test_a_transcript_is_found_at_its_second_with_an_excerpt(school: School, course: Course) -> None:
    with school:
        (hit,) = staff("powerhouse")
        assert (hit.kind, hit.second, hit.course_title) == ("transcript", 65, "Biology of the cell")
        assert hit.lecture_id == course.lectures.get(position=1).pk
        assert "is the <mark>powerhouse</mark> of the cell" in hit.excerpt
        assert "Good bye &amp; see you" in hit.excerpt
        assert staff("see you")[0].second == 3602


@pytest.mark.parametrize("text", ["Biology", "biolog", "cells", "living thing", "nature", '"of the cell"', "BIOLOGY"])
def test_courses_are_found_by_what_they_say_and_its_stems(school: School, course: Course, text: str) -> None:
    with school:
        assert "course" in kinds(staff(text))


@pytest.mark.parametrize("text", ["", "   ", "!!!", "xyzzy", "biology -cell", "' ) & |", "\0", "%", ":*", "a:* <->"])
def test_nothing_is_found_by_nonsense(school: School, course: Course, text: str) -> None:
    with school:
        assert staff(text) == []


def test_titles_come_before_texts(school: School, course: Course, owner: User) -> None:
    with school:
        lecture = actions.add_lecture(section=course.sections.get(), title="The powerhouse", by=owner)
        assert kinds(staff("powerhouse")) == ["lecture", "transcript"]
        assert staff("powerhouse")[0].lecture_id == lecture.pk


def test_a_text_is_found_by_its_words(school: School, course: Course, owner: User) -> None:
    with school:
        lecture = actions.add_lecture(section=course.sections.get(), title="Read", by=owner, kind="text")
        Content.objects.create(lecture=lecture, words="Ribosomes make & fold proteins.", updated_by_id=owner.pk)
        (hit,) = staff("ribosome")
        assert (hit.kind, hit.lecture_id) == ("text", lecture.pk)
        assert "<mark>Ribosomes</mark> make &amp; fold" in hit.excerpt


def test_words_are_stemmed_by_the_language_of_the_captions(school: School, course: Course) -> None:
    with school:
        caption(course.lectures.get(position=2).video, language="de", text="Die Häuser\nam Meer\nzwei")
        assert staff("Haus")[0].kind == "transcript"


def test_it_is_found_as_soon_as_it_is_saved_and_no_longer_than_it_stands_there(
    school: School, course: Course, owner: User
) -> None:
    with school:
        actions.edit_course(course=course, title="Botany", description="", by=owner)
        assert kinds(staff("botany")) == ["course"]
        assert staff("biology") == []
        Caption.objects.all().delete()
        assert staff("powerhouse") == []


def test_strangers_find_public_facts_alone(school: School, course: Course, owner: User) -> None:
    draft = school.course("Biology of secrets", published=False)
    later = school.course("Biology of tomorrow", published=False)
    kept = school.course("Biology of yesterday")
    with school:
        actions.schedule_course(course=later, at=timezone.now() + timedelta(days=1), by=owner)
        actions.archive_course(course=kept, by=owner)
        lecture = actions.add_lecture(section=course.sections.get(), title="Biology read", by=owner, kind="text")
        Content.objects.create(lecture=lecture, words="Biology of the inside", updated_by_id=owner.pk)
        hits = search("biology", inside=[])
        assert {hit.kind for hit in hits} == {"course", "lecture"}
        assert {hit.course_id for hit in hits} == {course.pk}
        assert search("powerhouse", inside=[]) == []
        assert len([hit for hit in staff("biology") if hit.kind == "course"]) == 4
        assert draft.pk in {hit.course_id for hit in search("biology", inside=[draft.pk])}


def test_students_find_what_is_inside_their_courses_but_for_what_is_closed(school: School, course: Course) -> None:
    with school:
        lecture = course.lectures.get(position=1)
        assert kinds(search("powerhouse", inside=[course.pk])) == ["transcript"]
        assert search("powerhouse", inside=[course.pk], closed=[lecture.pk]) == []


def test_drafts_of_captions_are_found_by_nobody(school: School, course: Course) -> None:
    with school:
        Caption.objects.update(published_at=None)
        assert staff("powerhouse") == []


def test_another_schools_rows_never_come(school: School, other_school: School, course: Course) -> None:
    theirs = other_school.course("Biology elsewhere")
    with other_school:
        caption(theirs.lectures.get().video)
        assert {hit.course_id for hit in staff("biology")} == {theirs.pk}
        assert {hit.course_id for hit in search("biology powerhouse", inside=[course.pk])} <= {theirs.pk}
        assert {hit.course_id for hit in search("powerhouse", inside=[course.pk, theirs.pk])} == {theirs.pk}


def test_the_function_is_the_apps_alone_and_wants_a_school() -> None:
    with connections["owner"].cursor() as cursor:
        for name in ("search_school", "search_query"):
            cursor.execute("SELECT proacl::text, prosecdef FROM pg_proc WHERE proname = %s", [name])
            rights, definer = cursor.fetchone()
            assert definer
            assert f"{settings.DATABASES['default']['USER']}=X" in rights
            assert not re.search("[{,]=X", rights)


def plan_of(words: str, tenant_id: UUID) -> str:
    """How PostgreSQL does the function's own statement, as the owner, whose rights the function has."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'search_school'")
        (source,) = cursor.fetchone()
        statement = source[source.index("RETURN QUERY") + len("RETURN QUERY") : source.rindex("END")]
        statement = re.sub(r"(?m)^\s*-- .*$", "", statement)
        values = {
            "school": f"'{tenant_id}'::uuid", "wanted": f"'{words}'::tsquery", "loose": f"'{words}'::tsquery",
            "marks": "''", "everything": "true", "inside": "'{}'::uuid[]", "closed": "'{}'::uuid[]", "most": "30",
        }  # fmt: skip
        for name, value in values.items():
            statement = re.sub(rf"\b{name}\b(?=[^']*(?:'[^']*'[^']*)*$)", value, statement)
        cursor.execute("EXPLAIN ANALYZE " + statement)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_index_is_used_by_school_and_words() -> None:
    """Of 12,000 lectures of three schools, nothing is read but what is found here."""
    schools = [factories.school() for _ in range(3)]
    for number, school in enumerate(schools):
        course = school.course("Course")
        with school:
            section = course.sections.get()
            Lecture.objects.bulk_create(
                Lecture(course=course, section=section, title=f"Lecture {at} of school {number}", position=at)
                for at in range(4000)
            )
            needles = Lecture.objects.filter(position__in=(7, 8) if number == 1 else range(1000))
            needles.update(title="The needle")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE courses_lecture")
    plan = plan_of("needle", schools[1].tenant.pk)
    scan = plan[plan.index("Bitmap Index Scan on courses_lecture_search") :].split("\n")
    assert re.search(r"actual .*rows=2(\.00)? ", scan[0]), scan[0]
    assert re.search(r"Index Cond: \(\(tenant_id = .* AND \(search @@ ", scan[1]), scan[1]
    assert "Seq Scan on courses_lecture" not in plan
    with schools[1]:
        assert len(staff("needle")) == 2


def test_the_app_itself_could_not_use_it(school: School) -> None:
    """Why there is a function: under the policy, words are only looked at row by row."""
    with school, connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM courses_lecture WHERE search @@ websearch_to_tsquery('simple', 'x')")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "search @@" not in "\n".join(line for line in plan.split("\n") if "Index Cond" in line)


def test_a_text_of_any_length_and_kind_is_taken(school: School, course: Course) -> None:
    with school:
        long = " ".join(str(uuid7()) for _ in range(40_000))
        made = caption(course.lectures.get(position=2).video, text=long)
        assert Caption.objects.filter(pk=made.pk).exists()
