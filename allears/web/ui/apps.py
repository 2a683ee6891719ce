from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "allears.web.ui"
    label = "ui"
