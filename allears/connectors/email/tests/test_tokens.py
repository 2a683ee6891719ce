import pytest

from allears.connectors.email.tokens import make_token, read_token

KEY = b"a key of thirty-two bytes or so."


@pytest.mark.parametrize("thread_id", [0, 1, 255, 256, 70_000, 2**63 - 1])
def test_a_token_gives_back_its_thread(thread_id: int) -> None:
    token = make_token(KEY, thread_id)
    assert read_token(KEY, token) == thread_id
    assert read_token(KEY, token.upper()) == thread_id
    assert token == token.lower() and token.isalnum()


def test_a_changed_token_is_refused() -> None:
    token = make_token(KEY, 42)
    assert read_token(KEY, token) == 42
    for index in range(len(token) - 1):
        other = "b" if token[index] != "b" else "c"
        assert read_token(KEY, token[:index] + other + token[index + 1 :]) is None


@pytest.mark.parametrize("token", ["", "a", "support", "1" * 20, "é" * 20, "a" * 200, "=" * 16, "brand-1"])
def test_a_token_of_somebody_else_is_refused(token: str) -> None:
    assert read_token(KEY, token) is None


def test_another_key_and_no_key_are_refused() -> None:
    token = make_token(KEY, 42)
    assert read_token(b"another key", token) is None
    assert read_token(b"", token) is None
    with pytest.raises(ValueError, match="reply key"):
        make_token(b"", 42)


def test_a_thread_id_that_does_not_fit_is_refused() -> None:
    with pytest.raises(OverflowError):
        make_token(KEY, 2**64)
    with pytest.raises(OverflowError):
        make_token(KEY, -1)
