"""A planned exchange lies with its device, and what looks odd about a visit is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.errors import BadInput
from app.model.counter import LONGEST_REASON
from app.model.exchange import (
    Figures,
    Plan,
    doubts,
    exchanged,
    plan_of,
    planned,
    reason_words,
)
from tests.app.project.sites import device

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
METER = device("meter-1", options={"energy_unit": "GJ"})
PLAN = Plan(NOON, "87654321", "worn out")
# Ten kilowatt-hours an hour for two days; the old meter spoke an hour before it went.
BEFORE = ((NOON - 49 * HOUR, Decimal("1520.00")), (NOON - HOUR, Decimal("2000.00")))
FITTING = Figures(
    "Energy",
    "kWh",
    Decimal("2010.00"),
    Decimal("0.50"),
    BEFORE,
    (NOON + HOUR, Decimal("10.50")),
)


def test_a_plan_lies_with_the_device_and_leaves_its_other_options_alone() -> None:
    with_plan = planned(METER, PLAN)
    assert plan_of(with_plan) == PLAN
    assert plan_of(METER) is None
    assert with_plan.options["energy_unit"] == "GJ"
    assert planned(with_plan, None) == METER
    other = Plan(NOON + HOUR, "", "")
    assert plan_of(planned(with_plan, other)) == other, "nothing is left of the one before"


@pytest.mark.parametrize("said", ["", "tomorrow", "2026-01-15T12:00:00", 7])
def test_a_plan_without_a_moment_is_none(said: str | int) -> None:
    assert plan_of(replace(METER, options={"exchange_at": said})) is None


def test_after_the_exchange_the_plan_is_gone_and_the_new_number_stands_there() -> None:
    with_plan = replace(planned(METER, PLAN), serial="12345678")
    after = exchanged(with_plan, "87654321")
    assert (after.serial, plan_of(after)) == ("87654321", None)
    assert exchanged(with_plan, "").serial == "12345678", "what nobody told stays"


def test_the_reason_names_the_new_meter_and_what_was_checked() -> None:
    told = reason_words(" worn out ", "87654321", ["figures compared", "seals looked at"])
    assert told == "worn out; new meter 87654321; checked: figures compared, seals looked at"
    assert reason_words("worn out", "", []) == "worn out"
    for nothing in ("", "   "):
        with pytest.raises(BadInput, match="say why"):
            reason_words(nothing, "87654321", ["figures compared"])
    with pytest.raises(BadInput, match=f"at most {LONGEST_REASON} characters"):
        reason_words("x" * (LONGEST_REASON - 5), "87654321", [])


def test_what_fits_is_no_doubt() -> None:
    assert doubts([FITTING, replace(FITTING, after=None)], NOON) == []


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (replace(FITTING, final=None), "Energy: without a final reading"),
        (replace(FITTING, initial=None), "Energy: without its start"),
        (replace(FITTING, before=None), "nothing came in the days before"),
        (
            replace(FITTING, final=Decimal("1999.99")),
            "the final reading 1999.99 is lower than 2000.00 kWh",
        ),
        (
            replace(FITTING, initial=Decimal("10.51")),
            "the start 10.51 is higher than 10.50 kWh",
        ),
        # A digit too much at the end, or too few at the start: many times the usual.
        (replace(FITTING, final=Decimal("20100.00")), "18100.00 kWh in 1 h is far more"),
        (
            replace(FITTING, after=(NOON + HOUR, Decimal("1010.50"))),
            "1010.00 kWh in 1 h is far more",
        ),
    ],
)
def test_each_thing_that_looks_odd_is_told_once(told: Figures, says: str) -> None:
    (found,) = doubts([told], NOON)
    assert says in found


def test_the_limit_is_what_it_usually_counts_many_times_over() -> None:
    """Ten an hour, two hours at the most, four times that: eighty."""
    assert doubts([replace(FITTING, final=Decimal("2080.00"))], NOON) == []
    assert doubts([replace(FITTING, final=Decimal("2080.01"))], NOON)


def test_an_index_that_stood_still_is_judged_by_what_it_can_count_at_most() -> None:
    still = ((NOON - 49 * HOUR, Decimal(2000)), (NOON - HOUR, Decimal(2000)))
    one = replace(FITTING, before=still, after=None)
    assert doubts([replace(one, final=Decimal(2500))], NOON) == [], "nobody knows the most"
    limited = replace(one, most_per_hour=Decimal(100))
    assert doubts([replace(limited, final=Decimal(2200))], NOON) == []
    assert doubts([replace(limited, final=Decimal(2201))], NOON)


def test_a_single_reading_before_is_no_usual() -> None:
    single = replace(FITTING, before=(BEFORE[1], BEFORE[1]), after=None)
    assert doubts([replace(single, final=Decimal(9999))], NOON) == []


def test_every_index_of_the_meter_is_looked_at() -> None:
    volume = replace(FITTING, name="Volume", unit="m³", final=None)
    found = doubts([FITTING, volume, replace(FITTING, initial=None)], NOON)
    assert [each.split(":")[0] for each in found] == ["Volume", "Energy"]
