"""Passwords and passphrases that cost little, where thousands of times somebody comes in.

What they cost in the product is proved in tests/app/users and by the journeys.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from app.users import stretching

QUICK = replace(stretching.COST, time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Let passwords and passphrases cost little in this process until the block ends."""
    with patch.object(stretching, "COST", QUICK):
        yield
