"""Every address that Django serves."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"allears.web.{site}.urls"))
    for site in ("access", "desk", "settings", "api", "widget")
    if find_spec(f"allears.web.{site}") and find_spec(f"allears.web.{site}.urls")
]

handler400 = "allears.web.access.views.errors.bad_request"
handler403 = "allears.web.access.views.errors.forbidden"
handler404 = "allears.web.access.views.errors.not_found"
handler500 = "allears.web.access.views.errors.broken"
