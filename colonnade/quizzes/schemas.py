"""What scripts send, as JSON."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

Place = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,36}$")]


class AnswerBody(BaseModel):
    """An answer; `revision` is the one it follows, `place` names the tab."""

    given: Any
    revision: int | None = None
    place: Place = ""


class PlaceBody(BaseModel):
    place: Place = ""


class QuestionOrder(BaseModel):
    """Keys in the order wished for."""

    order: list[UUID] = Field(max_length=1000)
    moved: UUID | None = None
