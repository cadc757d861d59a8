"""How the C library keeps memory for later, told to keep little of it.

Each picture, line and answer leaves holes between what stays; a window that is looked at
for a day would hold a third more memory than it uses. Only Linux' own library has to be
told: `sparing` at the start, `give_back` now and then. Elsewhere both do nothing.
"""

import ctypes
import sys
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # as <malloc.h> numbers them
_BIG = 1 << 20  # what is bigger gets pages of its own, which go back when it ends
_KEPT = 4 << 20  # at the end of the heap, for the next


def sparing() -> None:
    """Keep little for later; before other threads start, each of which gets a heap else."""
    set_option = getattr(_library(), "mallopt", None)
    if set_option is None:
        return
    for option, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _BIG), (_TRIM_THRESHOLD, _KEPT)):
        set_option(option, value)


def give_back() -> None:
    """Give what nobody uses back to the system; takes 2 to 20 ms, any thread."""
    trim = getattr(_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _library() -> Any:
    return ctypes.CDLL(None) if sys.platform == "linux" else None
