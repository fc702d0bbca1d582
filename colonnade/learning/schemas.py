"""What the player and the server say to each other, as JSON."""

from typing import Annotated

from django.http import HttpRequest
from pydantic import BaseModel, Field, StrictInt, ValidationError

from colonnade.learning.watching import MOST_RANGES
from colonnade.lib.problems import Invalid


class Heartbeat(BaseModel):
    """Half-open pairs of whole seconds that were played, and where the player stands."""

    ranges: Annotated[list[tuple[StrictInt, StrictInt]], Field(max_length=MOST_RANGES)]
    position: Annotated[float, Field(ge=0, allow_inf_nan=False)]


def read_heartbeat(request: HttpRequest) -> Heartbeat:
    """The request's JSON. Raises Invalid naming the first thing that is wrong."""
    try:
        return Heartbeat.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the document"
        raise Invalid(f"The heartbeat could not be read: {place}: {first['msg']}.") from error
