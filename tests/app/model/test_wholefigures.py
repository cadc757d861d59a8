"""The figures of a whole period from those of its parts: nothing counted twice or lost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.consumption import Consumption, UnplacedAmount
from app.model.figures import Figures, together
from app.model.reading import PointId

POINT = PointId("m.energy")
DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def days(many: int) -> tuple[datetime, ...]:
    return tuple(BEGIN + nth * DAY for nth in range(many))


def told(values: list[list[float]], counted: Consumption | None = None) -> Figures:
    """Return the figures of days with these samples; none: nothing came that day."""

    def each(of: object) -> tuple[float | None, ...]:
        return tuple(of(some) if some else None for some in values)  # type: ignore[operator]

    return Figures(
        *(POINT, "kWh", days(len(values)), BEGIN + len(values) * DAY),
        *(each(lambda v: v[0]), each(lambda v: v[-1]), each(min), each(max)),
        each(lambda v: sum(v) / len(v)),
        (),
        counted,
        tuple(len(some) for some in values),
    )


def consumption(
    amounts: list[str | None], complete: list[bool], *unplaced: UnplacedAmount
) -> Consumption:
    many = len(amounts)
    return Consumption(
        POINT,
        "kWh",
        days(many),
        BEGIN + many * DAY,
        tuple(None if each is None else Decimal(each) for each in amounts),
        tuple(complete),
        tuple(False for _each in amounts),
        unplaced,
    )


SAMPLES = st.lists(st.lists(st.floats(-100, 100), max_size=5), min_size=1, max_size=8)


@given(SAMPLES)
def test_it_is_what_all_samples_together_say(values: list[list[float]]) -> None:
    found = together(told(values))
    every = [each for day in values for each in day]
    if not every:
        assert found.mean is found.first is found.least is None
        return
    assert (found.first, found.last) == (every[0], every[-1])
    assert (found.least, found.most) == (min(every), max(every))
    assert found.mean == pytest.approx(sum(every) / len(every), abs=1e-9)
    assert found.change is None, "what is no index counts nothing"


def test_a_day_with_few_samples_weighs_little() -> None:
    assert together(told([[10.0] * 9, [20.0]])).mean == 11.0


def gap(begin: timedelta, end: timedelta, amount: str, *, jump: bool = False) -> UnplacedAmount:
    return UnplacedAmount(BEGIN + begin, BEGIN + end, Decimal(amount), jump)


def test_the_energy_of_a_gap_belongs_to_the_period_that_holds_all_of_it() -> None:
    inside = gap(DAY / 2, DAY * 3 / 2, "5.5")
    found = together(
        told([[1.0]] * 3, consumption(["4", "6", "8"], [False, False, True], inside))
    )
    assert (found.change, found.is_whole) == (Decimal("23.5"), True)


@pytest.mark.parametrize(
    "lost",
    [
        gap(DAY * 5 / 2, DAY * 4, "5.5"),  # it ends behind the period
        gap(-DAY, DAY / 2, "5.5"),
        gap(DAY / 2, DAY * 3 / 2, "99999", jump=True),  # nobody said that it is real
    ],
)
def test_what_nobody_can_place_in_it_is_not_added_and_told(lost: UnplacedAmount) -> None:
    found = together(told([[1.0]] * 3, consumption(["4", "6", "8"], [True, False, True], lost)))
    assert (found.change, found.is_whole) == (Decimal(18), False)


def test_what_nobody_knows_is_none_and_not_nought() -> None:
    found = together(told([[], []], consumption([None, None], [False, False])))
    assert found.change is None
    assert not found.is_whole
    some = together(told([[1.0], []], consumption(["4.0", None], [True, False])))
    assert (some.change, some.is_whole) == (Decimal("4.0"), False)
