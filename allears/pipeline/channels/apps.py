from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "allears.pipeline.channels"
    label = "channels"
