"""The deeds of quizzes: building one, taking one."""

from colonnade.quizzes.actions.answers import check_answer, save_answer
from colonnade.quizzes.actions.attempts import close_attempt, close_overdue, start_attempt, take_place
from colonnade.quizzes.actions.copies import copy_quiz, quiz_document, restore_quiz
from colonnade.quizzes.actions.pictures import add_picture
from colonnade.quizzes.actions.pools import add_pool, delete_pool, edit_pool
from colonnade.quizzes.actions.questions import (
    add_question,
    delete_question,
    duplicate_question,
    edit_question,
    order_questions,
)
from colonnade.quizzes.actions.quizzes import edit_quiz, quiz_of

__all__ = [
    "add_picture",
    "add_pool",
    "add_question",
    "check_answer",
    "close_attempt",
    "close_overdue",
    "copy_quiz",
    "delete_pool",
    "delete_question",
    "duplicate_question",
    "edit_pool",
    "edit_question",
    "edit_quiz",
    "order_questions",
    "quiz_document",
    "quiz_of",
    "restore_quiz",
    "save_answer",
    "start_attempt",
    "take_place",
]
