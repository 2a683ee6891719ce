import pytest

from allears.pipeline.people.first_names import first_name_of


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Anna Berg", "Anna"),
        ("Anna", "Anna"),
        ("Юлия Морозова", "Юлия"),
        ("Морозова Юлия Сергеевна", "Юлия"),
        ("Юлия Сергеевна Морозова", "Юлия"),
        ("Nguyễn Văn Minh", "Minh"),
        ("Trần Thu Hà", "Hà"),
        ("Minh Nguyễn", "Minh"),
        ("anna.berg@post.example", ""),
        ("@anna_b", ""),
        ("+84 90 123", ""),
        ("", ""),
    ],
)
def test_people_are_called_by_their_first_name(name, first):
    assert first_name_of(name) == first
