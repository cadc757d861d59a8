"""A moment alone with a project's lock file, given back even when the process is killed."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 10.0  # reading and writing one small file takes milliseconds
_PAUSE_S = 0.01


@contextmanager
def guarded(root: Path) -> Iterator[None]:
    """Keep other processes of this computer out of the lock file of ``root``.

    Raises `TimeoutError` (an `OSError`) when nobody lets go, `OSError` when the
    folder cannot be written or its disk knows no locks.
    """
    descriptor = os.open(root / "lock.guard", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, root)
        try:
            yield
        finally:
            _let_go(descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, root: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while not _take(descriptor):
        if time.monotonic() > until:
            raise TimeoutError(f"another process keeps {root / 'lock.guard'} locked")
        time.sleep(_PAUSE_S)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # taken, as POSIX and as Windows say it
        return False
    return True


def _let_go(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
