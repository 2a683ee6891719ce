from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "allears.pipeline.people"
    label = "people"
