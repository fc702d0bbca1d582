"""Who may know what is right, and when. Everything that leaves the house for a student passes here."""

from colonnade.quizzes.models import Answer, Attempt, Feedback, Quiz


def tells_answers(quiz: Quiz, attempt: Attempt, *, has_passed: bool) -> bool:
    """Whether an attempt's right answers may be seen as a whole; `has_passed` is of any attempt of the person."""
    if attempt.is_open:
        return False
    match Feedback(quiz.feedback):
        case Feedback.AT_ONCE | Feedback.AFTER_ATTEMPT:
            return True
        case Feedback.AFTER_PASSING:
            return has_passed
    return False


def tells_answer(quiz: Quiz, answer: Answer, *, tells_all: bool) -> bool:
    """Whether this answer's question may be told: with all of them, or because its feedback was asked for."""
    return tells_all or (quiz.feedback == Feedback.AT_ONCE and answer.checked_at is not None)
