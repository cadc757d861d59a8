"""The clock of a running core is set by years: every reading has its time, no quarter twice.

2038-01-19 03:14:07 is the last second that 32 bits with a sign can count from 1970, and
2106-02-07 06:28:15 the last without one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.compose.leash import on_leash
from app.compose.processes import ChildProcess
from app.history.readings import to_ms
from app.history.store import EmbeddedHistory
from app.model.alarm import AlarmRule, AlarmState
from app.model.reading import DeviceId, PointId, Quality
from app.project.lock import read_owner
from tests.journeys.product import heatdesk, json_of, wait_for
from tests.journeys.quicksite import Operator, operator, quick_site
from tests.journeys.setcore import set_clock
from tests.journeys.smallsite import CORE_UP_S, LOGIN, PASSWORD, Site

DEVICE = DeviceId("ahornvej-14")
POINT = PointId(f"{DEVICE}.s3")
HOT = AlarmRule("hot", "high", DEVICE, POINT, "Flow hot", 2, limit=80.0)
SPEED = 6.0
ANSWERS_S = 60.0
QUARTER = timedelta(minutes=15)
BEGIN = datetime(2026, 11, 22, 10, 14, 20, tzinfo=UTC)
# Set to, and the boundary that comes next.
SET_TO = (
    datetime(2036, 11, 22, 10, 14, 20, tzinfo=UTC),  # ten years on
    datetime(2038, 1, 19, 3, 13, 50, tzinfo=UTC),
    datetime(2106, 2, 7, 6, 28, 5, tzinfo=UTC),
    datetime(2096, 2, 29, 23, 59, 10, tzinfo=UTC),  # ten years back, to a leap day's end
    datetime(2026, 11, 22, 10, 29, 20, tzinfo=UTC),  # back to what it is
)
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(400)]


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    file = tmp_path / "clock"
    set_clock(file, BEGIN - timedelta(minutes=10))
    return file


@pytest.fixture
def site(tmp_path: Path, clock: Path) -> Iterator[Site]:
    with quick_site(tmp_path, 1, core=False) as site:
        (site.home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        place = [str(site.folder), LOGIN, str(site.home / "word"), str(clock)]
        core = ChildProcess(
            on_leash("tests.journeys.setcore", place), log=site.home / "core.err"
        )
        try:
            wait_for(lambda: reachable(site.folder), CORE_UP_S)
            yield site
        finally:
            core.stop()


def reachable(folder: Path) -> bool:
    owner = read_owner(folder)
    return owner is not None and owner.port is not None


def boundary(moment: datetime) -> datetime:
    """Return the quarter of an hour after a moment."""
    return moment + (QUARTER - (moment - datetime(1970, 1, 1, tzinfo=UTC)) % QUARTER)


def recorded(folder: Path) -> dict[int, float]:
    """Return the quarter-hour samples of the point that are on the disk: value by moment."""
    store = EmbeddedHistory(folder / "history")
    try:
        first, last = datetime(1990, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)
        kept = store.range(POINT, first, last, "quarter")
        assert len(np.unique(kept.times_ms)) == len(kept)
        return dict(zip(kept.times_ms.tolist(), kept.values.tolist(), strict=True))
    finally:
        store.close()


def read_since(engineer: Operator, moment: datetime) -> bool:
    """Whether the newest reading is a good one of the time that it is now."""
    newest = engineer.latest(DEVICE, "s3")
    return (
        newest is not None
        and newest.quality is Quality.GOOD
        and timedelta(0) <= newest.measured_at - moment < timedelta(minutes=30)
    )


def has_recorded(folder: Path, moment: datetime) -> bool:
    return to_ms(moment) in recorded(folder)


def stands(engineer: Operator, state: AlarmState) -> bool:
    """Whether the alarm stands so."""
    alarms = engineer.joined.ask(engineer.asked.alarms.standing(engineer.viewer))
    return [each.state for each in alarms if each.rule.id == HOT.id] == [state]


@pytest.mark.feature("LM-27")
def test_a_clock_set_by_years_and_back_loses_doubles_and_misdates_nothing(
    site: Site, clock: Path
) -> None:
    controller = site.simulators[DEVICE]
    controller.say("set s3 60")
    due, told = [], list[AlarmState]()
    with operator(site) as engineer:
        ask, asked, viewer = engineer.joined.ask, engineer.asked, engineer.viewer
        ask(asked.project.put_rule(viewer, HOT))
        for nth, moment in enumerate((BEGIN, *SET_TO)):
            set_clock(clock, moment, SPEED)
            wait_for(partial(read_since, engineer, moment), ANSWERS_S)
            due.append(boundary(moment))
            wait_for(partial(has_recorded, site.folder, due[-1]), ANSWERS_S)
            raised = nth % 2 == 0
            controller.say(f"set s3 {91.5 if raised else 60}")
            told.append(AlarmState.UNACKNOWLEDGED if raised else AlarmState.RETURNED)
            wait_for(partial(stands, engineer, told[-1]), ANSWERS_S)
        records = ask(asked.alarms.history(viewer, 100))
        states = [each.alarm.state for each in records if each.alarm.rule.id == HOT.id]
        assert states[::-1] == told, "as they happened, whatever the clock said"
        assert ask(asked.audit.verify(viewer)) == ""
    kept = recorded(site.folder)
    assert {to_ms(at) for at in due} <= set(kept)
    assert not [at for at in kept if at % (QUARTER // timedelta(milliseconds=1))]
    assert all(55 < value < 95 for value in kept.values() if not np.isnan(value))
    word = ("--user", LOGIN, "--password-file", site.home / "word")
    done = heatdesk(site.home, "history", "stats", site.folder, "--json", *word)
    assert json_of(done)["samples"]["quarter"] > 0
