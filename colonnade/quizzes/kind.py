"""The kind of lecture that is a quiz."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from colonnade.accounts.models import User
from colonnade.courses.kinds import Kind, Shown
from colonnade.courses.models import Lecture
from colonnade.lib.objects import store_origin
from colonnade.quizzes.actions import copy_quiz, quiz_document, restore_quiz
from colonnade.quizzes.front import front_of
from colonnade.quizzes.wording import pictures_in


class QuizKind(Kind):
    name = "quiz"
    label = "Quiz"
    icon = "circle-help"
    place = 50
    empty = "no questions yet"
    is_personal = True
    done_by_hand = False  # passing it does
    template = "quizzes/_front.html"

    def shown(self, request: HttpRequest, lecture: Lecture) -> Shown:
        assert isinstance(request.user, User)  # is_personal: no visitor sees one
        zone = request.tenant.time_zone  # type: ignore[attr-defined]  # set by TenantMiddleware
        return Shown({"front": front_of(lecture, request.user, zone)}, {"img-src": [store_origin()]})

    def duplicate(self, lecture: Lecture, copy: Lecture, by: User) -> None:
        copy_quiz(lecture=lecture, copy=copy, by=by)

    def export(self, lecture: Lecture) -> dict[str, Any]:
        """Without the pictures of questions that are asked no more, which the lecture keeps for old attempts."""
        document = quiz_document(lecture)
        texts = [document["settings"]["introduction"]] if document else []
        texts += [text for each in document.get("questions", []) for text in (each["text"], each["explanation"])]
        return {**document, "files": sorted({picture for text in texts for picture in pictures_in(text)})}

    def restore(self, lecture: Lecture, document: Mapping[str, Any], by: User) -> None:
        restore_quiz(lecture=lecture, document=document, by=by)
