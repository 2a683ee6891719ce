from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "allears.archives"
    label = "archives"
