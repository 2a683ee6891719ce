"""What the tests of a module begin from, made once: each changes it in a savepoint of its own, which is undone.

kept_world = keep(lambda: make_world("Lantern"))

@pytest.fixture
def world(kept_world, db):
    return deepcopy(kept_world)
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest


def keep(make: Callable[[], Any]) -> Any:
    """Make a fixture of what is made once for a module, in a transaction open to its end.

    Not for modules with tests that commit.
    """

    @pytest.fixture(scope="module")
    def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        from django.db import connections, transaction

        with ExitStack() as stack:
            with django_db_blocker.unblock():
                for alias in connections:
                    block = transaction.atomic(using=alias)
                    # As in the tests themselves: code that must not run within a transaction may run within this.
                    block._from_testcase = True
                    block.__enter__()
                    stack.callback(leave, django_db_blocker, block)
                made = make()
            yield made

    return kept


def leave(blocker: Any, block: Any) -> None:
    from django.db import transaction

    with blocker.unblock():
        transaction.set_rollback(True, using=block.using)
        block.__exit__(None, None, None)
