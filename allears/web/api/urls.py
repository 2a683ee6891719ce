from django.urls import path

from allears.web.api import door, pages

urlpatterns = [
    path("api/v1/<path:rest>", door.enter, name="api"),
    path("api/openapi.json", pages.show_open_api, name="open_api"),
    path("api/<path:rest>", door.refuse, name="api_nothing"),
]
