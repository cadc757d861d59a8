"""Other processes of ours: simulators and cores, started and ended by their pid."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue

import app
from app.errors import PlantError

START_S = 30.0
STOP_S = 5.0


class ChildProcess:
    """One child of this process, told apart by its first line of output."""

    def __init__(self, arguments: Sequence[str], log: Path | None = None) -> None:
        """``arguments`` follow the interpreter; ``log`` takes what it says on stderr."""
        self._lines: Queue[str] = Queue()
        self._log = log.open("ab") if log else None
        # A child must not get our Ctrl-C twice: the parent ends its children itself.
        group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows' way
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log or subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=_environment(),
            creationflags=group,
            start_new_session=sys.platform != "win32",
        )
        self._reader = threading.Thread(target=self._read, name="child output", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it still lives."""
        return self._process.poll() is None

    def first_line(self) -> str:
        """Wait for the child's first line; `PlantError` when it ends or stays silent."""
        try:
            line = self._lines.get(timeout=START_S)
        except Empty:
            raise PlantError(f"process {self.pid} said nothing for {START_S:g} s") from None
        if not line:
            raise PlantError(f"process {self.pid} ended with {self._process.wait(STOP_S)}")
        return line

    def say(self, line: str) -> None:
        """Write a line to the child's standard input."""
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def stop(self) -> None:
        """End it politely, then firmly; returns when it is gone."""
        if self.running:
            self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_S)
        self._reader.join(STOP_S)
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        stdout = self._process.stdout
        if stdout is not None:
            for line in stdout:
                self._lines.put(line.rstrip("\n"))
        self._lines.put("")


def stop_all(children: Sequence[ChildProcess]) -> None:
    """End many children at the same time."""
    threads = [threading.Thread(target=child.stop) for child in children]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _environment() -> dict[str, str]:
    """Return our environment, with the place we were loaded from first on the child's path."""
    root = str(Path(app.__file__).parents[1])
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}
