"""What a tile shows is asked in a small form, answered by keys, and changed again later."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.model.reading import PointId
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.widgets.eyes import LONG, words
from widgets.charts.penpicker import PenPicker
from widgets.dashboard.asking import ask_points, device_choice, device_of
from widgets.dashboard.tiletype import kinds_of_tiles
from widgets.pages.dashboard import PAGE, DashboardPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]
LOOK_MS = 10


class Person:
    """Answers each form that comes up, one after the other, and remembers what it said."""

    def __init__(self, *answers: Mapping[str, str] | None) -> None:
        """An answer is fields by their names; None turns away."""
        self._answers = list(answers)
        self.told: list[str] = []
        self.titles: list[str] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    @property
    def is_done(self) -> bool:
        return not self._answers

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        form = QApplication.activeModalWidget()
        if not isinstance(form, QDialog) or not form.isVisible() or not self._answers:
            return
        if isinstance(form, PenPicker) and not form.table.rows_model.rows:
            return  # the core is asked what there is
        answer = self._answers.pop(0)
        self.titles.append(form.windowTitle())
        self.told += [each.text() for each in form.findChildren(QLabel) if each.text()]
        if answer is None:
            form.reject()
            return
        for name, text in answer.items():
            fill(form, name, text)
        [box] = form.findChildren(QDialogButtonBox)
        ok = box.button(QDialogButtonBox.StandardButton.Ok)
        assert ok is not None
        ok.click()


def fill(form: QDialog, name: str, text: str) -> None:
    """Put an answer into the field of a name; “row” chooses rows of the list of values."""
    if isinstance(form, PenPicker):
        if name == "row":
            form.table.go_to(lambda row: row.spec.key == text)
        return
    [field] = [each for each in form.findChildren(QWidget) if each.accessibleName() == name]
    if isinstance(field, QComboBox):
        at = field.findText(text)
        assert at >= 0, (name, text)
        field.setCurrentIndex(at)
    elif isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
    else:
        assert isinstance(field, QLineEdit)
        field.setText(text)


@pytest.fixture
def person() -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def make(*answers: Mapping[str, str] | None) -> Person:
        made.append(Person(*answers))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot) -> DashboardPage:
    desk = make_desk()
    made = PAGE.build(desk.context, Show("dashboard"))
    assert isinstance(made, DashboardPage)
    qtbot.addWidget(made)
    made.resize(1700, 1000)
    made.show()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    made.edit(on=True)
    return made


Come = Callable[..., Person]


def newest(page: DashboardPage, kind: str) -> Mapping[str, object]:
    """Return the options of the tile of a kind that was added last."""
    tiles = [tile for tile in page.page.tiles if tile.kind == kind]
    return tiles[-1].options if tiles else {}


def added(page: DashboardPage, kind: str, before: int) -> Mapping[str, object]:
    assert len(page.page.tiles) == before + 1
    known = {tile.id for tile in page.boards.pages[0].tiles}
    [tile] = [each for each in page.page.tiles if each.kind == kind and each.id in known][-1:]
    return tile.options


def test_a_note_is_written_and_stands_there(page: DashboardPage, person: Come) -> None:
    before = len(page.page.tiles)
    who = person({"Title": "Night shift", "Text": "Mind pump 2\nat Kajen 5."})
    page.add("note")
    assert who.is_done
    assert added(page, "note", before) == {
        "title": "Night shift",
        "text": "Mind pump 2\nat Kajen 5.",
    }
    assert "Mind pump 2\nat Kajen 5." in words(page)


@pytest.mark.parametrize("kind", ["note", "value", "chart", "diagram"])
def test_who_turns_away_from_the_question_adds_nothing(
    page: DashboardPage, person: Come, kind: str
) -> None:
    before = page.page
    person(None)
    page.add(kind)
    assert page.page == before
    assert not page.boards.steps.can_undo


def test_a_value_is_chosen_from_the_list_of_a_device(
    page: DashboardPage, person: Come, qtbot: QtBot
) -> None:
    before = len(page.page.tiles)
    who = person({"row": "s3"})
    page.add("value")
    assert who.titles == ["What the tile shows"]
    point = str(added(page, "value", before)["point"])
    assert point.endswith(".s3")


def test_a_chart_asks_for_its_values_then_for_title_and_period(
    page: DashboardPage, person: Come
) -> None:
    before = len(page.page.tiles)
    who = person({"row": "s5"}, {"Title": "Return", "Period": "last 72 h"})
    page.add("chart")
    options = added(page, "chart", before)
    assert (options["title"], options["hours"]) == ("Return", 72)
    assert [str(each).rsplit(".", 1)[1] for each in options["points"]] == ["s5"]  # type: ignore[attr-defined]
    assert who.is_done


def test_turning_away_at_the_second_question_adds_no_chart(
    page: DashboardPage, person: Come
) -> None:
    before = page.page
    who = person({"row": "s5"}, None)
    page.add("chart")
    assert who.is_done
    assert page.page == before


def test_a_diagram_asks_for_its_device_by_name(page: DashboardPage, person: Come) -> None:
    before = len(page.page.tiles)
    person({"Device": "Skovvej 118"})
    page.add("diagram")
    assert added(page, "diagram", before) == {"device": "skovvej-118"}


def test_a_key_figure_is_changed_by_enter_and_taken_back(
    page: DashboardPage, person: Come, qtbot: QtBot
) -> None:
    tile = next(each for each in page.page.tiles if each.kind == "keyfigure")
    before = page.page
    answers = {
        "Of which value": "Outdoor temperature",
        "Over all devices": "median",
        "Target": "3,5",
        "It is met with": "at least the target",
        "Title": "Weather",
    }
    who = person(answers)
    page.change(tile.id)
    assert who.titles == ["Key figure"]
    changed = page.page.tile(tile.id)
    assert changed is not None
    assert dict(changed.options) == {
        "role": "outdoor",
        "how": "median",
        "target": 3.5,
        "good": "high",
        "title": "Weather",
    }
    assert changed.place == tile.place
    assert "Weather" in words(page)
    qtbot.waitUntil(lambda: any("target ≥ 3.5" in each for each in words(page)))
    page.boards.undo()
    assert page.page == before


def test_the_form_shows_what_was_answered_before(page: DashboardPage, person: Come) -> None:
    tile = next(each for each in page.page.tiles if each.kind == "worst")
    person({"By which value": "Room temperature", "Order": "lowest first"})
    page.change(tile.id)
    seen: list[str] = []

    class Reader(Person):
        def _look(self) -> None:
            form = QApplication.activeModalWidget()
            if isinstance(form, QDialog) and form.isVisible():
                seen.extend(box.currentText() for box in form.findChildren(QComboBox))
                form.reject()

    reader = Reader()
    page.change(tile.id)
    reader.stop()
    assert seen == ["Room temperature", "lowest first"]


def test_tiles_without_a_question_and_tiles_that_are_gone_ask_nothing(
    page: DashboardPage, person: Come
) -> None:
    alarms = next(each for each in page.page.tiles if each.kind == "alarms")
    before = page.page
    page.change(alarms.id)
    page.change("nobody")
    assert page.page == before


def test_a_title_without_end_is_kept_short(page: DashboardPage, person: Come) -> None:
    person({"Title": LONG, "Text": "x" * 9000})
    before = len(page.page.tiles)
    page.add("note")
    options = added(page, "note", before)
    assert len(str(options["title"])) <= 200
    assert len(str(options["text"])) <= 4000


def test_every_kind_that_asks_has_names_for_its_fields(
    page: DashboardPage, person: Come
) -> None:
    for kind in kinds_of_tiles().values():
        if kind.ask is None or kind.id in ("value", "chart"):
            continue
        names: list[str] = []

        class Reader(Person):
            def _look(self, names: list[str] = names) -> None:
                form = QApplication.activeModalWidget()
                if isinstance(form, QDialog) and form.isVisible():
                    kinds = (QComboBox, QLineEdit, QPlainTextEdit)
                    fields = [f for k in kinds for f in form.findChildren(k)]
                    names.extend(f.accessibleName() for f in fields)
                    form.reject()

        reader = Reader()
        assert kind.ask(page.context, {}, page) is None
        reader.stop()
        assert names
        assert all(names), kind.id


def test_points_can_be_asked_for_near_the_one_shown_now(
    page: DashboardPage, person: Come
) -> None:
    person({"row": "s6"})
    found = ask_points(page.context, page, "birkevej-3.s1")
    assert list(found) == [PointId("birkevej-3.s6")]
    person(None)
    assert list(ask_points(page.context, page)) == []


def test_devices_are_offered_by_name(page: DashboardPage) -> None:
    names = list(device_choice(page.context).values())
    assert names == sorted(names, key=str.casefold)
    assert device_of({"device": "a"}) == "a"
    assert device_of({"device": 7}) is None
    assert device_of({}) is None


def test_on_a_plant_without_devices_there_is_nothing_to_choose(
    make_desk: MakeDesk, qtbot: QtBot, person: Come
) -> None:
    desk = make_desk(FakeServices.empty())
    home = QWidget()
    qtbot.addWidget(home)
    QTimer.singleShot(50, _reject)
    assert list(ask_points(desk.context, home)) == []
    assert device_choice(desk.context) == {}


def _reject() -> None:
    form = QApplication.activeModalWidget()
    if isinstance(form, QDialog):
        form.reject()
