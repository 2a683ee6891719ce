import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.copies import (
    Copy,
    GroupKind,
    are_copies,
    keys_of,
    kind_of_group,
    likeness,
    sketches_of,
)

SAME = [
    (
        "@shop my order 4417 has been stuck in Hanoi for a week, nobody answers!!",
        "My order #90812 has been STUCK in Hanoi for a week... nobody answers 😡 https://example.com/a",
    ),
    (
        "Приложение снова не открывается, пишет ошибка 502 и выкидывает на главный экран",
        "приложение снова не открываетсяяяя, пишет ошибка 504 и выкидывает на главный экран!!! @bank",
    ),
    (
        "Đơn hàng của mình bị hủy mà chưa thấy hoàn tiền, shop kiểm tra giúp với",
        "don hang cua minh bi huy ma chua thay hoan tien, shop kiem tra giup voi",
    ),
    (  # Latin letters within Russian words
        "Срочно переведите деньги на новый безопасный счёт по ссылке",
        "Cpoчнo пepeвeдитe дeньги нa нoвый бeзoпacный cчёт пo ccылкe",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_small_changes_leave_the_sketch_as_it_is(one, other):
    first, second = sketches_of([one, other])

    assert likeness(first, second) > 0.85
    assert are_copies(first, second)
    assert set(keys_of([first])[0].tolist()) & set(keys_of([second])[0].tolist())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("where is my order please", "the app crashes when I open the camera"),
        ("когда придёт мой заказ", "верните деньги за билет на поезд"),
        ("app down again", "app down today"),
        ("", ""),
        ("👍", "👍"),
    ],
)
def test_other_words_are_no_copy(one, other):
    assert not are_copies(*sketches_of([one, other]))


def test_a_short_text_is_found_by_its_own_key():
    first, second = sketches_of(["App down again!!", "app DOWN again 😭"])

    assert first
    assert keys_of([first])[0, 0] == keys_of([second])[0, 0]


def test_nearly_every_text_that_shares_six_words_of_ten_is_found():
    chance = random.Random(7)
    words = [f"{chance.choice('bdfgklmnrstv')}{chance.choice('aeiou')}{number:b}" for number in range(3000)]
    words = [word.translate(str.maketrans("01", "xz")) for word in words]
    texts, changed = [], []
    for _ in range(2000):
        common, mine, theirs = (chance.sample(words, count) for count in (12, 4, 4))
        texts.append(" ".join(common + mine))
        changed.append(" ".join(theirs + common))
    first, second = keys_of(sketches_of(texts)), keys_of(sketches_of(changed))

    found = sum(bool(set(one) & set(other)) for one, other in zip(first, second, strict=True))

    assert found >= 1996


def test_a_long_text_is_estimated():
    chance = random.Random(3)
    words = ["".join(chance.sample("abcdefghijklmnopqrstuvwxyz", 7)) for _ in range(700)]
    first, second = sketches_of([" ".join(words[:400]), " ".join(words[100:500])])

    assert len(first) == 128
    assert abs(likeness(first, second) - 0.6) < 0.2


@given(st.lists(st.text(max_size=200), max_size=8))
def test_any_text_can_be_sketched_and_a_batch_gives_what_each_gives_alone(texts):
    together = sketches_of(texts)

    assert together == [sketches_of([text])[0] for text in texts]
    known = [sketch for sketch in together if sketch]
    assert keys_of(known).tolist() == [keys_of([sketch])[0].tolist() for sketch in known]
    for sketch in together:
        assert likeness(sketch, sketch) == (1.0 if sketch else 0.0)


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LURE = "Everybody who lost money with this bank should register here for the refund https://refund.example/x"


def test_one_text_from_many_newcomers_is_a_campaign():
    copies = [
        Copy(
            text=f"@bank{number} {LURE}",
            author=str(number),
            at=NOON + timedelta(seconds=number),
            is_newcomer=True,
        )
        for number in range(12)
    ]

    assert kind_of_group(copies) == GroupKind.CAMPAIGN


def test_customers_with_the_same_trouble_are_none():
    texts = [
        "App is down again, cannot pay",
        "app down again can't pay!!",
        "Is the app down again? I cannot pay",
        "app down again, cannot pay at the shop",
    ]
    copies = [
        Copy(text=text, author=str(number), at=NOON + timedelta(seconds=9 * number), is_newcomer=number < 2)
        for number, text in enumerate(texts)
    ]

    assert kind_of_group(copies) == GroupKind.CUSTOMERS


def test_the_same_four_words_from_everybody_are_none():
    copies = [
        Copy(text="card payments not working", author=str(number), at=NOON, is_newcomer=True)
        for number in range(9)
    ]

    assert kind_of_group(copies) == GroupKind.CUSTOMERS
