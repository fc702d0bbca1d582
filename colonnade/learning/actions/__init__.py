"""The deeds of learning."""

from colonnade.learning.actions.completion import complete_lecture
from colonnade.learning.actions.progress import FASTEST, HEAD_START, NotInCourse, begin_lecture, record_progress

__all__ = ["FASTEST", "HEAD_START", "NotInCourse", "begin_lecture", "complete_lecture", "record_progress"]
