from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "colonnade.courses"

    def ready(self) -> None:
        from colonnade.courses.kinds import register_rooms  # the rooms know the models

        register_rooms()
