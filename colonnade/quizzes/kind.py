"""The kind of lecture that is a quiz."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from colonnade.accounts.models import User
from colonnade.courses.kinds import Kind, Shown
from colonnade.courses.models import Lecture
from colonnade.quizzes.actions import copy_quiz, quiz_document, restore_quiz
from colonnade.quizzes.front import front_of

_FILE = re.compile(r'src="/media/([^"]+)"')


class QuizKind(Kind):
    name = "quiz"
    label = "Quiz"
    icon = "circle-help"
    place = 50
    empty = "no questions yet"
    done_by_hand = False  # passing it does
    template = "quizzes/_front.html"

    def shown(self, request: HttpRequest, lecture: Lecture) -> Shown:
        assert isinstance(request.user, User)
        zone = request.tenant.time_zone  # type: ignore[attr-defined]  # set by TenantMiddleware
        return Shown({"front": front_of(lecture, request.user, zone)})

    def duplicate(self, lecture: Lecture, copy: Lecture, by: User) -> None:
        copy_quiz(lecture=lecture, copy=copy, by=by)

    def forget(self, lectures: Sequence[Lecture], by: User) -> None:
        """Quizzes go with their lectures; their pictures may stand in copies, and stay."""

    def export(self, lecture: Lecture) -> dict[str, Any]:
        document = quiz_document(lecture)
        texts = [document.get("settings", {}).get("introduction", "")]
        for question in document.get("questions", []):
            texts += [question["text"], question["explanation"]]
        return {**document, "files": sorted({file for text in texts for file in _FILE.findall(text)})}

    def restore(self, lecture: Lecture, document: Mapping[str, Any], by: User) -> None:
        restore_quiz(lecture=lecture, document=document, by=by)
