"""A life to be begun and killed by `test_lives`."""

import os
import time
from collections.abc import Sequence

from benchmarks.lives import say

LOADED_BY = os.getpid()


def live(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    what, *others = arguments
    if what == "tell":
        say(f"{' '.join(others)}")
        say(f"loaded here: {os.getpid() == LOADED_BY}")
    elif what == "fail":
        raise ValueError("on purpose")
    else:
        for number in range(10**6):
            say(f"line {number} {'x' * 200} end")
            time.sleep(0.0001)
