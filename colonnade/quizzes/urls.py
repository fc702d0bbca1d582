from django.urls import path

from colonnade.quizzes.views import attempts, editor, questions, results

_ATTEMPT = "learn/<slug:slug>/<uuid:lecture_id>/attempts/<uuid:attempt_id>/"
_QUIZ = "dashboard/quizzes/<uuid:quiz_id>/"
_POOL = "dashboard/quizzes/pools/<uuid:pool_id>/"
_QUESTION = "dashboard/quizzes/questions/<uuid:question_key>/"

urlpatterns = [
    path("learn/<slug:slug>/<uuid:lecture_id>/attempts/", attempts.attempts, name="quiz-attempts"),
    path(_ATTEMPT, attempts.attempt, name="quiz-attempt"),
    path(f"{_ATTEMPT}place/", attempts.place, name="quiz-attempt-place"),
    path(f"{_ATTEMPT}answers/<uuid:answer_id>/", attempts.answer, name="quiz-answer"),
    path(f"{_ATTEMPT}answers/<uuid:answer_id>/feedback/", attempts.feedback, name="quiz-answer-feedback"),
    path(f"{_ATTEMPT}completion/", attempts.completion, name="quiz-attempt-completion"),
    path("dashboard/courses/lectures/<uuid:lecture_id>/quiz/", editor.quiz, name="quiz"),
    path(f"{_QUIZ}settings/", editor.settings, name="quiz-settings"),
    path(f"{_QUIZ}pictures/", editor.pictures, name="quiz-pictures"),
    path(f"{_QUIZ}pools/", editor.pools, name="quiz-pools"),
    path(_POOL, editor.pool, name="quiz-pool"),
    path(f"{_POOL}deletion/", editor.pool_deletion, name="quiz-pool-deletion"),
    path(f"{_POOL}questions/order/", editor.pool_question_order, name="quiz-pool-order"),
    path(f"{_QUIZ}questions/order/", editor.question_order, name="quiz-question-order"),
    path(f"{_QUIZ}questions/new/<slug:kind>/", questions.new, name="quiz-question-new"),
    path(_QUESTION, questions.question, name="quiz-question"),
    path(f"{_QUESTION}copy/", questions.copy, name="quiz-question-copy"),
    path(f"{_QUESTION}deletion/", questions.deletion, name="quiz-question-deletion"),
    path(f"{_QUIZ}results/", results.results, name="quiz-results"),
    path(f"{_QUIZ}results.csv", results.results_csv, name="quiz-results-csv"),
    path(f"{_QUIZ}results/<uuid:student_id>/", results.student_attempts, name="quiz-student"),
]
