"""Thousands of lying answers, and not one value booked to a wrong point."""

import logging

import pytest

from tests.drivers.campaign import Tally, run_campaign
from tests.drivers.hostile import MISCHIEF


def judge(tally: Tally, asked: int) -> None:
    assert tally.wrong == []
    assert tally.hostile_answers >= asked
    assert set(tally.hostile) == {mischief.__name__ for mischief in MISCHIEF}
    assert tally.good > asked / 4, "the honest answers, at least, were read"
    assert tally.writes_confirmed > 0


async def test_two_thousand_lies_put_no_value_in_a_wrong_place() -> None:
    judge(await run_campaign(2_000, seed=538), 2_000)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("lies", [100_000, 1_000_000])
async def test_many_more_lies_put_no_value_in_a_wrong_place(lies: int) -> None:
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    judge(await run_campaign(lies, seed=8), lies)
