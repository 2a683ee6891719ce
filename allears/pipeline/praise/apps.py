from django.apps import AppConfig


class PraiseConfig(AppConfig):
    name = "allears.pipeline.praise"
    label = "praise"
