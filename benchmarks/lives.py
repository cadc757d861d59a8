"""Short lives of one program, to be killed: forked from a process that has loaded it all.

Loading takes a second of each life; a process that has done so forks as many as are asked
for, one at a time. Where nothing forks (Windows) each life is a process of its own.

    python -m benchmarks.lives MODULE            forks a life for each line of standard input
    python -m benchmarks.lives MODULE ARGUMENTS  lives one life

The module has ``live(arguments)``, which says what it has to say on standard output, in
lines each written at once: one that is not said to its end was never said.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).parents[1]
_OVER = "=over="  # begins the line that the forking process says after a life
_FORKS = sys.platform != "win32"


class Life:
    """One life; what it says, and how it ended."""

    def __init__(self, said: IO[str], kill: Callable[[], None], end: Callable[[], int]) -> None:
        self._said, self._kill, self._end = said, kill, end
        self.code: int | None = None  # once all it said was read

    def lines(self) -> Iterator[str]:
        """Yield what it says, whole lines without their end, until it is over."""
        for line in self._said:
            word, _, code = line.rstrip("\n").partition(" ")
            if _FORKS and word == _OVER:
                self.code = int(code)
                return
            if line.endswith("\n") and line != "\n":
                yield line[:-1]
        self.code = self._end()

    def kill(self) -> None:
        """End it without a word; one that is over already stays so."""
        self._kill()


class Lives:
    """Begins lives of a module; the one before must be over."""

    def __init__(self, module: str, forking: "subprocess.Popen[str] | None") -> None:
        self._module, self._forking = module, forking

    def begin(self, *arguments: str) -> Life:
        """Begin a life."""
        if sys.platform == "win32" or self._forking is None:
            return self._spawned(arguments)
        asked, said = self._forking.stdin, self._forking.stdout
        if asked is None or said is None:
            raise OSError("the process that forks has no streams")
        asked.write(json.dumps(arguments) + "\n")
        asked.flush()
        pid = int(said.readline())
        return Life(said, lambda: os.kill(pid, signal.SIGKILL), _gone)

    def _spawned(self, arguments: Sequence[str]) -> Life:
        command = [sys.executable, "-m", "benchmarks.lives", self._module, *arguments]
        living = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT)
        said = living.stdout
        if said is None:
            raise OSError("a life has nothing to speak with")

        def end() -> int:
            said.close()
            return living.wait()

        return Life(said, living.kill, end)


@contextmanager
def lives_of(module: str) -> Iterator[Lives]:
    """Load a module once where processes can be forked, and lend its lives."""
    if not _FORKS:
        yield Lives(module, None)
        return
    command = [sys.executable, "-m", "benchmarks.lives", module]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    ) as forking:  # fmt: skip
        try:
            yield Lives(module, forking)
        finally:
            if forking.stdin is not None:
                forking.stdin.close()


def _gone() -> int:
    raise OSError("the process that forks is gone")


def say(line: str) -> None:
    """Say a line at once; any thread."""
    os.write(1, f"{line}\n".encode())


def serve(module: str) -> None:
    """Fork a life for each line of standard input, one after the other."""
    if sys.platform == "win32":
        raise OSError("Windows forks no process")
    live: Callable[[Sequence[str]], None] = import_module(module).live
    before = 0
    for line in sys.stdin:
        if before:
            os.waitpid(before, 0)
        begin, begun = os.pipe()
        child = os.fork()
        if not child:
            os.close(begun)
            os.read(begin, 1)  # its number is told before it says anything
            _live(live, json.loads(line))
        os.close(begin)
        say(str(child))
        os.close(begun)
        # It stays a zombie until the next one: nobody else gets its number, and a kill.
        ended, before = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT), child
        signalled = ended is None or ended.si_code != os.CLD_EXITED
        status = 0 if ended is None else ended.si_status
        say(f"{_OVER} {-status if signalled else status}")


def _live(live: Callable[[Sequence[str]], None], arguments: Sequence[str]) -> None:
    code = 1
    try:
        live(arguments)
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(code)


def main(arguments: Sequence[str]) -> int:
    """Serve, or live one life."""
    module, *others = arguments
    if others:
        import_module(module).live(others)
    else:
        serve(module)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
