"""What a bench starts runs as at a workstation."""

import subprocess
import sys

import pytest

from benchmarks.offscreen import offscreen


def test_compiled_files_are_kept_and_no_display_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    text = "import os, sys; print(sys.dont_write_bytecode, os.environ['QT_QPA_PLATFORM'])"
    done = subprocess.check_output([sys.executable, "-c", text], env=offscreen(), text=True)
    assert done.split() == ["False", "offscreen"]
