"""Every test here gets an empty history in each of the databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.history.history import History
from tests.app.history.contract.engines import ENGINES, Engine, Opened


@pytest.fixture(scope="session", params=ENGINES, ids=lambda engine: str(engine.name))
def engine(request: pytest.FixtureRequest) -> Engine:
    """The database."""
    found: Engine = request.param
    if why := found.missing():
        pytest.skip(why)
    return found


@pytest.fixture
def opened(engine: Engine, tmp_path: Path) -> Iterator[Opened]:
    """Opens the test's history, again and again."""
    with engine.kept(tmp_path) as again:
        yield again


@pytest.fixture
def store(opened: Opened) -> History:
    """The test's history."""
    return opened()
