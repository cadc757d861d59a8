"""How often the threads of this program take turns on the processor.

A thread that waits for its turn behind one that works out sums waits so long at most; by
itself Python would let it wait ten times as long, and again at every step of a question.

When Python looks for garbage among all objects, every thread waits until it has seen them
all: 80 ms for those of a program that is loaded. Of a process that runs one core to its end
what is there once it has started stays for good; what comes later is a fraction of it. (A
window has its own sweeper, `widgets.sweeper`.)

Who waits for a page comes first: the polling of the same process waits for a moment.
"""

import gc
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.acquisition.courtesy import Courtesy
    from widgets.shell.window import MainWindow

SWITCH_S = 0.0005


def take_turns() -> None:
    """Let the threads of this process take turns often; any thread, as often as one likes."""
    sys.setswitchinterval(SWITCH_S)


def set_aside() -> None:
    """Look for garbage once, and never again among what is there now."""
    gc.collect()
    gc.freeze()


def is_opening(window: "MainWindow") -> bool:
    """Whether somebody waits for the page in front: what it has to show is on its way."""
    return window.front is not None and not window.front.settled()


def window_first(window: "MainWindow", courtesy: "Courtesy") -> None:
    """Let polling wait for the window's first page, and each that is opened (GUI thread)."""
    from widgets.shell.precedence import Precedence

    waiting = partial(is_opening, window)
    precedence = Precedence(waiting, courtesy.begin, courtesy.end, window)
    window.opening.connect(precedence.begin)
    window.closed.connect(precedence.end)
    precedence.begin()
