from django.urls import path

from allears.web.api import door, pages

urlpatterns = [
    path("api/v1/<path:rest>", door.enter, name="api"),
    path("api/openapi.json", pages.show_open_api, name="open_api"),
    path("api/docs", pages.show_manual, name="api_manual"),
    path("api/", pages.go_to_manual, name="api_home"),
    path("api/<path:rest>", door.refuse, name="api_nothing"),
]
