"""What the quiz editor asks for. Whether a question can be asked, content.py judges, for pages and API alike."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from colonnade.lib.problems import Invalid
from colonnade.quizzes.content import LONGEST_CHOICE, new_id, read_content
from colonnade.quizzes.models import Feedback, Pool, Question, Quiz
from colonnade.quizzes.numbers import number_in
from colonnade.quizzes.wording import shown

_ID = re.compile(r"[a-z0-9]{4,16}")
_RICH = {"data-rich": "", "rows": 4}
BLANK_ROWS = 4


class SettingsForm(forms.Form):
    introduction = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs=_RICH),
        help_text="Shown before the first attempt.",
    )
    passing_score = forms.IntegerField(
        min_value=0, max_value=100, label="To pass, in per cent", error_messages={"required": "Say what is needed."}
    )
    time_limit = forms.IntegerField(
        min_value=1,
        max_value=24 * 60,
        required=False,
        label="Time limit in minutes",
        help_text="Kept by the server: closing the page does not stop it.",
    )
    attempts_allowed = forms.IntegerField(
        min_value=1, max_value=100, required=False, label="Attempts", help_text="Empty: any number. The best counts."
    )
    feedback = forms.ChoiceField(choices=Feedback.choices, label="What is right is shown")
    partial_credit = forms.BooleanField(
        required=False,
        label="Credit parts",
        help_text="Of several choices, less the wrong ones; and what is in its place in an order.",
    )
    shuffle_questions = forms.BooleanField(required=False, label="Mix the questions")
    shuffle_choices = forms.BooleanField(required=False, label="Mix the answers to choose from")
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, quiz: Quiz) -> "SettingsForm":
        held = {name: getattr(quiz, name) for name in cls.base_fields}
        return cls(initial={**held, "introduction": shown(quiz.introduction)})


class PoolForm(forms.Form):
    title = forms.CharField(max_length=160, error_messages={"required": "Give the pool a name."})
    draw = forms.IntegerField(min_value=1, max_value=500)


class QuestionForm(forms.Form):
    """What every type of question has; the answers are read by `content_in`."""

    text = forms.CharField(
        label="Question", widget=forms.Textarea(attrs=_RICH), error_messages={"required": "Write the question."}
    )
    explanation = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs=_RICH),
        help_text="Shown with the right answer, when the quiz shows it.",
    )
    points = forms.DecimalField(min_value=0, max_value=1000, max_digits=6, decimal_places=2, initial=1, localize=False)
    pool = forms.ModelChoiceField(Pool.objects.none(), required=False, empty_label="None: everybody is asked")
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, quiz: Quiz, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pool"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = quiz.pools.all()

    @classmethod
    def of(cls, question: Question) -> "QuestionForm":
        initial = {
            "text": shown(question.text),
            "explanation": shown(question.explanation),
            "points": question.points.normalize(),
            "pool": question.pool_id,
            "revision": question.revision,
        }
        return cls(initial=initial, quiz=question.quiz)


def content_in(kind: str, data: QueryDict) -> dict[str, Any]:
    """The answers as the page sends them. Raises Invalid for what no content can be."""
    draft = draft_in(kind, data)
    if kind == "number" and draft["value"] is None:
        raise Invalid("Give the right number, such as 3.14 or 3,14.")
    if kind == "number" and draft["tolerance"] is None:
        raise Invalid("The tolerance is a number, or empty.")
    if kind == "true_false" and draft["answer"] is None:
        raise Invalid("Say whether it is true or false.")
    return read_content(draft).model_dump(mode="json")


def draft_in(kind: str, data: QueryDict) -> dict[str, Any]:
    """The same unjudged, so that a form that failed keeps what was typed."""
    match kind:
        case "single" | "multiple":
            right = set(data.getlist("right"))
            rows = _rows(data, "choice_id", "choice_text", "choice_feedback")
            choices = [
                {"id": _id(id), "text": text, "is_right": id in right, "feedback": feedback}
                for id, text, feedback in rows
                if text
            ]
            return {"kind": kind, "choices": choices}
        case "true_false":
            return {"kind": kind, "answer": {"true": True, "false": False}.get(data.get("answer", ""))}
        case "text":
            ignored = {name: name in data for name in ("ignore_case", "ignore_spaces", "ignore_accents")}
            return {"kind": kind, "accepted": [text for (text,) in _rows(data, "accepted") if text], **ignored}
        case "number":
            tolerance = number_in(data.get("tolerance", "") or "0")
            return {
                "kind": kind,
                "value": number_in(data.get("value", "")),
                "tolerance": tolerance,
                "is_relative": data.get("tolerance_in") == "percent",
            }
    rows = _rows(data, "item_id", "item_text")
    return {"kind": kind, "items": [{"id": _id(id), "text": text} for id, text in rows if text]}


def blank(kind: str) -> dict[str, Any]:
    """A content with nothing in it yet."""
    return {
        "kind": kind, "choices": [], "items": [], "accepted": [], "ignore_case": True, "ignore_spaces": True,
        "ignore_accents": True, "value": None, "tolerance": None, "is_relative": False, "answer": None,
    }  # fmt: skip


def rows_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows to fill in, of the kinds that have a list: those there are, then empty ones up to BLANK_ROWS."""
    rows: list[dict[str, Any]] = [dict(row) for row in content.get("choices") or content.get("items") or []]
    rows += [{"text": text} for text in content.get("accepted") or []]
    wanted = 1 if content["kind"] == "text" else BLANK_ROWS
    while len(rows) < wanted:
        rows.append({"id": new_id(), "text": "", "is_right": False, "feedback": ""})
    return rows


def plain_number(value: object) -> str:
    """A kept number for an input."""
    return "" if value is None else f"{Decimal(str(value)).normalize():f}"


def _rows(data: QueryDict, *names: str) -> list[tuple[str, ...]]:
    columns = [[value.strip()[: LONGEST_CHOICE * 3] for value in data.getlist(name)] for name in names]
    return list(zip(*columns, strict=False))


def _id(typed: str) -> str:
    return typed if _ID.fullmatch(typed) else new_id()
