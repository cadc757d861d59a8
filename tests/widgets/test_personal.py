"""What a person prefers, the lock before every write, and work that takes its time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pytestqt.qtbot import QtBot

from app.asked import Preset
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from widgets.desk import Desk as PersonalDesk
from widgets.desk import content_of
from widgets.workcentre import JobState, WorkCentre
from widgets.writelock import OPEN_FOR, WriteLock


class Moments:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


def test_what_is_kept_is_known_at_once_and_reaches_the_project(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    services = FakeServices()
    personal = make_desk(services).context.desk
    personal.keep("language", "da")
    assert personal.value("language") == "da"
    qtbot.waitUntil(lambda: services.desk.kept == {("lund", "language"): '"da"'})
    personal.keep("language", None)
    assert personal.value("language", "en") == "en"
    qtbot.waitUntil(lambda: not services.desk.kept)


def test_what_nobody_can_read_is_as_if_it_were_not_there(
    make_desk: Callable[..., Desk],
) -> None:
    context = make_desk().context
    odd = PersonalDesk(context.asked, context.viewer, context.asking, {"a": "{", "b": "[1]"})
    assert odd.value("a", 7) == 7
    assert odd.value("b") == [1]
    assert content_of(Preset("1", "k", "n", "o", shared=False, content="{")) is None


def test_presets_are_asked_for_once_and_told_when_they_change(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    personal = make_desk().context.desk
    with qtbot.waitSignal(personal.presets_changed):
        assert personal.presets("chart") == ()
    with qtbot.waitSignal(personal.presets_changed):
        personal.keep_preset("chart", "Return", ["s5"], shared=False)
    (kept,) = personal.presets("chart")
    assert (kept.name, content_of(kept), kept.shared) == ("Return", ["s5"], False)
    with qtbot.waitSignal(personal.presets_changed):
        personal.share_preset(kept, shared=True)
    assert personal.presets("chart")[0].shared
    with qtbot.waitSignal(personal.presets_changed):
        personal.remove_preset(kept)
    assert personal.presets("chart") == ()


def test_a_preset_that_cannot_be_kept_is_told(
    make_desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    personal = make_desk().context.desk
    with qtbot.waitSignal(personal.failed) as told:
        personal.keep_preset("chart", " ", [], shared=False)
    assert told.args == ["a preset needs a name of 1 to 200 characters"]


def test_settings_are_locked_until_opened_and_again_after_a_quarter_of_an_hour(
    qtbot: QtBot,
) -> None:
    moments = Moments()
    lock, changes = WriteLock(moments), []
    lock.changed.connect(lambda: changes.append(lock.locked))
    assert lock.locked
    lock.open()
    assert (lock.locked, lock.left_s()) == (False, OPEN_FOR.total_seconds())
    moments.pass_by(OPEN_FOR - timedelta(seconds=1))
    lock.tick()
    assert (lock.locked, lock.left_s()) == (False, 1)
    moments.pass_by(timedelta(seconds=1))
    assert lock.locked, "also when nobody let time pass"
    lock.tick()
    assert changes == [False, True]
    lock.open()
    lock.close()
    assert lock.locked


def test_a_lock_that_never_locks_stays_open(qtbot: QtBot) -> None:
    lock = WriteLock(Moments(), locked=False)
    lock.close()
    assert (lock.locked, lock.left_s()) == (False, 0)


def test_long_work_tells_how_far_it_is_and_how_long_it_will_take(qtbot: QtBot) -> None:
    moments = Moments()
    centre = WorkCentre(moments)
    job = centre.begin("Export of readings")
    assert (job.left_s(), job.can_cancel) == (None, False)
    moments.pass_by(timedelta(seconds=10))
    job.step(25, 100)
    assert job.left_s() == 30
    with qtbot.waitSignal(centre.ended):
        job.end("100 rows written")
    job.fail("too late to fail")
    assert (job.state, job.sentence) == (JobState.DONE, "100 rows written")
    assert centre.running() == []


def test_work_is_cancelled_once_and_ends_when_it_says_so(qtbot: QtBot) -> None:
    asked: list[str] = []
    job = WorkCentre(Moments()).begin("Report", cancel=lambda: asked.append("end"))
    job.cancel()
    job.cancel()
    assert (asked, job.state, job.running) == (["end"], JobState.CANCELLING, True)
    job.fail("cancelled")
    assert not job.running


def test_only_the_newest_ended_work_is_remembered(qtbot: QtBot) -> None:
    centre = WorkCentre(Moments())
    long_one = centre.begin("The first still runs")
    for number in range(WorkCentre.KEPT + 20):
        centre.begin(f"Report {number}").end()
    assert len(centre.jobs) <= WorkCentre.KEPT + 1
    assert centre.running() == [long_one]
