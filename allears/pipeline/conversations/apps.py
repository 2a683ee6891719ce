from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "allears.pipeline.conversations"
    label = "conversations"
