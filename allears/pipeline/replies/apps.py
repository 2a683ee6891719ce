from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "allears.pipeline.replies"
    label = "replies"
