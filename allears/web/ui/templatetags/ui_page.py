from django import template

from allears.web.ui.times import time_words as words_of_time

register = template.Library()


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.simple_tag
def time_words() -> str:
    return words_of_time()
