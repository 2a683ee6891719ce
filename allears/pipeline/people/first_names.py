"""What to call a person by their first name, as far as their name tells it."""

import re

# They say the family's name first and are called by the last: nine in ten Vietnamese bear one of these.
_FAMILIES = """
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý trịnh đinh mai đoàn cao tạ lâm lương
đào trương tô hà thái châu
"""
_VIETNAMESE_FAMILIES = frozenset(_FAMILIES.split())
_PATRONYMIC = re.compile(r"(?:вна|вич|ична|ьич)$")
_IS_A_NAME = re.compile(r"[^\W\d_]")


def first_name_of(name: str) -> str:
    """Return the first name in a full name; "" for an address, a handle or a number."""
    words = name.split()
    if not words or "@" in name or not _IS_A_NAME.match(words[0]):
        return ""
    if len(words) > 1 and words[0].lower() in _VIETNAMESE_FAMILIES:
        return words[-1]
    if len(words) == 3 and _PATRONYMIC.search(words[2].lower()):
        return words[1]
    return words[0].rstrip(",")
