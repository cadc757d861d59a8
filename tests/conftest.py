"""For all tests: no clock judges an example, and widgets end as a whole, between modules.

Windows with their pages are circles of objects. Left to the collector they would end at
any later moment, half taken apart, while Qt still calls into them; a closed window of the
product is deleted as a whole instead, and so are those of tests when their module ends.
"""

import gc
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.order import spread

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
    """Leave no widget to the next module."""
    yield
    if "PyQt6.QtWidgets" in sys.modules:
        from tests.sweeping import sweep

        sweep()
