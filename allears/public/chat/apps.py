from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "allears.public.chat"
    label = "chat"
