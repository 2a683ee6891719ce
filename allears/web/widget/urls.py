from django.urls import path

from allears.web.widget import pages

urlpatterns = [
    path("chat/<slug:key>/", pages.show_chat, name="chat"),
    path("chat/<slug:key>/plain/", pages.show_plain_chat, name="plain_chat"),
    path("chat/<slug:key>/brand.css", pages.show_colours, name="chat_colours"),
]
