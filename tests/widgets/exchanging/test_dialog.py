"""The guided exchange on the screen: step by step, by keys alone, nothing stated unchecked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PyQt6.QtCore import QDateTime, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QFileDialog, QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from app.model.counter import Broken
from app.model.device import DeviceConfig
from app.model.exchange import Plan, plan_of, planned
from app.model.point import PointSpec
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key, type_text
from tests.fakes.smallplant import NOON
from tests.widgets.exchanging.test_doing import ENERGY, METER, VOLUME, Sent
from widgets.exchanging.dialog import ExchangeDialog

MakeDesk = Callable[..., Desk]
BEFORE, AT_METER, CHECK, END = range(4)


class Visit:
    """A dialog on a desk, and what it told about itself."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.over = QWidget()
        qtbot.addWidget(self.over)
        self.changed = 0

    def open(
        self, device: DeviceConfig = METER, specs: Sequence[PointSpec] = (ENERGY, VOLUME)
    ) -> ExchangeDialog:
        made = ExchangeDialog(self.desk.context, device, specs, self.over)
        made.changed.connect(self._count)
        made.open()
        made.activateWindow()
        self.qtbot.waitUntil(made.isActiveWindow)
        return made

    def at_meter(self, device: DeviceConfig = METER) -> ExchangeDialog:
        """Fill in the first step, and go to the second."""
        made = self.open(device)
        type_text(made.before.serial, "87654321")
        type_text(made.before.reason, "worn out")
        click(made.next)
        assert made.step() == AT_METER
        return made

    def at_check(self, photo: Path | None = None) -> ExchangeDialog:
        """Read figures that fit, and go to the third step."""
        made = self.at_meter()
        for field, figure in zip(
            [each for pair in made.meter.fields for each in pair],
            ("2000.00", "0.00", "812.125", ""),
            strict=True,
        ):
            type_text(field, figure)
        made.meter.show_photo(photo)
        click(made.next)
        self.qtbot.waitUntil(lambda: made.step() == CHECK)
        return made

    def _count(self) -> None:
        self.changed += 1


@pytest.fixture
def visit(make_desk: MakeDesk, qtbot: QtBot) -> Iterator[Visit]:
    services = FakeServices()
    services.history = Sent()
    made = Visit(make_desk(services), qtbot)
    yield made
    assert not made.desk.context.work.running()


def test_a_plan_is_kept_and_proposed_on_the_visit(visit: Visit) -> None:
    first = visit.open()
    assert first.drop.isHidden()
    first.before.at.setDateTime(QDateTime(2026, 1, 20, 9, 30, 0))
    type_text(first.before.serial, "87654321")
    type_text(first.before.reason, "worn out")
    click(first.keep)
    visit.qtbot.waitUntil(lambda: not first.isVisible())
    (kept,) = visit.desk.services.project.changes
    assert isinstance(kept, DeviceConfig)
    plan = plan_of(kept)
    assert plan is not None
    assert (plan.serial, plan.reason) == ("87654321", "worn out")
    assert f"{plan.at:%Y-%m-%d %H:%M}" == "2026-01-20 08:30", "by the plant's clock"
    second = visit.open(kept)
    assert second.before.plan() == plan
    click(second.drop)
    visit.qtbot.waitUntil(lambda: not second.isVisible())
    assert visit.desk.services.project.changes[-1] == METER
    assert visit.changed == 2


def test_what_fits_is_confirmed_with_what_was_checked(visit: Visit, tmp_path: Path) -> None:
    photo = tmp_path / "old meter.png"
    assert QImage(640, 480, QImage.Format.Format_RGB32).save(str(photo))
    made = visit.at_check(photo)
    assert "Energy: 2\N{NO-BREAK SPACE}000.00 → 0.00 kWh" in made.check.summary.text()
    assert "Volume: 812.125 → – m³" in made.check.summary.text()
    assert "old meter.png" in made.check.summary.text()
    assert not made.next.isEnabled(), "nobody compared anything yet"
    for tick in (*made.check.ticks.values(), made.check.doubted):
        tick.setChecked(True)
    click(made.next)
    visit.qtbot.waitUntil(lambda: made.step() == END)
    assert made.end.summary.text() == made.check.summary.text(), "a last look at the figures"
    assert "holds for every sum" in made.end.says.text()
    empty = made.end.height() - sum(
        each.heightForWidth(each.width()) for each in (made.end.summary, made.end.says)
    )
    assert empty < 40, "the end is no higher than its sentences"
    energy, volume = visit.desk.services.meters.made
    assert isinstance(energy.says, Broken)
    assert (energy.says.at, energy.says.final) == (NOON, Decimal(2000))
    assert energy.says.initial == Decimal(0)
    assert isinstance(volume.says, Broken)
    assert (volume.says.final, volume.says.initial) == (Decimal("812.125"), None)
    assert energy.reason.startswith("worn out; new meter 87654321; checked: figures compared")
    ((document, content),) = visit.desk.services.project.added
    assert energy.says.photo == volume.says.photo == document.id
    assert content == photo.read_bytes()
    assert visit.changed == 1


def test_what_looks_odd_has_to_be_looked_at(visit: Visit) -> None:
    made = visit.at_meter()
    type_text(made.meter.fields[0][0], "200.00")  # a digit was left out
    type_text(made.meter.fields[0][1], "0.00")
    click(made.next)
    visit.qtbot.waitUntil(lambda: made.step() == CHECK)
    said = made.check.says.text()
    assert (
        "Energy: the final reading 200.00 is lower than 2\N{NO-BREAK SPACE}000.00 kWh" in said
    )
    assert "Volume: without a final reading" in said
    next(iter(made.check.ticks.values())).setChecked(True)
    assert not made.next.isEnabled()
    made.check.doubted.setChecked(True)
    assert made.next.isEnabled()
    click(made.back)
    made.meter.fields[0][0].clear()
    type_text(made.meter.fields[0][0], "2000.00")
    click(made.next)
    visit.qtbot.waitUntil(lambda: made.step() == CHECK)
    assert "lower" not in made.check.says.text()
    assert not made.check.doubted.isChecked(), "other figures are looked at anew"
    assert visit.desk.services.meters.made == []


@pytest.mark.parametrize(
    ("figure", "reason", "ahead", "says"),
    [
        ("12x", "worn out", False, "“12x” is no number."),
        ("12", "", False, "say why"),
        ("12", "worn out", True, "this lies ahead"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_lost(
    visit: Visit, figure: str, reason: str, ahead: bool, says: str
) -> None:
    made = visit.open()
    type_text(made.before.reason, reason)
    click(made.next)
    type_text(made.meter.fields[0][0], figure)
    if ahead:
        made.meter.at.setDateTime(made.meter.at.dateTime().addDays(1))
    click(made.next)
    assert made.step() == AT_METER
    assert says in made.notice.says.text()
    assert made.meter.fields[0][0].text() == figure


def test_what_the_core_refuses_stays_filled_in(visit: Visit) -> None:
    visit.desk.services.project.overtaken = "somebody changed the meter meanwhile"
    made = visit.at_check()
    for tick in (*made.check.ticks.values(), made.check.doubted):
        tick.setChecked(True)
    click(made.next)
    visit.qtbot.waitUntil(made.notice.isVisible)
    assert "somebody changed the meter meanwhile" in made.notice.says.text()
    assert (made.step(), made.next.isEnabled()) == (CHECK, True)
    assert made.meter.fields[0][0].text() == "2000.00"
    assert visit.changed == 0


def test_it_is_undone_with_a_reason(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    made = visit.at_check()
    for tick in (*made.check.ticks.values(), made.check.doubted):
        tick.setChecked(True)
    click(made.next)
    visit.qtbot.waitUntil(lambda: made.step() == END)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("", False))
    click(made.undo)
    assert len(visit.desk.services.meters.made) == 2, "without a reason it stays"
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("the other meter", True))
    click(made.undo)
    visit.qtbot.waitUntil(lambda: not made.isVisible())
    assert [each.reason for each in visit.desk.services.meters.made[2:]] == [
        "the other meter"
    ] * 2
    assert visit.desk.services.project.changes[-1] == METER


def test_while_writing_is_locked_nothing_is_kept(visit: Visit) -> None:
    visit.desk.context.write_lock.lock_all()
    made = visit.open()
    click(made.keep)
    assert made.isVisible()
    assert visit.desk.services.project.changes == []


def test_a_photo_is_chosen_shown_small_and_left_out_again(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "new.png"
    assert QImage(4000, 1000, QImage.Format.Format_RGB32).save(str(photo))
    made = visit.at_meter()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(photo), ""))
    click(made.meter.pick)
    assert (made.meter.photo, made.meter.shown.text()) == (photo, "new.png")
    small = made.meter.picture.pixmap()
    assert (small.width(), small.height()) == (180, 45)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    made.meter.show_photo(broken)
    assert made.meter.picture.isHidden(), "it is taken along all the same"
    click(made.meter.drop)
    assert made.meter.photo is None
    assert made.meter.drop.isHidden()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    click(made.meter.pick)
    assert made.meter.photo is None


def test_tab_reaches_every_field_in_order_and_space_presses(visit: Visit) -> None:
    made = visit.at_meter()
    expected = [made.meter.at, *[each for pair in made.meter.fields for each in pair]]
    expected += [made.meter.guessed, made.meter.pick]
    assert made.meter.at.hasFocus(), "a step begins at its first field"
    reached: list[QWidget | None] = []
    for _nth in range(12):
        focus = QApplication.focusWidget()
        if focus is not None and focus not in reached:
            reached.append(focus)
        key(focus or made, Qt.Key.Key_Tab)
    places = [reached.index(each) for each in expected]
    assert places == sorted(places)
    assert all(each.accessibleName() for each in expected[1:-2])
    made.next.setFocus()
    key(made.next, Qt.Key.Key_Space)
    visit.qtbot.waitUntil(lambda: made.step() == CHECK)


def test_a_meter_without_a_plan_begins_with_now(visit: Visit) -> None:
    now: datetime = visit.desk.now()
    made = visit.open(replace(METER, serial=""))
    assert abs(made.before.plan().at - now) < timedelta(minutes=1)
    assert planned(METER, Plan(now, "", "")) != METER
