from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "allears.watch.webhooks"
    label = "webhooks"
