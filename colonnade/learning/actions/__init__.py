"""The deeds of learning."""

from colonnade.learning.actions.certificates import (
    NotYet,
    correct_certificate,
    issue_certificate,
    offer_certificate,
    restore_certificate,
    revoke_certificate,
    what_is_missing,
    withdraw_offer,
)
from colonnade.learning.actions.completion import complete_lecture
from colonnade.learning.actions.notes import add_note, delete_note, edit_note
from colonnade.learning.actions.progress import FASTEST, HEAD_START, NotInCourse, begin_lecture, record_progress

__all__ = [
    "FASTEST", "HEAD_START", "NotInCourse", "NotYet", "add_note", "begin_lecture", "complete_lecture",
    "correct_certificate", "delete_note", "edit_note", "issue_certificate", "offer_certificate", "record_progress",
    "restore_certificate", "revoke_certificate", "what_is_missing", "withdraw_offer",
]  # fmt: skip
