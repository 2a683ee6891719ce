from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "allears.foundation.events"
    label = "events"
