from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "allears.web.access"
    label = "access"
