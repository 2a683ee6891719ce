from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "allears.web.api"
    label = "api"
