"""One demo for all journeys that only look, write a setting or print a report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.product import Demo, running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A headless demo that runs for the whole session of this test process."""
    home: Path = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    # What the test itself opens must look for keys and tokens where the product does.
    for name, value in (("HOME", home), ("XDG_DATA_HOME", home / "data")):
        patch.setenv(name, str(value))
    patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with running_demo(home) as demo:
        yield demo
    patch.undo()
