"""Runs a module as a process that ends when its parent is gone, however that came about.

``python -m app.compose.leash PARENT MODULE ARGUMENT…``: a demo that is killed leaves no
simulators behind. The module keeps its standard input, output and exit code.
"""

import _thread
import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence

LOOK_EVERY_S = 1.0


def on_leash(module: str, arguments: Sequence[str]) -> list[str]:
    """Return the interpreter's arguments that run ``module`` for as long as we live."""
    return ["-m", "app.compose.leash", str(os.getpid()), module, *arguments]


def main(arguments: Sequence[str]) -> None:
    """Run the module named; raises what it raises."""
    parent, module, *rest = arguments
    watch = threading.Thread(
        target=_watch, args=(int(parent), _ask_to_end), name="leash", daemon=True
    )
    watch.start()
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _watch(parent: int, end: Callable[[], None]) -> None:
    while _is_there(parent):
        time.sleep(LOOK_EVERY_S)
    end()


def _is_there(parent: int) -> bool:
    if os.name == "posix":
        return os.getppid() == parent  # an orphan is given to another parent at once
    import psutil

    return bool(psutil.pid_exists(parent))


def _ask_to_end() -> None:
    """Do to ourselves what a service manager would, then insist."""
    _thread.interrupt_main(signal.SIGTERM)
    time.sleep(5 * LOOK_EVERY_S)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
