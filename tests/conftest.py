"""For all tests: Python's collector takes no widget apart in the middle of another test.

Windows with their pages are circles of objects. Left to the collector they would end at
any later moment, half taken apart, while Qt still calls into them; a closed window of the
product is deleted as a whole instead. Tests delete theirs too; what remains stays.
"""

import gc

import pytest

from tests.order import spread

gc.disable()


@pytest.hookimpl(trylast=True)  # after those are left out that are not asked for
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several processes take journeys and quick tests by turns; one alone keeps the order."""
    if hasattr(config, "workerinput"):
        items[:] = spread(items)
