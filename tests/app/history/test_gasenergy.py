"""Gas in kilowatt-hours: by the value of each day of the plant, never by another one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.history.gasenergy import gas_energy
from app.model.consumption import Consumption, UnplacedAmount
from app.model.reading import PointId
from app.model.totals import GasValue, TotalsPlan

ZONE = ZoneInfo("Europe/Copenhagen")
DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 9, 23, tzinfo=UTC)  # the tenth of January by the plant's clock
POOR = GasValue(date(2026, 1, 1), Decimal(10), Decimal("0.9"))  # 9 kWh a cubic metre
RICH = GasValue(date(2026, 1, 12), Decimal(11))
PLAN = TotalsPlan(gas=(POOR, RICH))


def used(
    *volumes: str | None, unit: str = "m³", lost: tuple[UnplacedAmount, ...] = ()
) -> Consumption:
    amounts = tuple(None if each is None else Decimal(each) for each in volumes)
    many = len(amounts)
    starts = tuple(BEGIN + DAY * nth for nth in range(many))
    known = tuple(each is not None for each in amounts)
    return Consumption(
        PointId("gas.volume"),
        unit,
        starts,
        BEGIN + DAY * many,
        amounts,
        known,
        (False,) * many,
        lost,
    )


def worth(
    fine: Consumption, plan: TotalsPlan = PLAN, parts: int = 1
) -> tuple[list[float | None], bool, bool]:
    """Return the kWh of each part, whether that is all, and whether a value was lacking."""
    many = len(fine) // parts
    edges = [BEGIN + DAY * many * nth for nth in range(parts + 1)]
    told, lacking = gas_energy(plan, "gas", fine, edges, ZONE)
    values = [None if each.value is None else float(each.value) for each in told.parts]
    return values, told.amount.whole, lacking


def test_each_day_has_its_own_value_by_the_clock_of_the_plant() -> None:
    assert worth(used("1", "1", "1", "1"), parts=4) == ([9, 9, 11, 11], True, False)
    assert worth(used("1", "1", "1", "1"), parts=2) == ([18, 22], True, False)
    assert worth(used("1", "1", "1", "1")) == ([40], True, False)


@pytest.mark.parametrize(("unit", "volume"), [("dm³", "1500"), ("l", "1500"), ("m³", "1.5")])
def test_any_unit_of_volume_comes_to_the_same(unit: str, volume: str) -> None:
    assert worth(used(volume, unit=unit)) == ([13.5], True, False)


def test_gas_before_the_first_value_is_lacking_and_not_nought() -> None:
    late = TotalsPlan(gas=(RICH,))
    assert worth(used("1", "1", "1"), late, 3) == ([None, None, 11], False, True)
    assert worth(used("0", "0", "1"), late) == ([11], True, False), "nothing is worth nothing"


def test_a_day_nobody_knows_anything_of_makes_the_sum_a_part_of_it() -> None:
    assert worth(used("1", None, "1")) == ([20], False, False)


def gap(first: int, last: int, amount: str, *, jump: bool = False) -> UnplacedAmount:
    half = DAY / 2
    return UnplacedAmount(
        BEGIN + DAY * first + half, BEGIN + DAY * last + half, Decimal(amount), jump
    )


def test_what_was_counted_in_a_gap_is_worth_its_value_where_that_did_not_change() -> None:
    within = used("1", None, "2", "2", lost=(gap(0, 1, "5"),))
    assert worth(within) == ([9 + 45 + 44], True, False)
    across = used("1", None, "2", "2", lost=(gap(1, 2, "5"),))
    told, whole, lacking = worth(across)
    assert told == [9 + 44]
    assert not whole, "half of it was burnt by another value, nobody knows which half"
    assert not lacking
    doubtful = used("1", "1", lost=(gap(0, 1, "900", jump=True),))
    assert worth(doubtful) == ([18], True, False), "a jump nobody vouches for is in no sum"
