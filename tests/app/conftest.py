"""Whoever comes in here does so quickly, but where hashes themselves are looked at."""

from collections.abc import Iterator

import pytest

from tests.quickhashes import quick_hashes

COSTS = "tests.app.users"  # the package that proves what a password costs


@pytest.fixture(autouse=True, scope="module")
def _quick(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.module.__name__.startswith(COSTS):
        yield
        return
    with quick_hashes():
        yield
