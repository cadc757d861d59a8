"""A statement in one line says what was stated, in the same words for everybody."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Shape,
    Spread,
    StatementId,
    TakenBack,
    Withdrawn,
)
from app.model.statementtext import in_a_line
from tests.plant import NOON

WRAPS = "back to 0 after 10000000 of its last digit"
LATER = NOON + timedelta(hours=1)
TIME = "2026-01-15 12:00 UTC – 2026-01-15 13:00 UTC"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (
            Broken(NOON, Break.EXCHANGE, Decimal("812.4"), None, estimated=True),
            "exchange 2026-01-15 12:00 UTC: 812.4 (estimated) → ?",
        ),
        (Broken(NOON, Break.RESET), "reset 2026-01-15 12:00 UTC"),
        (
            Broken(NOON, Break.UNIT, rules=IndexRules("MWh", 3, 10**7, Decimal("0.5"))),
            f"unit 2026-01-15 12:00 UTC: MWh, 3 decimals, {WRAPS}, at most 0.5 an hour",
        ),
        (Entered(NOON.replace(second=7), Decimal(9)), "entered 2026-01-15 12:00:07 UTC: 9"),
        (Withdrawn(NOON, LATER), f"withdrawn {TIME}"),
        (Withdrawn(NOON.astimezone(ZoneInfo("Europe/Copenhagen")), LATER), f"withdrawn {TIME}"),
        (Accepted(NOON, LATER), f"accepted {TIME}"),
        (Spread(NOON, LATER, Shape.WEEK_BEFORE), f"spread week-before {TIME}"),
        (TakenBack(StatementId("4711")), "taken back 4711"),
    ],
)
def test_it_says_what_when_and_the_figures(says: Edit | TakenBack, told: str) -> None:
    assert in_a_line(says) == told
