"""Pages of quizzes: what students are told and when, and how instructors write."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from colonnade.courses.kinds import kind_of
from colonnade.courses.models import Content, Lecture
from colonnade.learning.reads import CourseStanding, course_standings
from colonnade.lib.problems import Invalid
from colonnade.quizzes.actions import add_pool, close_attempt
from colonnade.quizzes.models import Attempt, Pool, Question, Quiz
from tests.courses.images import picture
from tests.factories import School
from tests.quizzes.making import ALL, ORDERING, RIGHT, SINGLE, ask, begin, give, give_all, make_quiz, student_of

SECRETS = ("The oldest.", "Two thousand years later.", "ancients", "Athénè", "Athena", "8.5", "is_right", "data-right")


def front(quiz: Quiz) -> str:
    return f"/learn/{quiz.lecture.course.slug}/{quiz.lecture_id}/"


def attempt_path(quiz: Quiz, attempt: Attempt) -> str:
    return f"{front(quiz)}attempts/{attempt.pk}/"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def tells(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("feedback", ["at_once", "after_attempt", "after_passing", "never"])
def test_what_is_right_never_reaches_the_browser_before_it_may(school: School, feedback: str) -> None:
    quiz = make_quiz(school, *ALL, feedback=feedback)
    student = student_of(school, quiz)
    client = school.client(student)
    assert not tells(page(client, front(quiz)))
    started = client.post(f"{front(quiz)}attempts/")
    text = page(client, started["Location"])
    assert not tells(text)
    # The items come in another order than the right one.
    assert not text.index("Base") < text.index("Shaft") < text.index("Capital")
    with school:
        attempt = Attempt.objects.get()
        give_all(attempt, {**RIGHT, "single": "bbbb", "text": "Zeus", "number": "1"})
    assert not tells(page(client, started["Location"]))
    client.post(f"{started['Location']}completion/")
    over = page(client, started["Location"])
    assert "50 %" in over
    assert tells(over) == (feedback in ("at_once", "after_attempt"))
    with school:
        again = begin(quiz, student)
        give_all(again, RIGHT)
        close_attempt(attempt=again, by=student)
    assert tells(page(client, started["Location"])) == (feedback != "never")


def test_answers_are_kept_over_http(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    student = student_of(school, quiz)
    client = school.client(student)
    with school:
        attempt = begin(quiz, student)
        answer = attempt.answers.get()
    path = f"{attempt_path(quiz, attempt)}answers/{answer.pk}/"

    def put(**body: Any) -> Any:
        return client.put(path, orjson.dumps(body), "application/json", headers={"accept": "application/json"})

    assert put(given="aaaa", revision=0, place="one").json() == {"given": "aaaa", "revision": 1}
    stale = put(given="bbbb", revision=0, place="one")
    assert (stale.status_code, stale.json()["given"], stale.json()["type"].split("#")[1]) == (
        409,
        "aaaa",
        "answer-changed",
    )
    assert put(given=["aaaa"], revision=1).status_code == 422
    assert put(revision=1).status_code == 422
    other = school.client(student_of(school, quiz))
    assert other.put(path, b"{}", "application/json").status_code == 404


def test_an_overdue_attempt_is_closed_by_looking_at_it(school: School) -> None:
    quiz = make_quiz(school, SINGLE, time_limit=5)
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give(attempt, "single", "aaaa")
        Attempt.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    client = school.client(student)
    assert "The time ran out" in page(client, attempt_path(quiz, attempt))
    assert "Completed" in page(client, front(quiz))


def test_pages_cost_the_same_for_any_number_of_questions_and_attempts(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    student, editor = student_of(school, quiz), school.person("instructor")
    client, editing = school.client(student), school.client(editor)

    def queries(who: Client, path: str) -> int:
        who.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert who.get(path).status_code == 200
        return len(captured)

    editor_path = f"/dashboard/courses/lectures/{quiz.lecture_id}/quiz/"
    with school:
        attempt = begin(quiz, student)
    few = [queries(client, attempt_path(quiz, attempt)), queries(editing, editor_path)]
    with school:
        close_attempt(attempt=attempt, by=student)
    few += [queries(client, front(quiz)), queries(client, attempt_path(quiz, attempt))]
    with school:
        for content in ALL * 2:
            ask(quiz, content, by=editor)
        attempt = begin(quiz, student)
    many = [queries(client, attempt_path(quiz, attempt)), queries(editing, editor_path)]
    with school:
        close_attempt(attempt=attempt, by=student)
    many += [queries(client, front(quiz)), queries(client, attempt_path(quiz, attempt))]
    assert many == few


# --- Writing ------------------------------------------------------------------------------------------------------


def test_each_type_of_question_is_written_by_its_form(school: School) -> None:
    quiz = make_quiz(school)
    client = school.client(school.person("instructor"))
    forms: dict[str, dict[str, Any]] = {
        "single": {
            "choice_id": ["aaaa", "bbbb", "cccc"], "choice_text": ["Doric", "Ionic", ""],
            "choice_feedback": ["Yes.", "", ""], "right": "aaaa",
        },
        "multiple": {"choice_id": ["aaaa", "bbbb"], "choice_text": ["A", "B"], "choice_feedback": ["", ""],
                     "right": ["aaaa", "bbbb"]},
        "true_false": {"answer": "false"},
        "text": {"accepted": ["Athena", ""], "ignore_case": "on"},
        "number": {"value": "3,14", "tolerance": "0,01", "tolerance_in": "percent"},
        "ordering": {"item_id": ["aaaa", "bbbb"], "item_text": ["One", "Two"]},
    }  # fmt: skip
    for kind, answers in forms.items():
        path = f"/dashboard/quizzes/{quiz.pk}/questions/new/{kind}/"
        assert client.get(path).status_code == 200
        common = {"text": f"<p>{kind}<script>alert(1)</script></p>", "points": "2.5", "explanation": ""}
        assert client.post(path, {**common, **answers}).status_code == 302, kind
    with school:
        held = {question.kind: question for question in Question.objects.all()}
    assert set(held) == set(forms)
    assert held["single"].text == "<p>single</p>"
    assert [choice["is_right"] for choice in held["single"].content["choices"]] == [True, False]
    assert held["text"].content["accepted"] == ["Athena"]
    assert not held["text"].content["ignore_accents"]
    assert (held["number"].content["value"], held["number"].content["is_relative"]) == ("3.14", True)
    assert str(held["number"].points) == "2.50"
    for question in held.values():
        path = f"/dashboard/quizzes/questions/{question.key}/"
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("kind", "answers", "said"),
    [
        ("single", {"choice_text": ["A", "B"], "choice_id": ["aaaa", "bbbb"], "choice_feedback": ["", ""]}, "which"),
        ("true_false", {}, "true or false"),
        ("text", {"accepted": ""}, "accepted"),
        ("number", {"value": "many"}, "right number"),
        ("number", {"value": "1", "tolerance": "some"}, "tolerance"),
        ("ordering", {"item_id": "aaaa", "item_text": "Alone"}, "items"),
    ],
)
def test_a_question_that_cannot_be_asked_keeps_what_was_typed(
    school: School, kind: str, answers: dict[str, Any], said: str
) -> None:
    quiz = make_quiz(school)
    client = school.client(school.person("instructor"))
    path = f"/dashboard/quizzes/{quiz.pk}/questions/new/{kind}/"
    answer = client.post(path, {"text": "<p>Kept?</p>", "points": "1", **answers})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Kept?" in answer.content.decode()
    empty = client.post(path, {"text": "<p> </p>", "points": "1", **answers})
    assert empty.status_code == 422


def test_two_instructors_do_not_overwrite_each_other(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    client = school.client(school.person("instructor"))
    with school:
        question = Question.objects.get()
    path = f"/dashboard/quizzes/questions/{question.key}/"
    form = {
        "points": "1", "choice_id": ["aaaa", "bbbb"], "choice_text": ["A", "B"], "choice_feedback": ["", ""],
        "right": "aaaa", "revision": question.revision,
    }  # fmt: skip
    assert client.post(path, {**form, "text": "<p>First</p>"}).status_code == 302
    second = client.post(path, {**form, "text": "<p>Second</p>"})
    assert second.status_code == 422
    assert "Somebody else changed this" in second.content.decode()
    with school:
        assert Question.objects.get().text == "<p>First</p>"
    settings = {"passing_score": 50, "feedback": "never", "revision": 1}
    path = f"/dashboard/quizzes/{quiz.pk}/settings/"
    assert client.post(path, settings).status_code == 302
    assert client.post(path, settings).status_code == 422


def test_settings_are_judged(school: School) -> None:
    quiz = make_quiz(school)
    client = school.client(school.person("instructor"))
    path = f"/dashboard/quizzes/{quiz.pk}/settings/"
    good = {"passing_score": 50, "feedback": "never", "time_limit": "20", "attempts_allowed": ""}
    assert client.post(path, good).status_code == 302
    with school:
        held = Quiz.objects.get()
    assert (held.passing_score, held.time_limit, held.attempts_allowed, held.partial_credit) == (50, 20, None, False)
    for wrong in ({"passing_score": 101}, {"time_limit": 0}, {"attempts_allowed": -1}, {"feedback": "often"}):
        assert client.post(path, {**good, **wrong}).status_code == 422


def test_questions_move_between_pools(school: School) -> None:
    quiz = make_quiz(school, SINGLE, ORDERING)
    client = school.client(school.person("instructor"))
    client.post(f"/dashboard/quizzes/{quiz.pk}/pools/", {"title": "Some", "draw": "1"})
    with school:
        pool = Pool.objects.get()
        first, second = Question.objects.order_by("position")

    def order(path: str, *keys: Any) -> int:
        body = orjson.dumps({"order": [str(key) for key in keys], "moved": str(keys[0])})
        return int(client.post(path, body, "application/json").status_code)

    pool_path, quiz_path = (
        f"/dashboard/quizzes/pools/{pool.pk}/questions/order/",
        f"/dashboard/quizzes/{quiz.pk}/questions/order/",
    )
    assert order(pool_path, second.key) == 204
    with school:
        assert Question.objects.get(pk=second.pk).pool_id == pool.pk
    assert order(pool_path, first.key) == 409  # leaves out one that is there
    assert order(quiz_path, second.key, first.key) == 204
    with school:
        assert [question.key for question in Question.objects.order_by("position")] == [second.key, first.key]
        assert not Question.objects.filter(pool__isnull=False).exists()
    assert client.post(f"/dashboard/quizzes/pools/{pool.pk}/", {"title": "Others", "draw": 3}).status_code == 302
    assert client.post(f"/dashboard/quizzes/pools/{pool.pk}/", {"title": "", "draw": 3}).status_code == 422
    assert client.post(f"/dashboard/quizzes/pools/{pool.pk}/deletion/").status_code == 302


def test_a_pools_questions_are_asked_of_everybody_once_it_is_gone(school: School) -> None:
    quiz = make_quiz(school)
    editor = school.person("instructor")
    with school:
        pool = add_pool(quiz=quiz, title="Some", by=editor)
        for _ in range(3):
            ask(quiz, SINGLE, pool=pool, by=editor)
    client = school.client(editor)
    assert client.post(f"/dashboard/quizzes/pools/{pool.pk}/deletion/").status_code == 302
    student = student_of(school, quiz)
    with school:
        assert begin(quiz, student).answers.count() == 3


def test_a_quiz_is_duplicated_exported_and_restored(school: School) -> None:
    quiz = make_quiz(school, *ALL, passing_score=80)
    editor, student = school.person("instructor"), student_of(school, quiz)
    with school:
        pool = add_pool(quiz=quiz, title="Some", draw=2, by=editor)
        ask(quiz, SINGLE, pool=pool, by=editor)
        begin(quiz, student)
        lecture = Lecture.objects.get(pk=quiz.lecture_id)
        copy = Lecture.objects.create(
            course=lecture.course, section=lecture.section, title="Copy", position=100, kind="quiz"
        )
        kind_of(lecture).duplicate(lecture, copy, editor)
        made = Quiz.objects.get(lecture=copy)
        assert made.passing_score == 80
        assert [(each.kind, each.pool and each.pool.title) for each in made.current_questions] == [
            *((content["kind"], None) for content in ALL),
            ("single", "Some"),
        ]
        assert made.pools.get().draw == 2
        assert not made.attempts.exists()
        assert Lecture.objects.get(pk=copy.pk).lack == ""
        document = orjson.loads(orjson.dumps(kind_of(lecture).export(lecture)))
        assert document["files"] == []
        assert len(document["questions"]) == 7


@pytest.mark.parametrize(
    "document",
    [
        {"settings": {"passing_score": "all"}},
        {"pools": [{"title": "x"}]},
        {"questions": [{"text": "x"}]},
        {"questions": [{"text": "x", "content": {"kind": "single"}, "pool": 7}]},
        {"questions": [{"text": "x", "content": {"kind": "text", "accepted": ["a"]}, "points": "NaN"}]},
        {"questions": "nonsense"},
    ],
)
def test_a_hostile_archive_is_refused(school: School, document: dict[str, Any]) -> None:
    quiz = make_quiz(school)
    editor = school.person("instructor")
    with school, pytest.raises(Invalid):
        kind_of(quiz.lecture).restore(quiz.lecture, document, editor)


def test_a_picture_in_a_question_reaches_students_and_is_kept_as_long_as_a_text_names_it(school: School) -> None:
    quiz = make_quiz(school)
    editor = school.person("instructor")
    client = school.client(editor)
    path = f"/dashboard/quizzes/{quiz.pk}/pictures/"
    assert client.post(path, {"image": SimpleUploadedFile("a.png", b"none", "image/png")}).status_code == 422
    assert client.post(path).status_code == 422
    image = SimpleUploadedFile("a.png", picture().read(), "image/png")
    src = client.post(path, {"image": image}).json()["src"]
    foreign = '<img src="https://elsewhere.example/spy.gif">'
    form = {"text": f'<p>What is this?</p><img src="{src}" alt="A column">{foreign}', "points": "1", "answer": "true"}
    assert client.post(f"/dashboard/quizzes/{quiz.pk}/questions/new/true_false/", form).status_code == 302
    with school:
        question = Question.objects.get()
        (name,) = Content.objects.get(lecture=quiz.lecture_id).files
        assert name in question.text
        assert "elsewhere" not in question.text
        assert kind_of(quiz.lecture).export(quiz.lecture)["files"] == [name]
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
    answer = school.client(student).get(attempt_path(quiz, attempt))
    shown = re.search(r'<img src="([^"]+)"', answer.content.decode().split("data-quiz-questions")[1])
    assert shown is not None
    assert name in shown[1]
    origin = "/".join(shown[1].split("/")[:3])
    assert origin in answer["Content-Security-Policy"]
    with school:  # the version that was asked keeps it
        client.post(f"/dashboard/quizzes/questions/{question.key}/", {**form, "text": "<p>Without</p>", "revision": 1})
        assert Content.objects.get(lecture=quiz.lecture_id).files == [name]


def test_a_passed_quiz_counts_in_the_course_as_any_lecture(school: School) -> None:
    quiz = make_quiz(school, SINGLE, course=school.course(lectures=3))
    student = student_of(school, quiz)

    def standing() -> CourseStanding:
        with school:
            return course_standings([student.pk])[student.pk, quiz.lecture.course_id]

    assert (standing().lectures, standing().completed, standing().percent) == (4, 0, 0)
    with school:
        attempt = begin(quiz, student)
        give_all(attempt, RIGHT)
        close_attempt(attempt=attempt, by=student)
    assert (standing().lectures, standing().completed, standing().percent) == (4, 1, 25)
