"""How often the threads of this program take turns on the processor.

A thread that waits for its turn behind one that works out sums waits so long at most; by
itself Python would let it wait five times as long, and again at every step of a question.
"""

import sys

SWITCH_S = 0.001


def take_turns() -> None:
    """Let the threads of this process take turns often; any thread, as often as one likes."""
    sys.setswitchinterval(SWITCH_S)
