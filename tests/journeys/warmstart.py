"""Commands of the product as processes of their own that need not load it anew.

Loading takes most of a short command's processor time, and the journeys give hundreds of
them. So one process loads the libraries and the product once and then only forks: each
command is a child with its own environment, folder, streams and exit code, which ends as
any program does. Modules of commands themselves are loaded by the child, because they may
speak the language of its environment. ``HEATDESK_COLD=1`` starts each anew, as does Windows.

``python -m tests.journeys.warmstart FD`` is the process that forks; it ends with its parent.
"""

import atexit
import importlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TextIO, TypedDict

ROOT = Path(__file__).parents[2]
POSSIBLE = hasattr(os, "fork") and os.environ.get("HEATDESK_COLD", "") == ""
_HEAVY = ("app.cli.main", "app.compose.joining", "app.project.opening", "app.channel.server")
_MOST_BYTES = 1 << 20
_FIRST = threading.Lock()
NO_FORK = "Windows forks no process"


class Wish(TypedDict):
    """What a command is to find: its words, its environment, where it stands."""

    arguments: list[str]
    environment: dict[str, str]
    cwd: str


class Warm:
    """The process that forks, seen by the tests; one for each process of tests."""

    _line: socket.socket
    _process: subprocess.Popen[bytes]

    def __init__(self) -> None:
        """Start it; it answers once it has loaded everything."""
        if sys.platform == "win32":
            raise OSError(NO_FORK)
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.warmstart", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.close)

    def close(self) -> None:
        """End it."""
        self._line.close()
        self._process.wait(10)

    def run(
        self,
        arguments: Sequence[str],
        around: Mapping[str, str],
        folder: Path,
        timeout_s: float,
    ) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end, as `subprocess.run` would.

        Raises:
            subprocess.TimeoutExpired: It lasted longer than ``timeout_s``; it was killed.
        """
        if sys.platform == "win32":
            raise OSError(NO_FORK)
        wish: Wish = {
            "arguments": list(arguments),
            "environment": dict(around),
            "cwd": str(folder),
        }
        ours, theirs = socket.socketpair()
        with ours, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            with theirs, self._turn:
                fds = [theirs.fileno(), out.fileno(), err.fileno()]
                socket.send_fds(self._line, [json.dumps(wish).encode()], fds)
            code = _end_of(ours, arguments, timeout_s)
            return subprocess.CompletedProcess(
                list(arguments), code, _text(out.fileno()), _text(err.fileno())
            )


@cache
def _one() -> Warm:
    return Warm()


def warm() -> Warm:
    """The one of this process, whichever thread asks first."""
    with _FIRST:
        return _one()


def _end_of(line: socket.socket, arguments: Sequence[str], timeout_s: float) -> int:
    """Wait for the exit code; kill a command that takes too long."""
    if sys.platform == "win32":
        raise OSError(NO_FORK)
    pid, until_s = 0, time.monotonic() + timeout_s
    with line.makefile("r") as told:
        try:
            for text in _lines(line, told, until_s):
                if pid:
                    return int(text)
                pid = int(text)
        except TimeoutError:
            if pid:
                os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(arguments), timeout_s) from None
    raise AssertionError("the process that forks is gone")


def _lines(line: socket.socket, told: TextIO, until_s: float) -> Iterator[str]:
    while True:
        line.settimeout(max(0.01, until_s - time.monotonic()))
        text = told.readline()
        if not text:
            return
        yield text


def _text(fd: int) -> str:
    """All that was written there."""
    if sys.platform == "win32":
        raise OSError(NO_FORK)
    size = os.fstat(fd).st_size
    return os.pread(fd, size, 0).decode("utf-8").replace("\r\n", "\n")


# --- the process that forks


def serve(fd: int) -> None:
    """Fork for each wish, until nobody is there to have one; returns in each child."""
    if sys.platform == "win32":
        raise OSError(NO_FORK)
    for name in _HEAVY:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait
    with socket.socket(fileno=fd) as line:
        while True:
            content, fds, _flags, _from = socket.recv_fds(line, _MOST_BYTES, 3)
            if not content:
                raise SystemExit(0)
            if os.fork() == 0:
                break
            for each in fds:
                os.close(each)
    _wait_for_a_child(fds[0])
    _become(json.loads(content), fds[1], fds[2])


def _wait_for_a_child(report: int) -> None:
    """Fork once more: the child returns, the parent tells its number and how it ended."""
    if sys.platform == "win32":
        raise OSError(NO_FORK)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    begin, begun = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(begun)
        os.read(begin, 1)  # its number is told before it may end
        os.close(begin)
        os.close(report)
        return
    os.write(report, f"{child}\n".encode())
    os.close(begun)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(report, f"{code}\n".encode())
    os._exit(0)


def _become(wish: Wish, out: int, err: int) -> None:
    """Take the streams, the environment and the folder of the command."""
    if sys.platform == "win32":
        raise OSError(NO_FORK)
    for given, place in ((out, 1), (err, 2)):
        os.dup2(given, place)
        os.close(given)
    os.environ.clear()
    os.environ.update(wish["environment"])
    time.tzset()
    os.chdir(wish["cwd"])
    random.seed()
    sys.argv = ["heatdesk", *wish["arguments"]]


if __name__ == "__main__":
    serve(int(sys.argv[1]))
    from app.__main__ import main

    raise SystemExit(main())
