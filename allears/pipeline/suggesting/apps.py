from django.apps import AppConfig


class SuggestingConfig(AppConfig):
    name = "allears.pipeline.suggesting"
    label = "suggesting"
