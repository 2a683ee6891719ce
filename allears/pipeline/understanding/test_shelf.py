from allears.pipeline.understanding.copies import sketches_of
from allears.pipeline.understanding.shelf import Shelf, Shelved, keys_of_texts, twins_among

SAID = "my order has been stuck in Hanoi for a week and nobody answers"


def texts_of(*said, owner=1, at=0, first=1):
    sketches = sketches_of(list(said))
    return [Shelved(id_, id_, owner, sketch, at) for id_, sketch in enumerate(sketches, first)]


def found_on(shelf, said, **where):
    texts = texts_of(said, first=0, **where)
    [found] = shelf.like(texts, keys_of_texts(texts), 10)
    return found and found.id


def put(shelf, *said, **where):
    texts = texts_of(*said, **where)
    shelf.put(texts, keys_of_texts(texts))


def others(count, first=0):
    return [
        f"number {'x' * (n % 7 + 2)} word{chr(97 + n % 26)}{chr(97 + n // 26)} of a list {'y' * (n // 7 + 2)}"
        for n in range(first, first + count)
    ]


def test_a_near_copy_is_found_and_nothing_of_another_owner():
    shelf = Shelf(100)
    put(shelf, SAID, "where do I find my invoice of May")

    assert found_on(shelf, SAID.upper() + "!!!") == 1
    assert found_on(shelf, SAID, owner=2) is None
    assert found_on(shelf, "thank you all for the quick help") is None


def test_the_oldest_are_let_go_of_and_the_newest_are_still_found():
    shelf = Shelf(20)
    put(shelf, SAID)
    put(shelf, *others(19), first=2)
    assert found_on(shelf, SAID) == 1

    put(shelf, *others(15, first=19), first=21)
    put(shelf, SAID, first=50)

    assert len(shelf) == 20
    assert shelf.get(1) is None
    assert found_on(shelf, SAID) == 50
    assert found_on(shelf, others(34)[33]) == 35


def test_more_than_fit_at_once_leave_the_newest():
    shelf = Shelf(20)

    put(shelf, *others(30), SAID)

    assert len(shelf) == 20
    assert found_on(shelf, SAID) == 31


def test_what_was_last_said_long_ago_is_not_found_unless_somebody_said_it_again():
    shelf = Shelf(20)
    put(shelf, SAID, at=100)
    assert found_on(shelf, SAID, at=110) == 1
    assert found_on(shelf, SAID, at=111) is None

    shelf.touch(1, 105)

    assert found_on(shelf, SAID, at=111) == 1


def test_a_forgotten_text_is_not_found_and_can_come_again():
    shelf = Shelf(20)
    put(shelf, SAID)
    shelf.forget(1)
    assert found_on(shelf, SAID) is None

    put(shelf, SAID)

    assert found_on(shelf, SAID) == 1


def test_twins_are_found_within_a_batch_by_the_first_of_them():
    texts = texts_of(SAID, "where do I find my invoice of May", SAID + " again", SAID.upper())
    texts += texts_of(SAID, owner=2, first=9)

    found = twins_among(texts, keys_of_texts(texts))

    assert [one and one.id for one in found] == [None, None, 1, 1, None]
