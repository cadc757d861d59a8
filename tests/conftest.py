"""For all tests: no clock judges an example, and widgets end as a whole, between modules.

Windows with their pages are circles of objects. Left to the collector they would end at
any later moment, half taken apart, while Qt still calls into them; a closed window of the
product is deleted as a whole instead, and so are those of tests when their module ends.
"""

import gc
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from app.words import use_language
from tests.order import spread

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication

    from tests.patience import PatientBot
    from tests.postgres import Postgres

gc.disable()
# A machine that is busy with something else is no fault of the product: speed is measured in
# benchmarks/, as a ratio.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)  # after those are left out that are not asked for
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several processes take journeys and quick tests by turns; one alone keeps the order."""
    if hasattr(config, "workerinput"):
        items[:] = spread(items)


def pytest_collection_finish() -> None:
    """Keep the collector from looking through ten thousand tests again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _swept() -> Iterator[None]:
    """Leave no widget to the next module, and none of the languages that were spoken."""
    yield
    use_language("en")
    if "PyQt6.QtWidgets" in sys.modules:
        from tests.sweeping import sweep

        sweep()
        # What is left is held for good, by modules mostly: never looked through again.
        gc.freeze()


@pytest.fixture
def qtbot(qapp: "QApplication", request: pytest.FixtureRequest) -> "PatientBot":
    """A Qt test's hands and eyes, with patience for a busy machine."""
    from tests.patience import PatientBot

    return PatientBot(request)


@pytest.fixture(scope="session")
def postgres() -> "Postgres":
    """A PostgreSQL server for all tests of this process, or a loud skip."""
    from tests.postgres import LOUD, NoServer, running

    try:
        return running()
    except NoServer as error:
        pytest.skip(LOUD.format(why=error))


def pytest_sessionfinish() -> None:
    """End the server, if a test asked for it."""
    if "tests.postgres" in sys.modules:
        from tests.postgres import stop_running

        stop_running()
