from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "allears.foundation.tokens"
    label = "tokens"
