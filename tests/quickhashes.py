"""Passwords that cost little, where thousands of times somebody comes in.

What a hash costs in the product is proved in tests/app/users and by the journeys.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from unittest.mock import patch

from argon2 import PasswordHasher

QUICK = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Let passwords cost little in this process until the block ends."""
    with ExitStack() as ending:
        for module in ("app.users.accounts", "app.users.pins"):
            ending.enter_context(patch(f"{module}.PasswordHasher", QUICK))
        yield
