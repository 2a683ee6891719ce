from django.apps import AppConfig


class WidgetConfig(AppConfig):
    name = "allears.web.widget"
    label = "widget"
