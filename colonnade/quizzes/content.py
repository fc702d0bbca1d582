"""What is asked and what is right, one shape a type of question. Kept as JSON in `Question.content`.

Choices and items have random ids, so that nothing about an id tells whether it is right or where it belongs.
"""

import secrets
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from colonnade.lib.problems import Invalid
from colonnade.quizzes.numbers import number_in

MOST_CHOICES = 30
LONGEST_CHOICE = 500
LONGEST_ANSWER = 1000

Id = Annotated[str, Field(pattern=r"^[a-z0-9]{4,16}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_CHOICE)]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


def new_id() -> str:
    return secrets.token_hex(4)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Choice(_Part):
    """Something to choose; `feedback` is told to those who chose it."""

    id: Id = Field(default_factory=new_id)
    text: Words
    is_right: bool = False
    feedback: Remark = ""


class Item(_Part):
    id: Id = Field(default_factory=new_id)
    text: Words


class _Choices(_Part):
    choices: list[Choice] = Field(min_length=2, max_length=MOST_CHOICES)

    @property
    def right(self) -> set[str]:
        return {choice.id for choice in self.choices if choice.is_right}

    @model_validator(mode="after")
    def _is_answerable(self) -> "_Choices":
        _need_distinct([choice.id for choice in self.choices])
        if not self.right:
            raise ValueError("Say which answer is right.")
        return self


class SingleChoice(_Choices):
    kind: Literal["single"] = "single"

    @model_validator(mode="after")
    def _has_one(self) -> "SingleChoice":
        if len(self.right) != 1:
            raise ValueError("One answer is right; where several are, ask for several.")
        return self


class MultipleChoice(_Choices):
    kind: Literal["multiple"] = "multiple"


class TrueFalse(_Part):
    kind: Literal["true_false"] = "true_false"
    answer: bool


class ShortText(_Part):
    """Any of `accepted` is right; what is ignored is ignored in both."""

    kind: Literal["text"] = "text"
    accepted: list[Words] = Field(min_length=1, max_length=MOST_CHOICES)
    ignore_case: bool = True
    ignore_spaces: bool = True
    ignore_accents: bool = True


class NumberAnswer(_Part):
    """`tolerance` is in the number's own unit or, if `is_relative`, in per cent of it."""

    kind: Literal["number"] = "number"
    value: Decimal = Field(allow_inf_nan=False, max_digits=30)
    tolerance: Decimal = Field(Decimal(0), ge=0, allow_inf_nan=False, max_digits=30)
    is_relative: bool = False


class Ordering(_Part):
    """`items` stand in their right order."""

    kind: Literal["ordering"] = "ordering"
    items: list[Item] = Field(min_length=2, max_length=MOST_CHOICES)

    @model_validator(mode="after")
    def _is_answerable(self) -> "Ordering":
        _need_distinct([item.id for item in self.items])
        return self


Content = Annotated[
    SingleChoice | MultipleChoice | TrueFalse | ShortText | NumberAnswer | Ordering, Field(discriminator="kind")
]
_adapter: TypeAdapter[Content] = TypeAdapter(Content)

Given = str | bool | list[str] | None
"""An answer: a choice's id, several, true or false, the text or number as typed, or the items' ids in an order."""


def read_content(document: Any) -> Content:
    """Raises Invalid with a sentence about the first thing that is wrong."""
    try:
        return _adapter.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        said = first.get("ctx", {}).get("error")
        place = ".".join(str(step) for step in first["loc"][1:])
        raise Invalid(str(said) if said else f"{place or 'The answers'}: {first['msg']}.") from error


def ids_of(content: Content) -> list[str]:
    """The ids of what can be chosen or put in order, as the instructor has them."""
    match content:
        case SingleChoice() | MultipleChoice():
            return [choice.id for choice in content.choices]
        case Ordering():
            return [item.id for item in content.items]
    return []


def read_given(content: Content, given: Any) -> Given:
    """An answer as it may be kept; None takes it back. Raises Invalid where it does not fit the question."""
    if given is None:
        return None
    ids = ids_of(content)
    match content:
        case SingleChoice():
            fits = isinstance(given, str) and given in ids
        case MultipleChoice():
            fits = _are_ids(given) and set(given) <= set(ids) and len(set(given)) == len(given)
        case Ordering():
            fits = _are_ids(given) and sorted(given) == sorted(ids)
        case TrueFalse():
            fits = isinstance(given, bool)
        case ShortText() | NumberAnswer():
            fits = isinstance(given, str) and len(given) <= LONGEST_ANSWER and "\0" not in given
    if not fits:
        raise Invalid("This is no answer to the question as it was asked. Reload the page and answer again.")
    if isinstance(content, MultipleChoice):
        return [choice for choice in ids if choice in given] or None
    if isinstance(given, str) and not given.strip():
        return None
    return given  # type: ignore[no-any-return]  # checked above


def is_number(given: Given) -> bool:
    return isinstance(given, str) and number_in(given) is not None


def _are_ids(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _need_distinct(ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError("Two answers have the same id.")
