"""What the player and the server say to each other, as JSON."""

from typing import Annotated, TypeVar

from django.http import HttpRequest
from pydantic import BaseModel, Field, StrictInt, ValidationError

from colonnade.learning.watching import MOST_RANGES
from colonnade.lib.problems import Invalid

Read = TypeVar("Read", bound=BaseModel)


class Heartbeat(BaseModel):
    """Half-open pairs of whole seconds that were played, and where the player stands."""

    ranges: Annotated[list[tuple[StrictInt, StrictInt]], Field(max_length=MOST_RANGES)]
    position: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    late: bool = Field(False, description="from an earlier visit: the position is only taken if it is ahead")


class PlayerProblem(BaseModel):
    """What could not be played; `code` in the player's own words, `position` in seconds, `height` in lines."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,60}$")]
    position: Annotated[float, Field(ge=0, le=10**6)]
    height: Annotated[StrictInt, Field(ge=0, le=10_000)]


def read_heartbeat(request: HttpRequest) -> Heartbeat:
    """The request's JSON. Raises Invalid naming the first thing that is wrong."""
    return _read(Heartbeat, request, "heartbeat")


def read_player_problem(request: HttpRequest) -> PlayerProblem:
    """The request's JSON. Raises Invalid naming the first thing that is wrong."""
    return _read(PlayerProblem, request, "report")


def _read(kind: type[Read], request: HttpRequest, name: str) -> Read:
    try:
        return kind.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the document"
        raise Invalid(f"The {name} could not be read: {place}: {first['msg']}.") from error
