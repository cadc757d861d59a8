"""Whatever befell an index: hours and days add up to final minus initial, to the last digit."""

from collections.abc import Callable
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.counters.course import Course
from app.history.counters.spreading import validated
from app.history.counters.sums import Sums, sums
from app.history.energydays import bins
from app.history.readings import to_ms
from app.model.consumption import Step
from app.model.reading import PointId
from app.series import CODE_OF, Series
from tests.app.history.counters.stories import (
    BEGIN,
    HOUR,
    HOURS,
    STORIES,
    Draws,
    Sent,
    Story,
    draws,
    moment,
)

ZONE = ZoneInfo("Europe/Copenhagen")
END = BEGIN + HOURS * HOUR


def series(sent: list[Sent]) -> Series:
    return Series(
        PointId("meter.energy"),
        np.array([each[0] for each in sent], np.int64),
        np.array([each[1] for each in sent], np.float64),
        np.array([CODE_OF[each[2]] for each in sent], np.uint8),
    )


def told(course: Course, step: Step) -> Sums:
    return sums(course, bins(ZONE, step, BEGIN, END))


def kwh(course: Course, counts: int) -> Fraction:
    return course.scale.amount(counts, "kWh")


def shuffled(story: Story, seed: int) -> list[Sent]:
    """Return what was sent in another order, some of it twice."""
    chance = Random(seed)
    sent = story.sent + chance.choices(story.sent, k=len(story.sent) // 4)
    # Of equally good samples of one moment the last counts: those keep their order.
    order = {id(each): nth for nth, each in enumerate(story.sent)}
    mixed = sent[:]
    chance.shuffle(mixed)
    by_moment: dict[int, list[Sent]] = {}
    for each in sorted(sent, key=lambda each: order[id(each)]):
        by_moment.setdefault(each[0], []).append(each)
    return [by_moment[each[0]].pop(0) for each in mixed]


def require_true(course: Course, story: Story) -> None:
    """Hold a course against the dictionary of the story."""
    hours, days, months = (told(course, step) for step in (Step.HOUR, Step.DAY, Step.MONTH))
    assert kwh(course, course.total) == story.total
    assert {
        nth: amount
        for nth, counts in enumerate(hours.counts.tolist())
        if (amount := kwh(course, counts))
    } == {hour: amount for hour, amount in story.hours.items() if amount}
    assert {
        (each.start_ms, each.end_ms, kwh(course, each.counts)) for each in hours.unplaced
    } == {
        (to_ms(moment(begin)), to_ms(moment(end)), amount) for begin, end, amount in story.gaps
    }
    for each in (hours, days, months):
        assert each.placed + each.within() == course.total
        assert (each.counts >= 0).all()
    require_parts(days, hours)
    require_parts(months, days)


def require_parts(whole: Sums, parts: Sums) -> None:
    """Each part of the whole is the sum of its parts and of the gaps that lie in it."""
    of = whole.bins.whole_of(parts.bins)
    added = np.bincount(of, weights=parts.counts, minlength=len(whole.bins)).astype(np.int64)
    lost = {(each.start_ms, each.end_ms) for each in whole.unplaced}
    for each in parts.unplaced:
        if (each.start_ms, each.end_ms) not in lost:
            at = int(np.searchsorted(whole.bins.edges_ms, each.start_ms, "right")) - 1
            added[at] += each.counts
    assert whole.counts.tolist() == added.tolist()


@pytest.mark.parametrize("tell", STORIES)
@given(drawn=draws, seed=st.integers(0, 1 << 32))
@settings(max_examples=30)
def test_hours_and_days_are_final_minus_initial(
    tell: Callable[[Draws], Story], drawn: Draws, seed: int
) -> None:
    story = tell(drawn)
    course = validated(series(shuffled(story, seed)), story.rules, story.edits)
    require_true(course, story)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("tell", STORIES)
@given(drawn=draws, seed=st.integers(0, 1 << 32))
@settings(max_examples=3000)
def test_three_thousand_fates_of_each_story_add_up(
    tell: Callable[[Draws], Story], drawn: Draws, seed: int
) -> None:
    story = tell(drawn)
    course = validated(series(shuffled(story, seed)), story.rules, story.edits)
    require_true(course, story)
