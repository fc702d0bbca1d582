"""What scripts send, as JSON."""

from uuid import UUID

from django.http import HttpRequest
from pydantic import BaseModel, Field

from colonnade.videos.schemas import read


class Filenames(BaseModel):
    """Of the files that become a lecture each."""

    filenames: list[str] = Field(max_length=1000)

    @classmethod
    def read(cls, request: HttpRequest) -> "Filenames":
        return read(cls, request)


class Order(BaseModel):
    """Ids in the order wished for. `moved` names the one that was dragged, so that a stale page is noticed."""

    order: list[UUID] = Field(max_length=2000)
    moved: UUID | None = None
    version: int | None = None  # of the outline that the page shows

    @classmethod
    def read(cls, request: HttpRequest) -> "Order":
        return read(cls, request)

    @property
    def moved_ids(self) -> list[UUID] | None:
        return [self.moved] if self.moved else None
