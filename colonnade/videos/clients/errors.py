"""What can go wrong with a video, in words for the person who uploaded it."""


class VideoError(Exception):
    """`code` is stable and for programs; `message` is a sentence to act on; `detail` is for the log."""

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail


class Unplayable(VideoError):
    """The file itself is at fault: trying again gives the same answer."""
