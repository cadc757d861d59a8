"""What stands beside the lines is asked as far as a person may see it, and follows the news."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.asked import Note
from app.errors import StoreBroken
from app.model.alarm import AlarmRecord, AlarmRule
from app.model.control import WriteResult, WriteState
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, point_id
from app.series import Series
from app.verbs import Capability, Viewer
from tests.fakes.asked import VIEWER, FakeAlarms, FakeControl, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.people import person
from widgets.charts.happenings import Happenings
from widgets.charts.past import Past, Wanted
from widgets.charts.pens import Pen, Subject

S6 = point_id(AHORNVEJ, "s6")
SUBJECT = Subject(S6, PointSpec("s6", "S6 DHW return", "°C", 1), "Ahornvej 14")
OTHER = Subject(PointId("birkevej-3.s6"), SUBJECT.spec, "Birkevej 3")


class Alarms(FakeAlarms):
    """Counts who asks."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked = 0

    async def rules(self, viewer: Viewer) -> Sequence[AlarmRule]:
        self.asked += 1
        return [AlarmRule("r1", "high", AHORNVEJ, S6, "DHW return high", 2, 55.5)]

    async def history(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AlarmRecord]:
        self.asked += 1
        raise StoreBroken("the journal cannot be read")


class Control(FakeControl):
    """Knows the last change of one setting of each device."""

    async def last_changes(self, viewer: Viewer, device: DeviceId) -> Mapping[str, WriteResult]:
        done = WriteResult(
            device, "s1", 20.0, 21.0, 21.0, WriteState.CONFIRMED, "", NOON, "K. Lund"
        )
        return {"s1": done, "nobody-knows": replace(done, key="nobody-knows")}


class Beside:
    def __init__(self, desk: Desk, viewer: Viewer = VIEWER) -> None:
        self.alarms = Alarms()
        asked = replace(
            desk.context.asked, alarms=self.alarms, control=Control(desk.services.plant)
        )
        self.context = replace(desk.context, asked=asked, viewer=viewer)
        self.owner = QObject()
        self.past = Past(self.context, self.owner)
        self.made = Happenings(self.context, self.past, self.owner)
        self.heard: list[None] = []
        self.made.heard.connect(lambda: self.heard.append(None))


@pytest.fixture
def beside(make_desk: Callable[..., Desk], qtbot: QtBot) -> Beside:
    desk = make_desk(FakeServices())
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    return Beside(desk)


def test_limits_of_the_pens_are_told(beside: Beside, qtbot: QtBot) -> None:
    pens = [Pen(0, SUBJECT), Pen(1, OTHER)]
    assert beside.made.limits(pens) == []
    beside.made.ask([SUBJECT, OTHER])
    qtbot.waitUntil(lambda: bool(beside.made.limits(pens)), timeout=5000)
    (limit,) = beside.made.limits(pens)
    assert (limit.pen, limit.level, limit.priority) == (pens[0].key, 55.5, 2)
    assert limit.words == "S6 limit 55.5"


def test_a_pen_that_joins_later_has_its_limits_too(beside: Beside, qtbot: QtBot) -> None:
    first, second = Pen(0, OTHER), Pen(1, SUBJECT)
    beside.made.ask([OTHER, SUBJECT])
    qtbot.waitUntil(lambda: bool(beside.made._rules), timeout=5000)
    assert beside.made.limits([first]) == []
    assert [limit.pen for limit in beside.made.limits([first, second])] == [second.key]


def test_a_journal_that_cannot_be_read_leaves_the_chart_as_it_is(
    beside: Beside, qtbot: QtBot
) -> None:
    beside.made.ask([SUBJECT])
    qtbot.waitUntil(lambda: beside.alarms.asked == 2, timeout=5000)
    qtbot.wait(50)
    assert beside.made.alarms([SUBJECT]) == []


def test_changed_settings_are_called_by_name_once_it_is_known(
    beside: Beside, qtbot: QtBot
) -> None:
    beside.made.ask([SUBJECT])

    def words() -> list[str]:
        return [event.words.partition("\n")[0] for event in beside.made.events()]

    qtbot.waitUntil(lambda: "S1 Outdoor changed by K. Lund" in words(), timeout=5000)
    assert "nobody-knows changed by K. Lund" in words(), "by its key where it has no name"
    assert beside.heard


def test_a_device_that_left_the_chart_takes_its_events_along(
    beside: Beside, qtbot: QtBot
) -> None:
    beside.made.ask([SUBJECT])
    qtbot.waitUntil(lambda: bool(beside.made.events()), timeout=5000)
    beside.made.ask([OTHER])
    qtbot.waitUntil(lambda: bool(beside.made.events()), timeout=5000)
    beside.made.ask([])
    assert beside.made.events() == []


def test_a_note_about_a_moment_is_an_event(beside: Beside, qtbot: QtBot) -> None:
    beside.made._notes[AHORNVEJ] = ()
    note = Note("n", AHORNVEJ, "strainer cleaned", NOON - timedelta(hours=1), S6, "K. Lund")
    beside.made._take_notes(AHORNVEJ, [note])
    (event,) = beside.made.events()
    assert (event.letter, event.words) == ("N", "strainer cleaned (K. Lund)")
    beside.made._take_notes(DeviceId("somebody-else"), [note])
    assert len(beside.made.events()) == 1, "an answer nobody waits for any more"


@pytest.mark.parametrize(
    ("may", "asks"),
    [
        (frozenset({Capability.SEE_HISTORY}), 0),
        (frozenset({Capability.SEE_HISTORY, Capability.SEE_ALARMS}), 2),
    ],
)
def test_nobody_asks_what_the_person_may_not_see(
    make_desk: Callable[..., Desk], qtbot: QtBot, may: frozenset[Capability], asks: int
) -> None:
    guest = person("g", "Guest", "desk-1", may)
    desk = make_desk(FakeServices(), viewer=guest)
    beside = Beside(desk, guest)
    beside.made.ask([SUBJECT])
    qtbot.wait(100)
    assert beside.alarms.asked == asks
    assert beside.made.events() == []


def test_an_older_question_is_forgotten(beside: Beside, qtbot: QtBot) -> None:
    taken: list[int] = []
    wanted = Wanted((S6,), NOON - timedelta(hours=1), NOON)
    for _nth in range(3):
        beside.past.series("now", wanted, lambda found: taken.append(len(found)), _fail)
    qtbot.waitUntil(lambda: bool(taken), timeout=5000)
    qtbot.wait(50)
    assert taken == [1], "one answer, to the last question"
    beside.past.series("now", wanted, lambda found: taken.append(len(found)), _fail)
    beside.past.forget("now")
    qtbot.wait(100)
    assert taken == [1]


def test_questions_of_different_names_do_not_meet(beside: Beside, qtbot: QtBot) -> None:
    taken: set[str] = set()
    wanted = Wanted((S6,), NOON - timedelta(hours=1), NOON)

    def note(name: str) -> Callable[[Sequence[Series]], None]:
        return lambda _found: taken.add(name)

    for name in ("now", "then", "wider"):
        beside.past.series(name, wanted, note(name), _fail)
    qtbot.waitUntil(lambda: taken == {"now", "then", "wider"}, timeout=5000)


def test_a_failure_is_told_to_who_asked(make_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    beside = Beside(make_desk(FakeServices()))
    said: list[str] = []
    beside.past.ask(
        "journal",
        beside.context.asked.alarms.history(beside.context.viewer, 10),
        lambda _records: None,
        lambda error: said.append(str(error)),
    )
    qtbot.waitUntil(lambda: said == ["the journal cannot be read"], timeout=5000)


def _fail(error: Exception) -> None:
    raise AssertionError(error)
