from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "colonnade.archives"
