"""Naming the video that a lecture shows from elsewhere."""

from colonnade.accounts.models import User
from colonnade.courses.actions.contents import write_content
from colonnade.courses.kinds.embed.providers import Embedded, read_address
from colonnade.courses.models import Content, Lecture
from colonnade.lib.problems import Conflict


def set_embed(*, lecture: Lecture, address: str, by: User) -> Embedded:
    """Show the video at this address. Raises Invalid if it is not one at YouTube or Vimeo."""
    require_embed(lecture)
    video = read_address(address)
    write_content(lecture=lecture, body={"address": video.address, "provider": video.provider}, by=by)
    return video


def embedded(lecture: Lecture) -> Embedded | None:
    """What the lecture shows, if its video has been named."""
    content = Content.objects.filter(lecture=lecture).first()
    return read_address(content.body["address"]) if content else None


def require_embed(lecture: Lecture) -> None:
    if lecture.kind != "embed":
        raise Conflict(f"“{lecture.title}” shows no video from elsewhere. Add a lecture for it.")
