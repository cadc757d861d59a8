"""The pens of one chart: made, filled, grown, compared, taken apart."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.series import Series
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.charts.compare import Compare
from widgets.charts.pens import Kind, Subject
from widgets.charts.penset import MOST_PENS, PenSet

WEEK = timedelta(days=7)


def subject(nth: int) -> Subject:
    return Subject(
        PointId(f"ahornvej-14.x{nth}"),
        PointSpec(f"x{nth}", f"X{nth} Flow", "°C", 1),
        "Ahornvej 14",
    )


def series(nth: int, level: float, *, back: timedelta = timedelta(0)) -> Series:
    begin = round((NOON - timedelta(hours=1) - back).timestamp() * 1000)
    times = begin + 60_000 * np.arange(60, dtype=np.int64)
    return Series(subject(nth).point, times, np.full(60, level), np.zeros(60, np.uint8))


class Pens:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.owner = QObject()
        self.inside = True
        self.set = PenSet(desk.context, lambda _reading: self.inside, self.owner)
        self.grown: list[None] = []
        self.changed: list[None] = []
        self.set.grown.connect(lambda: self.grown.append(None))
        self.set.changed.connect(lambda: self.changed.append(None))

    def live(self, nth: int, value: float, after_s: float = 1) -> None:
        at = NOON + timedelta(seconds=after_s)
        self.desk.feed.offer([Reading(subject(nth).point, value, Quality.GOOD, at)])
        self.desk.feed.refresh()


@pytest.fixture
def pens(make_desk: Callable[..., Desk], qtbot: QtBot) -> Pens:
    return Pens(make_desk(FakeServices()))


def kinds(pens: Pens) -> list[Kind]:
    return [pen.kind for pen in pens.set.pens]


def test_a_pen_a_point_in_the_order_given(pens: Pens) -> None:
    pens.set.show([subject(2), subject(0)], Compare())
    assert [pen.point for pen in pens.set.pens] == [subject(2).point, subject(0).point]
    assert pens.set.points == (subject(2).point, subject(0).point)
    assert [pen.nth for pen in pens.set.pens] == [0, 1]


def test_a_comparison_adds_a_pen_for_then_and_one_for_the_difference(pens: Pens) -> None:
    pens.set.show([subject(0), subject(1)], Compare(7))
    assert kinds(pens) == [Kind.MEASURED] * 2 + [Kind.BEFORE] * 2
    pens.set.show([subject(0), subject(1)], Compare(7, difference=True))
    assert kinds(pens) == [Kind.MEASURED] * 2 + [Kind.BEFORE] * 2 + [Kind.DIFFERENCE] * 2
    assert [pen.nth for pen in pens.set.pens] == [0, 1] * 3, "of the same colour"
    pens.set.show([subject(0)], Compare(0, difference=True))
    assert kinds(pens) == [Kind.MEASURED], "no difference to nothing"


def test_at_most_twenty_points_are_drawn(pens: Pens) -> None:
    pens.set.show([subject(nth) for nth in range(30)], Compare())
    assert len(pens.set.pens) == MOST_PENS


def test_what_was_hidden_or_alone_stays_so_when_others_come(pens: Pens) -> None:
    pens.set.show([subject(0), subject(1)], Compare())
    pens.set.toggle(pens.set.pens[1])
    pens.set.stand_alone(pens.set.pens[0], alone=True)
    pens.set.show([subject(2), subject(1), subject(0)], Compare(7))
    told = {(pen.point, pen.kind): (pen.visible, pen.alone) for pen in pens.set.pens}
    assert told[subject(1).point, Kind.MEASURED] == (False, False)
    assert told[subject(0).point, Kind.MEASURED] == (True, True)
    assert told[subject(0).point, Kind.BEFORE] == (True, True), "beside its own"
    assert told[subject(2).point, Kind.MEASURED] == (True, False)


def test_stored_samples_reach_their_own_pen(pens: Pens) -> None:
    pens.set.show([subject(0), subject(1)], Compare())
    pens.set.take([series(1, 41.0), series(0, 40.0), series(7, 99.0)])
    assert [set(pen.trace.values.tolist()) for pen in pens.set.pens] == [{40.0}, {41.0}]


def test_readings_grow_the_line_they_belong_to(pens: Pens) -> None:
    pens.set.show([subject(0), subject(1)], Compare())
    pens.set.take([series(0, 40.0), series(1, 41.0)])
    pens.live(1, 45.0)
    assert len(pens.grown) == 1
    assert pens.set.pens[1].trace.values[-1] == 45.0
    assert len(pens.set.pens[0].trace) == 60
    assert pens.set.pens[1].now is not None


def test_a_reading_of_another_time_is_told_but_not_drawn(pens: Pens) -> None:
    pens.set.show([subject(0)], Compare())
    pens.set.take([series(0, 40.0)])
    pens.inside = False
    pens.live(0, 45.0)
    assert pens.grown == []
    assert pens.set.pens[0].now is not None
    assert pens.set.pens[0].now.value == 45.0, "the table says what is so now"
    assert len(pens.set.pens[0].trace) == 60


def test_pens_taken_away_hear_nothing_any_more(pens: Pens, qtbot: QtBot) -> None:
    pens.set.show([subject(0)], Compare())
    gone = pens.set.pens[0]
    pens.set.show([subject(1)], Compare())
    qtbot.wait(20)
    pens.live(0, 45.0)
    assert gone.now is None
    assert pens.grown == []


def test_the_difference_follows_both_sides(pens: Pens) -> None:
    pens.set.show([subject(0)], Compare(7, difference=True))
    pens.set.take([series(0, 50.0)])
    (difference,) = pens.set.of(Kind.DIFFERENCE)
    assert len(difference.trace) == 0
    pens.set.take_before([series(0, 44.0, back=WEEK)])
    assert set(difference.trace.values.tolist()) == {6.0}
    assert len(pens.changed) == 1
    then = pens.set.of(Kind.BEFORE)[0]
    assert then.trace.times[0] == pytest.approx(pens.set.pens[0].trace.times[0])


def test_another_period_empties_every_line(pens: Pens) -> None:
    pens.set.show([subject(0)], Compare(7, difference=True))
    pens.set.take([series(0, 50.0)])
    pens.set.take_before([series(0, 44.0, back=WEEK)])
    pens.set.forget()
    assert [len(pen.trace) for pen in pens.set.pens] == [0, 0, 0]


@pytest.mark.parametrize(
    ("kind", "left", "compare"),
    [
        (Kind.MEASURED, 1, Compare(7, difference=True)),
        (Kind.DIFFERENCE, 2, Compare(7)),
        (Kind.BEFORE, 2, Compare()),
    ],
)
def test_taking_a_pen_away_takes_what_it_stands_for(
    pens: Pens, kind: Kind, left: int, compare: Compare
) -> None:
    pens.set.show([subject(0), subject(1)], Compare(7, difference=True))
    subjects, then = pens.set.without(pens.set.of(kind)[0])
    assert len(subjects) == left
    assert then == compare


def test_hiding_and_showing_is_told(pens: Pens) -> None:
    pens.set.show([subject(0)], Compare())
    pens.set.toggle(pens.set.pens[0])
    hidden = pens.set.pens[0].visible
    pens.set.toggle(pens.set.pens[0])
    assert [hidden, pens.set.pens[0].visible] == [False, True]
    assert len(pens.changed) == 2


def points(made: Sequence[Subject]) -> list[PointId]:
    return [each.point for each in made]


def test_every_pen_has_a_key_of_its_own(pens: Pens) -> None:
    pens.set.show([subject(0), subject(1)], Compare(7, difference=True))
    assert len({pen.key for pen in pens.set.pens}) == 6
    assert points(pens.set.subjects) == [subject(0).point, subject(1).point]
