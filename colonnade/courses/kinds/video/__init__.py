"""A video, uploaded and encoded by us. Its room is the app `videos`; what lectures do with them: actions/videos."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from colonnade.courses.kinds import Kind
from colonnade.videos.models import VideoState

if TYPE_CHECKING:
    from colonnade.accounts.models import User
    from colonnade.courses.models import Lecture


class VideoKind(Kind):
    name = "video"
    label = "Video"
    icon = "circle-play"
    place = 10
    done_by_hand = False  # the seconds watched tell
    row = "courses/_video.html"

    def lack(self, lecture: "Lecture") -> str:
        if lecture.video is None:
            return "no video yet"
        match lecture.video.state:
            case VideoState.READY:
                return ""
            case VideoState.UPLOADING:
                return "the upload is not finished"
            case VideoState.QUEUED:
                return "the video waits to be encoded"
            case VideoState.ENCODING:
                return f"the video is being encoded ({lecture.video.progress} %)"
        return "the video could not be encoded"

    def is_there(self, lecture: "Lecture") -> bool:
        return lecture.video is not None and lecture.video.is_playable

    def is_moving(self, lecture: "Lecture") -> bool:
        return lecture.video is not None and not lecture.video.is_final

    def seconds(self, lecture: "Lecture") -> float | None:
        return lecture.video.duration if lecture.video is not None and lecture.video.is_playable else None

    def editor_url(self, lecture: "Lecture") -> str:
        return ""

    def duplicate(self, lecture: "Lecture", copy: "Lecture", by: "User") -> None:
        """The copy shows the same video: whichever lecture is deleted first, the other keeps it.

        One that is not uploaded whole, or could not be encoded, stays where it is: there it is gone on with.
        """
        if lecture.video is None or lecture.video.state in (VideoState.UPLOADING, VideoState.FAILED):
            return
        copy.video = lecture.video
        copy.save(update_fields=["video"])

    def forget(self, lectures: "Sequence[Lecture]", by: "User") -> None:
        """Their videos go once no lecture shows them; see actions/unused."""

    def export(self, lecture: "Lecture") -> dict[str, Any]:
        return {"video": str(lecture.video_id) if lecture.video_id else None}

    def restore(self, lecture: "Lecture", document: Mapping[str, Any], by: "User") -> None:
        """Videos come in by an upload of their own."""


KIND = VideoKind()
