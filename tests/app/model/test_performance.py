"""How many readings came is told of what was due, never of what happens to be stored."""

from datetime import timedelta

import pytest

from app.model.performance import RECEIVED, Performance
from app.model.reading import Quality
from tests.plant import NOON, SUPPLY

LATER = NOON + timedelta(hours=5)


def test_what_is_stale_or_refused_did_not_come() -> None:
    kept = {Quality.GOOD: 10, Quality.MANUAL: 2, Quality.UNCERTAIN: 1, Quality.STALE: 4}
    found = Performance(SUPPLY, NOON, LATER, 20, kept)
    assert (found.received, found.missing) == (13, 3)
    assert found.percent == pytest.approx(65)
    assert found.share(Quality.STALE) == pytest.approx(20)
    assert found.share(Quality.BAD) == 0
    assert not RECEIVED & {Quality.STALE, Quality.BAD, Quality.OFFLINE}


def test_where_nothing_was_due_there_is_no_percentage() -> None:
    found = Performance(SUPPLY, NOON, NOON, 0)
    assert (found.percent, found.share(Quality.GOOD), found.missing) == (None, None, 0)
