from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "allears.pipeline.intake"
    label = "intake"
