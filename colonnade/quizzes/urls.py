from django.urls import path

from colonnade.quizzes.views import attempts

_ATTEMPT = "learn/<slug:slug>/<uuid:lecture_id>/attempts/<uuid:attempt_id>/"

urlpatterns = [
    path("learn/<slug:slug>/<uuid:lecture_id>/attempts/", attempts.attempts, name="quiz-attempts"),
    path(_ATTEMPT, attempts.attempt, name="quiz-attempt"),
    path(f"{_ATTEMPT}place/", attempts.place, name="quiz-attempt-place"),
    path(f"{_ATTEMPT}answers/<uuid:answer_id>/", attempts.answer, name="quiz-answer"),
    path(f"{_ATTEMPT}answers/<uuid:answer_id>/feedback/", attempts.feedback, name="quiz-answer-feedback"),
    path(f"{_ATTEMPT}completion/", attempts.completion, name="quiz-attempt-completion"),
]
