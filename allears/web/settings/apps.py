from django.apps import AppConfig


class SettingsConfig(AppConfig):
    name = "allears.web.settings"
    label = "settings_site"
