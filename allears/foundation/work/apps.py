from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "allears.foundation.work"
    label = "work"
