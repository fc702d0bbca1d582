"""What a page or a program is shown of a question: the question always, what is right only when it may be told."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from colonnade.quizzes.content import (
    Content,
    Given,
    MultipleChoice,
    NumberAnswer,
    Ordering,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from colonnade.quizzes.feedback import tells_answer, tells_answers
from colonnade.quizzes.models import Answer, Attempt, Quiz
from colonnade.quizzes.wording import shown


@dataclass(frozen=True)
class Option:
    """A choice, or an item in its present place. `is_right` and `feedback` are empty until they may be told."""

    id: str
    text: str
    is_chosen: bool = False
    is_right: bool | None = None
    feedback: str = ""


@dataclass(frozen=True)
class Verdict:
    """What came of an answer. `share` is from 0 to 1, `right` the right answer in words where no option shows it."""

    share: float
    score: Decimal
    right: list[str]
    explanation: str

    @property
    def tone(self) -> str:
        return "success" if self.share == 1 else "warning" if self.share else "error"

    @property
    def label(self) -> str:
        return "Right" if self.share == 1 else "Partly right" if self.share else "Wrong"


@dataclass(frozen=True)
class Asked:
    """A question as an attempt asks it."""

    id: UUID  # of the answer
    number: int
    kind: str
    text: str
    points: Decimal
    given: Given
    revision: int
    is_checked: bool
    options: list[Option] = field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def shown_points(self) -> str:
        return points_in_words(self.points)


def asked_in(quiz: Quiz, attempt: Attempt, *, has_passed: bool = False, tells_all: bool | None = None) -> list[Asked]:
    """Every question of an attempt, in its order. One query. `tells_all` overrules the quiz, for the school's staff."""
    if tells_all is None:
        tells_all = tells_answers(quiz, attempt, has_passed=has_passed)
    answers = attempt.answers.select_related("question")
    return [asked(answer, tells=tells_answer(quiz, answer, tells_all=tells_all)) for answer in answers]


def asked(answer: Answer, *, tells: bool) -> Asked:
    question = answer.question
    content = question.asked
    return Asked(
        id=answer.pk,
        number=answer.position,
        kind=question.kind,
        text=shown(question.text),
        points=question.points,
        given=answer.given,
        revision=answer.revision,
        is_checked=answer.checked_at is not None,
        options=_options(content, answer, tells),
        verdict=_verdict(content, answer) if tells and answer.score is not None else None,
    )


def right_in_words(content: Content) -> list[str]:
    """The right answers as a list of texts."""
    match content:
        case SingleChoice() | MultipleChoice():
            return [choice.text for choice in content.choices if choice.is_right]
        case TrueFalse():
            return ["True" if content.answer else "False"]
        case ShortText():
            return list(content.accepted)
        case NumberAnswer():
            return [_number_in_words(content)]
        case Ordering():
            return [item.text for item in content.items]


def given_in_words(content: Content, given: Given) -> list[str]:
    """An answer as a list of texts; ids that the content no longer has are left out."""
    match content:
        case SingleChoice() | MultipleChoice():
            chosen = given if isinstance(given, list) else [given]
            return [choice.text for choice in content.choices if choice.id in chosen]
        case Ordering():
            texts = {item.id: item.text for item in content.items}
            return [texts[id] for id in given if id in texts] if isinstance(given, list) else []
        case TrueFalse():
            return [] if given is None else ["True" if given else "False"]
    return [str(given)] if given is not None else []


def points_in_words(points: Decimal) -> str:
    """ "1 point", "2.5 points"."""
    plain = f"{points.normalize():f}"
    return f"{plain} point" if plain == "1" else f"{plain} points"


def _options(content: Content, answer: Answer, tells: bool) -> list[Option]:
    given = answer.given
    match content:
        case SingleChoice() | MultipleChoice():
            chosen = given if isinstance(given, list) else [given]
            by_id = {choice.id: choice for choice in content.choices}
            return [
                Option(
                    id=choice.id,
                    text=choice.text,
                    is_chosen=choice.id in chosen,
                    is_right=choice.is_right if tells else None,
                    feedback=choice.feedback if tells and choice.id in chosen else "",
                )
                for choice in (by_id[id] for id in _in_order(answer.order, list(by_id)))
            ]
        case Ordering():
            texts = {item.id: item.text for item in content.items}
            shown = _in_order(given if isinstance(given, list) else answer.order, list(texts))
            return [
                Option(id=id, text=texts[id], is_right=content.items[place].id == id if tells else None)
                for place, id in enumerate(shown)
            ]
        case TrueFalse():
            return [
                Option(id=id, text=text, is_chosen=given is value, is_right=content.answer is value if tells else None)
                for id, text, value in (("true", "True", True), ("false", "False", False))
            ]
    return []


def _in_order(order: list[str], ids: list[str]) -> list[str]:
    """The ids in the order of the attempt; one that it does not know, because the question was mended, comes last."""
    known = [id for id in order if id in ids]
    return known + [id for id in ids if id not in known]


def _verdict(content: Content, answer: Answer) -> Verdict:
    score = answer.score or Decimal(0)
    points = answer.question.points
    share = float(score / points) if points else 1.0
    is_told = isinstance(content, (SingleChoice, MultipleChoice, TrueFalse))
    right = [] if is_told or share == 1 else right_in_words(content)
    return Verdict(share=share, score=score, right=right, explanation=shown(answer.question.explanation))


def _number_in_words(content: NumberAnswer) -> str:
    value = f"{content.value.normalize():f}"
    if not content.tolerance:
        return value
    return f"{value} ± {content.tolerance.normalize():f}{' %' if content.is_relative else ''}"
