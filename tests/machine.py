"""What only some machines let a test do, and the words for those where it is left out."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_NOBODY = 65534  # owns nothing
_WINDOWS = sys.platform == "win32"
posix_rights = pytest.mark.skipif(_WINDOWS, reason="Windows keeps access rights elsewhere")
posix_signals = pytest.mark.skipif(_WINDOWS, reason="Windows ends processes otherwise")
libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="NOT RUN: LibreOffice is not installed (apt-get install libreoffice-calc)",
)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody may enter, unlike those tests have by default."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


@contextmanager
def bound_by_rights(*own: Path) -> Iterator[None]:
    """Inside the block, be somebody whom the rights of files bind and who owns ``own``.

    Rights do not bind an administrator, who therefore acts as somebody else meanwhile.
    """
    become, give = (getattr(os, name, None) for name in ("seteuid", "chown"))
    if become is None or give is None:
        pytest.skip("Windows keeps access rights elsewhere")
    if getattr(os, "geteuid", lambda: 1)() != 0:
        yield
        return
    for place in own:
        give(place, _NOBODY, _NOBODY)
    become(_NOBODY)
    try:
        yield
    finally:
        become(0)


@contextmanager
def no_room_beyond(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="Windows knows no such limit")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
