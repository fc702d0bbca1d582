from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "colonnade.quizzes"

    def ready(self) -> None:
        from colonnade.courses.kinds import register  # models load before this, and not before the app is known
        from colonnade.quizzes.kind import QuizKind

        register(QuizKind())
