"""A command that joins a running core loads nothing that only a core needs."""

import subprocess
import sys

import pytest

from tests.scripts import ROOT

LOAD = "import sys, app.cli.main, app.cli.person, app.compose.joining; print(*sys.modules)"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "heavy",
    [
        "app.compose.core",
        "app.asked",
        "sqlalchemy",
        "alembic",
        "reportlab",
        "pymodbus",
        "yaml",
        "PyQt6",
        "numpy",
        "cattrs",
        "structlog",
    ],
)
def test_a_command_does_not_wait_for(loaded: set[str], heavy: str) -> None:
    assert "app.compose.joining" in loaded
    assert heavy not in loaded
