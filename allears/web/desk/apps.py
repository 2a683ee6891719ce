from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "allears.web.desk"
    label = "desk"
