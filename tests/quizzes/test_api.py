"""Quizzes, by programs."""

from typing import Any

import orjson
from django.test import Client

from colonnade.accounts.models import Role
from colonnade.quizzes.models import Attempt, Quiz
from tests.factories import School
from tests.quizzes.making import ALL, MULTIPLE, RIGHT, SINGLE, TEXT, begin, give_all, make_quiz, student_of
from tests.test_api import bearer, token_of


def send(client: Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = client.generic(method, f"/api/v1{path}", orjson.dumps(body or {}), "application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_quiz_is_written_by_a_program(school: School) -> None:
    quiz = make_quiz(school)
    client = bearer(school, Role.INSTRUCTOR)
    path = f"/quizzes/{quiz.pk}"
    held = send(client, "GET", f"/lectures/{quiz.lecture_id}/quiz")
    assert (held["id"], held["questions"], held["time_limit"]) == (str(quiz.pk), [], None)
    changed = send(client, "PATCH", path, {"time_limit": 20, "revision": held["revision"]})
    assert (changed["time_limit"], changed["passing_score"]) == (20, 70)
    send(client, "PATCH", path, {"time_limit": 30, "revision": held["revision"]}, 409)
    send(client, "PATCH", path, {"time_limit": 0}, 422)
    send(client, "PATCH", path, {"feedback": "often"}, 422)
    send(client, "PATCH", path, {"introduction": "<p>Hello<script>x</script></p>"})
    pool = send(client, "POST", f"{path}/pools", {"title": "Some", "draw": 2}, 201)
    one = send(client, "POST", f"{path}/questions", {"text": "<p>One?</p>", "content": SINGLE}, 201)
    two = send(
        client,
        "POST",
        f"{path}/questions",
        {"text": "Two?", "content": TEXT, "pool_id": pool["id"], "points": 2.5},
        201,
    )
    assert (one["kind"], two["points"], two["pool_id"]) == ("single", 2.5, pool["id"])
    send(client, "POST", f"{path}/questions", {"text": "", "content": TEXT}, 422)
    send(client, "POST", f"{path}/questions", {"text": "x", "content": {"kind": "single", "choices": []}}, 422)
    mended = send(
        client, "PUT", f"/questions/{one['key']}", {"text": "Mended?", "content": SINGLE, "revision": one["revision"]}
    )
    assert mended["revision"] == one["revision"] + 1
    send(client, "PUT", f"/questions/{one['key']}", {"text": "x", "content": SINGLE, "revision": 1}, 409)
    copy = send(client, "POST", f"/questions/{one['key']}/copies", status=201)
    ordered = send(client, "PUT", f"{path}/question-order", {"keys": [copy["key"], one["key"]]})
    assert [each["key"] for each in ordered["questions"]] == [copy["key"], one["key"], two["key"]]
    assert ordered["introduction"] == "<p>Hello</p>"
    send(client, "PUT", f"/pools/{pool['id']}", {"title": "Others", "draw": 1})
    send(client, "DELETE", f"/pools/{pool['id']}", status=204)
    send(client, "DELETE", f"/questions/{copy['key']}", status=204)
    assert len(send(client, "GET", f"/lectures/{quiz.lecture_id}/quiz")["questions"]) == 2


def test_a_quiz_is_taken_by_a_program_that_learns_no_more_than_a_page(school: School) -> None:
    quiz = make_quiz(school, *ALL)
    student = student_of(school, quiz)
    client = token_of(school, student)
    begun = send(client, "POST", f"/lectures/{quiz.lecture_id}/attempts", status=201)
    path = f"/me/attempts/{begun['id']}"
    assert send(client, "POST", f"/lectures/{quiz.lecture_id}/attempts", status=201)["id"] == begun["id"]
    text = orjson.dumps(begun).decode()
    assert not any(secret in text for secret in ("The oldest", "ancients", "Athena", "8.5", "true}"))
    for question in begun["questions"]:
        assert question["verdict"] is None
        assert all(option["is_right"] is None for option in question["options"])
        kept = send(client, "PUT", f"{path}/answers/{question['id']}", {"given": RIGHT[question["kind"]]})
        assert kept["revision"] == 1
    stale = send(client, "PUT", f"{path}/answers/{begun['questions'][3]['id']}", {"given": "x", "revision": 0}, 409)
    assert (stale["given"], stale["revision"]) == ("athene", 1)
    send(client, "POST", f"{path}/answers/{begun['questions'][0]['id']}/feedback", status=409)
    over = send(client, "PUT", f"{path}/completion")
    assert (over["percent"], over["has_passed"], over["score"]) == (100, True, 6)
    assert over["questions"][0]["verdict"]["share"] == 1
    assert over["questions"][0]["options"][0]["is_right"] is not None
    send(client, "PUT", f"{path}/answers/{begun['questions'][0]['id']}", {"given": "bbbb"}, 409)
    other = token_of(school, student_of(school, quiz))
    send(other, "GET", path, status=404)


def test_feedback_at_once(school: School) -> None:
    quiz = make_quiz(school, SINGLE, MULTIPLE, feedback="at_once")
    client = token_of(school, student_of(school, quiz))
    begun = send(client, "POST", f"/lectures/{quiz.lecture_id}/attempts", status=201)
    path = f"/me/attempts/{begun['id']}/answers/{begun['questions'][0]['id']}"
    send(client, "POST", f"{path}/feedback", status=422)
    send(client, "PUT", path, {"given": "bbbb"})
    told = send(client, "POST", f"{path}/feedback")
    assert told["verdict"]["share"] == 0
    first, second = send(client, "GET", f"/me/attempts/{begun['id']}")["questions"]
    assert first["verdict"] is not None
    assert second["verdict"] is None


def test_somebody_outside_takes_nothing(school: School) -> None:
    quiz = make_quiz(school, SINGLE)
    answer = token_of(school, school.person()).post(f"/api/v1/lectures/{quiz.lecture_id}/attempts")
    assert answer.status_code == 403


def test_results_by_a_program(school: School) -> None:
    quiz = make_quiz(school, SINGLE, TEXT)
    for _ in range(3):
        student = student_of(school, quiz)
        with school:
            give_all(begin(quiz, student), RIGHT)
    taker = token_of(school, student)
    with school:
        attempt = Attempt.objects.get(user=student)
    send(taker, "PUT", f"/me/attempts/{attempt.pk}/completion")
    client = bearer(school, Role.ASSISTANT)
    found = send(client, "GET", f"/quizzes/{quiz.pk}/results")
    assert (found["students"], found["underway"], found["questions"][0]["percent"]) == (1, 2, 100)
    assert found["questions"][0]["given"] == [{"text": "Doric", "count": 1, "percent": 100, "is_right": True}]
    page = send(client, "GET", f"/quizzes/{quiz.pk}/attempts?limit=2")
    assert len(page["items"]) == 2
    assert page["next_cursor"]
    with school:
        assert Quiz.objects.get().attempts.count() == 3
