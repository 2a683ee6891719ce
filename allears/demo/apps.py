from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "allears.demo"
    label = "demo"
