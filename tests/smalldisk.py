"""A disk of a few megabytes that can be filled to its last byte, for tests of a full one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE_MB = 24


@dataclass
class SmallDisk:
    """A mounted disk; ``folder`` is its root."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Take every byte that is left."""
        with self._ballast.open("ab", buffering=0) as ballast:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while ballast.write(b"\0" * size):
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        """Give it all back."""
        self._ballast.unlink()


@contextmanager
def mounted(folder: Path) -> Iterator[SmallDisk]:
    """Mount a small disk at ``folder``, as root on Linux; skips the test elsewhere."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("NOT PROVED HERE: a really full disk needs root on Linux (a small tmpfs)")
    folder.mkdir()
    options = f"size={SIZE_MB}m,mode=0700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "heatdesk-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"NOT PROVED HERE: no small disk can be mounted: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
