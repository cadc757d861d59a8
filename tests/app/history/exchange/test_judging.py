"""Who writes last wins, but never with something worse: as a plain dictionary would do it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadInput
from app.history.exchange.judging import judged
from app.history.exchange.staging import Staging
from app.history.store import EmbeddedHistory
from app.model.reading import Origin, PointId, Quality, Reading
from app.ports import Sample
from app.sampleverbs import Part, Verdict
from app.series import CODE_OF, Series

POINTS = (PointId("a.t"), PointId("b.t"))
BEGIN = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)  # two files are written
LATEST = datetime(2030, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
Line = tuple[PointId, int, float, Quality, str]
line = st.tuples(
    st.sampled_from(POINTS),
    st.integers(0, 8),
    st.sampled_from([1.0, 2.0, -0.5]),
    st.sampled_from(list(Quality)),
    st.sampled_from(["", "", "why"]),
)


def reading(each: Line) -> Reading:
    point, nth, value, quality, reason = each
    said = value if quality.believable else None
    return Reading(point, said, quality, BEGIN + nth * QUARTER, reason, Origin.BACK_FILLED)


def part_of(lines: list[Line]) -> Part:
    """Return lines as they are brought: numbers in columns, what has a reason alone."""
    series = []
    for point in POINTS:
        own = [reading(each) for each in lines if each[0] == point and not each[4]]
        values = [nan if each.value is None else each.value for each in own]
        series.append(
            Series(
                point,
                np.array([int(each.measured_at.timestamp()) * 1000 for each in own], np.int64),
                np.array(values, np.float64),
                np.array([CODE_OF[each.quality] for each in own], np.uint8),
            )
        )
    samples = [Sample(r.measured_at, r) for each in lines if each[4] for r in [reading(each)]]
    return Part(series, samples)


def worth(each: Reading) -> int:
    return 2 if each.quality is Quality.GOOD else 1 if each.quality.believable else 0


def brought(store: EmbeddedHistory, folder: Path, part: Part) -> Verdict:
    staging = Staging("anna", "some.csv", folder, lambda: 10**12, dry=False)
    try:
        taken, verdict = judged(store, part, LATEST)
        staging.add(taken, verdict)
        staging.take_in(store)
    finally:
        staging.close()
    return verdict


def kept(store: EmbeddedHistory) -> dict[tuple[PointId, datetime], Reading]:
    return {
        (point, each.at): each.reading
        for point in POINTS
        for each in store.samples(point, BEGIN, LATEST, "quarter")
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(line, max_size=12), st.lists(line, max_size=12))
def test_what_is_kept_is_what_a_dictionary_keeps(there: list[Line], come: list[Line]) -> None:
    come = [each for each in come if not each[4]]  # one sort at a time has an order
    oracle: dict[tuple[PointId, datetime], Reading] = {}
    with TemporaryDirectory() as folder:
        store = EmbeddedHistory(Path(folder) / "history")
        for each in map(reading, there):
            store.append([replace(each, origin=Origin.LIVE)], "quarter")
            oracle[each.point, each.measured_at] = each
        best: dict[tuple[PointId, datetime], Reading] = {}
        for each in map(reading, come):
            key = (each.point, each.measured_at)
            if key not in best or worth(each) >= worth(best[key]):
                best[key] = each
        for key, each in best.items():
            if key not in oracle or worth(each) >= worth(oracle[key]):
                oracle[key] = each
        part = part_of(come)
        verdict = brought(store, Path(folder), part)
        found = kept(store)
        assert found.keys() == oracle.keys()
        for key, each in oracle.items():
            assert (found[key].value, found[key].quality) == (each.value, each.quality)
        assert verdict.taken + verdict.same + verdict.spared == len(come)
        again = brought(store, Path(folder), part)
        assert again.taken == 0
        assert kept(store) == found
        store.close()


@pytest.mark.parametrize("worse", [q for q in Quality if q is not Quality.GOOD])
@pytest.mark.parametrize("why", ["", "why"])
def test_a_good_sample_gives_way_to_a_good_one_alone(
    tmp_path: Path, worse: Quality, why: str
) -> None:
    store = EmbeddedHistory(tmp_path / "history")
    brought(store, tmp_path, part_of([(POINTS[0], 0, 1.0, Quality.GOOD, "")]))
    verdict = brought(store, tmp_path, part_of([(POINTS[0], 0, 2.0, worse, why)]))
    assert verdict == Verdict(spared=1)
    verdict = brought(store, tmp_path, part_of([(POINTS[0], 0, 2.0, Quality.GOOD, "")]))
    assert verdict == Verdict(changed=1)
    ((_, found),) = kept(store).items()
    assert (found.value, found.quality) == (2.0, Quality.GOOD)
    store.close()


@pytest.mark.parametrize("at", [datetime(1969, 7, 20, tzinfo=UTC), LATEST + QUARTER])
def test_a_time_that_cannot_be_is_refused(tmp_path: Path, at: datetime) -> None:
    store = EmbeddedHistory(tmp_path / "history")
    one = Reading(POINTS[0], 1.0, Quality.GOOD, at, "why")
    with pytest.raises(BadInput, match="a time"):
        judged(store, Part([], [Sample(at, one)]), LATEST)
    store.close()


@pytest.mark.parametrize(
    ("value", "quality"),
    [(nan, 0), (float("inf"), 0), (1.0, CODE_OF[Quality.BAD]), (1.0, 250)],
)
def test_columns_that_make_no_sense_are_refused(
    tmp_path: Path, value: float, quality: int
) -> None:
    store = EmbeddedHistory(tmp_path / "history")
    times = np.array([1_700_000_000_000], np.int64)
    wrong = Series(POINTS[0], times, np.array([value]), np.array([quality], np.uint8))
    with pytest.raises(BadInput, match=POINTS[0]):
        judged(store, Part([wrong]), LATEST)
    store.close()
