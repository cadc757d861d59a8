"""Who comes in or makes a project here does so quickly, but where that itself is looked at."""

from collections.abc import Iterator

import pytest

from tests.blankfiles import quick_databases
from tests.quickhashes import quick_hashes

COSTS = (
    "tests.app.users.test_accounts",  # proves what a password costs
    "tests.app.users.test_keyplaces",  # and what a passphrase does
    "tests.app.compose.handover.test_power_cuts",  # opened by another process
)
BUILDS = (
    "tests.app.project.test_opening",
    "tests.app.project.test_upgrade",
)  # how it comes about


@pytest.fixture(autouse=True, scope="module")
def _quick(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.module.__name__.startswith(COSTS):
        yield
        return
    with quick_hashes():
        yield


@pytest.fixture(autouse=True, scope="module")
def _copied(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.module.__name__.startswith(BUILDS):
        yield
        return
    with quick_databases():
        yield
