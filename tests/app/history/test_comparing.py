"""The mean of each part is that of its believable values, with the decimals of the point."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.history.comparing import means
from app.history.energydays import Step, bins
from app.history.readings import to_ms
from app.model.comparison import Side
from app.model.point import PointSpec
from app.model.reading import PointId, Quality
from app.series import CODE_OF, Series

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 10, 23, 22, tzinfo=UTC)  # three local days, one of 25 hours
END = BEGIN + timedelta(hours=73)
FLOW = PointSpec("flow", "Flow", "m³/h", 2)
SOME = st.lists(
    st.tuples(st.integers(-8, 300), st.integers(0, 999), st.booleans()), max_size=60
)


def side(samples: list[tuple[int, int, bool]], step: Step = Step.DAY) -> Side:
    """Return the means of samples: which quarter, the value, whether it is believed."""
    known = {quarter: (value, good) for quarter, value, good in samples}
    times = [to_ms(BEGIN + quarter * timedelta(minutes=15)) for quarter in known]
    codes = [CODE_OF[Quality.GOOD if good else Quality.BAD] for _value, good in known.values()]
    values = np.array([value / 100 for value, _good in known.values()])
    series = Series(
        PointId("m.flow"), np.array(times, np.int64), values, np.array(codes, np.uint8)
    )
    return means(series, FLOW, bins(ZONE, step, BEGIN, END))


@given(SOME)
def test_a_mean_is_of_what_is_believed_in_its_part(
    samples: list[tuple[int, int, bool]],
) -> None:
    found = side(samples)
    edges = [*found.starts, found.ends_at]
    assert (len(found.values), found.unit) == (3, "m³/h")
    known = {quarter: (value, good) for quarter, value, good in samples}
    for part, value in enumerate(found.values):
        inside = [
            told / 100
            for quarter, (told, good) in known.items()
            if good and edges[part] <= BEGIN + quarter * timedelta(minutes=15) < edges[part + 1]
        ]
        if not inside:
            assert value is None
            continue
        assert value is not None
        assert abs(float(value) - sum(inside) / len(inside)) <= 0.005001
        assert value == round(value, 2)
    assert not any(found.complete)


def test_a_part_is_complete_with_a_value_of_each_quarter_also_on_the_long_day() -> None:
    whole = side([(quarter, 150, True) for quarter in range(292)])
    assert whole.complete == (True, True, True)
    assert whole.values == (Decimal("1.50"),) * 3
    assert whole.total == Decimal("4.50")
    lacking = side([(quarter, 150, quarter != 100) for quarter in range(292)])
    assert lacking.complete == (True, False, True)
    assert side([]).total is None
