"""Everything here runs in an empty home, as the product's own processes do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.smallsite import at_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty home without a keyring."""
    with at_home(tmp_path):
        yield tmp_path
