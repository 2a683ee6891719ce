"""Every address of /api/v1, for the door, which imports this with the first request."""

from allears.web.api.application import api

urlpatterns = api.urls[0]
