"""Files that only their owner may read, and that are replaced whole or not at all.

On POSIX such a file has mode 0600. Windows knows no such mode: there the file takes
the access rights of its folder, which is why secrets lie in the user's own profile.
"""

import os
import stat
import sys
import time
from pathlib import Path
from typing import IO

import platformdirs

from app.errors import SecretsLocked

OWNER_ONLY = 0o600
_PATIENCE, _PAUSE_S = 50, 0.02  # a second in all: virus scanners look at every new file


def user_folder() -> Path:
    """Return the folder of this user's own data, where keys and tokens lie."""
    return platformdirs.user_data_path("heatdesk", appauthor=False)


def replace_file(file: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put ``content`` into ``file`` so that a kill leaves the old text or the new, no mix.

    On return the content is on the disk. Raises `OSError`.
    """
    part = write_part(file, content, mode=mode)
    try:
        take_place(part, file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def write_part(file: Path, content: bytes, *, mode: int = 0o644) -> Path:
    """Bring ``content`` to the disk beside ``file`` and return where it lies meanwhile.

    Whoever calls it goes on with `take_place`, or removes it. Raises `OSError` and
    leaves nothing behind when the disk is full or the folder cannot be written.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part


def take_place(part: Path, file: Path) -> None:
    """Let what `write_part` wrote take the place of ``file``, also after a power cut."""
    _rename(part, file)
    sync_folder(file.parent)


def _rename(part: Path, file: Path) -> None:
    """Rename over ``file``; on Windows somebody who reads it holds that up for a moment."""
    for _attempt in range(_PATIENCE if sys.platform == "win32" else 0):
        try:
            part.replace(file)
        except PermissionError:
            time.sleep(_PAUSE_S)
        else:
            return
    part.replace(file)


def write_private(file: Path, content: bytes) -> None:
    """Replace ``file`` by one that only its owner may read; makes the folder when missing."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(file, content, mode=OWNER_ONLY)


def new_private(file: Path) -> IO[bytes]:
    """Open a new file for writing that only its owner may read; raises `OSError`."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
    return os.fdopen(os.open(file, flags, OWNER_ONLY), "w+b")


def read_private(file: Path) -> bytes:
    """Return the content; a file that others may read too raises `SecretsLocked`."""
    if sys.platform != "win32":
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise SecretsLocked(
                f"{file} may be read by others (mode {mode:04o}): "
                f"set it to 0600 and consider its content known"
            )
    return file.read_bytes()


def sync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` survive a power cut; Windows does so by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write line ends of its own
