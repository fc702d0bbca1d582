"""What instructors see of what came of a quiz."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from colonnade.quizzes.actions import close_attempt, edit_question
from colonnade.quizzes.models import Question, Quiz
from colonnade.quizzes.results import question_results, summary_of
from tests.factories import School
from tests.quizzes.making import (
    ALL,
    MULTIPLE,
    RIGHT,
    SINGLE,
    TEXT,
    TRUE,
    WRONG,
    begin,
    give,
    give_all,
    make_quiz,
    student_of,
)


def hand_in(school: School, quiz: Quiz, answers: dict[str, Any], *, name: str = "") -> None:
    student = student_of(school, quiz)
    with school:
        if name:
            student.name = name
            student.save()
        attempt = begin(quiz, student)
        give_all(attempt, answers)
        close_attempt(attempt=attempt, by=student)


def test_each_question_tells_its_share_and_its_answers(school: School) -> None:
    quiz = make_quiz(school, *ALL)
    for answers in (RIGHT, RIGHT, WRONG):
        hand_in(school, quiz, answers)
    with school:
        assert summary_of(quiz).__dict__ == {
            "students": 3, "attempts": 3, "passed": 2, "average": 66, "underway": 0,
        }  # fmt: skip
        single, multiple, *_, text, _number, ordering = question_results(quiz)
        assert (single.asked, single.answered, single.right, single.percent) == (3, 3, 2, 66)
        assert [(each.text, each.count, each.is_right) for each in single.given] == [
            ("Doric", 2, True),
            ("Baroque", 1, False),
        ]
        assert {each.text: each.count for each in multiple.given} == {"Ionic": 2, "Corinthian": 2, "Rococo": 1}
        assert {each.text for each in text.given if each.is_right} == {"athene"}
        assert ordering.given[0].text == "Base → Shaft → Capital"
        assert single.discrimination is None  # three answers say nothing


def test_discrimination_tells_who_gets_a_question_right(school: School) -> None:
    quiz = make_quiz(school, SINGLE, TEXT, MULTIPLE, TRUE)
    for number in range(12):
        good = number % 2 == 0
        answers = dict(RIGHT if good else WRONG)
        answers["text"] = "Zeus" if good else "Athena"  # the key is wrong: those who know lose
        hand_in(school, quiz, answers)
    with school:
        single, text, *_ = question_results(quiz)
        assert single.discrimination is not None
        assert single.discrimination > 0.9
        assert text.discrimination is not None
        assert text.discrimination < 0
        assert "marked" in text.doubt
        assert single.doubt == ""


def test_versions_of_a_question_count_together(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    hand_in(school, quiz, RIGHT)
    with school:
        question = Question.objects.current().get()
        edit_question(
            question=question, text="<p>Anew?</p>", content=question.content, points=question.points, explanation="",
            by=school.person("instructor"),
        )  # fmt: skip
    hand_in(school, quiz, RIGHT)
    with school:
        (result,) = question_results(quiz)
        assert (result.asked, result.question.text) == (2, "<p>Anew?</p>")
        assert [(each.text, each.count) for each in result.given] == [("Doric", 2)]


def test_the_results_page_costs_the_same_for_any_number_of_students(school: School) -> None:
    quiz = make_quiz(school, *ALL)
    client = school.client(school.person("assistant"))
    path = f"/dashboard/quizzes/{quiz.pk}/results/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    assert "No results yet" in client.get(path).content.decode()
    hand_in(school, quiz, RIGHT)
    few = queries()
    for _ in range(5):
        hand_in(school, quiz, WRONG)
    assert queries() == few


def test_the_sheet_has_every_attempt_and_no_formula(school: School) -> None:
    quiz = make_quiz(school, SINGLE, TEXT)
    with school:
        Question.objects.filter(content__kind="text").update(text="<p>=1+1 is?</p>")
    hand_in(school, quiz, RIGHT, name='=HYPERLINK("http://evil.example")')
    answer = school.client(school.person("assistant")).get(f"/dashboard/quizzes/{quiz.pk}/results.csv")
    heading, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert heading[:3] == ["Name", "E-mail", "Attempt"]
    assert heading[-2:] == ["What about single?", "'=1+1 is?"]
    assert row[0].startswith("'=")
    assert row[7:] == ["100", "yes", "1.00", "1.00"]


def test_staff_see_an_attempt_whatever_students_are_told(school: School) -> None:
    quiz = make_quiz(school, SINGLE, feedback="never")
    student = student_of(school, quiz)
    with school:
        attempt = begin(quiz, student)
        give(attempt, "single", "bbbb")
        close_attempt(attempt=attempt, by=student)
    client = school.client(school.person("assistant"))
    page = client.get(f"/dashboard/quizzes/{quiz.pk}/results/{student.pk}/").content.decode()
    assert "Two thousand years later." in page
    nobody = school.person()
    assert client.get(f"/dashboard/quizzes/{quiz.pk}/results/{nobody.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["results/", "results.csv"])
def test_students_see_no_results(school: School, path: str) -> None:
    quiz = make_quiz(school, SINGLE)
    client = school.client(student_of(school, quiz))
    assert client.get(f"/dashboard/quizzes/{quiz.pk}/{path}").status_code == 403
