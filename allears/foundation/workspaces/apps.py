from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    name = "allears.foundation.workspaces"
    label = "workspaces"
