"""What is configured is listed with its versions; two are compared, one is brought back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.model.device import DeviceConfig
from app.model.thingdiff import Change
from app.model.version import Thing, ThingKind
from app.verbs import Capability
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.versions import DEVICE, PROFILE, ROLE
from tests.people import person
from widgets.pages.versions import PAGE, VersionsPage, thing_of
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot, part: str = "") -> VersionsPage:
    page = VersionsPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.reveal(Show("versions", part=part))
    page.show()
    qtbot.waitUntil(page.settled)
    return page


def shown(page: VersionsPage) -> list[tuple[str, str, str]]:
    """Return the fields shown: name, old, new."""
    model = page.panel.difference.fields
    cells = [[column.cell(row).text for column in model.columns] for row in model.rows]
    return [(name, old, new) for _sign, name, old, new in cells]


def choose(page: VersionsPage, number: int) -> None:
    assert page.panel.table.go_to(lambda each: each.number == number)


def test_everything_is_listed_the_newest_first(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    assert [each.thing for each in page.model.rows] == [DEVICE, PROFILE, ROLE]
    assert page.panel.thing == DEVICE
    page.kinds.setCurrentIndex(page.kinds.findData(ThingKind.ROLE.value))
    assert [each.thing for each in page.model.rows] == [ROLE]


def test_a_device_s_rules_are_found_by_its_name(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    services = desk.services
    kept = Thing(ThingKind.RULE, "r-1")
    services.versions.kept[kept] = services.versions.kept[DEVICE]
    services.versions.devices[kept] = AHORNVEJ
    page = opened(desk, qtbot, "rule/r-1")
    qtbot.waitUntil(lambda: page.panel.thing == kept)
    page.search.setText(f"r-1 {desk.directory.name(AHORNVEJ)}".upper())
    assert [each.thing for each in page.model.rows] == [kept]
    assert page.panel.title.text() == f"r-1: {desk.directory.name(AHORNVEJ)}"


def test_the_newest_is_beside_the_one_before(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot, "device/ahornvej-14")
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    assert shown(page) == [("Area", "Nordby", "Nordby / Skole"), ("Unit", "14", "15")]
    assert page.panel.difference.says.text() == "version 5 → version 8: 2 changes"
    page.panel.difference.scope.choose(1)
    assert ("Name", "Ahornvej 14", "Ahornvej 14") in shown(page)


def test_any_two_are_compared(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot, "device/ahornvej-14")
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    choose(page, 2)
    assert ("Name", "ECL 14", "Ahornvej 14") in shown(page)
    assert len(shown(page)) == 3
    chosen = page.panel.table.selectionModel()
    assert chosen is not None
    flags = chosen.SelectionFlag
    chosen.select(page.panel.model.index(1, 0), flags.Select | flags.Rows)
    assert shown(page) == [("Name", "ECL 14", "Ahornvej 14")]
    assert not page.panel.back.isEnabled()


def test_a_file_is_compared_line_by_line(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot, "profile/house.meter.yaml")
    qtbot.waitUntil(lambda: page.panel.model.total == 2)
    lines = page.panel.difference.lines.rows
    assert [(each.new_number, each.change) for each in lines][-1] == (6, Change.ADDED)
    assert len(lines) == 3  # two around it
    page.panel.difference.scope.choose(1)
    assert len(page.panel.difference.lines.rows) == 6


def test_one_is_brought_back_with_a_reason_and_that_is_undone(
    make_desk: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = FakeServices()
    page = opened(make_desk(services), qtbot, "profile/house.meter.yaml")
    qtbot.waitUntil(lambda: page.panel.model.total == 2)
    assert not page.panel.back.isEnabled()  # the newest is the one in force
    choose(page, 1)
    assert page.panel.back.isEnabled()
    answers = iter([("  ", True), ("wrong register", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_words: next(answers))
    page.panel.ask_back()
    assert page.panel.notice.says.text() == "Nothing was brought back: a reason is needed."
    page.panel.ask_back()
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    newest = services.versions.kept[PROFILE][0]
    assert newest.note == "version 1 brought back: wrong register"
    assert newest.content == services.versions.kept[PROFILE][2].content
    qtbot.waitUntil(page.panel.undo.isVisible)
    page.panel.take_back()
    qtbot.waitUntil(lambda: page.panel.model.total == 4)
    kept = services.versions.kept[PROFILE]
    assert kept[0].content == kept[2].content
    assert not page.panel.undo.isVisible()


def test_a_device_goes_through_its_own_door(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    page = opened(make_desk(services), qtbot, "device/ahornvej-14")
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    choose(page, 5)
    page.panel.bring_back(page.panel.table.chosen()[0], "moved by mistake")
    qtbot.waitUntil(lambda: bool(services.project.changes))
    (saved,) = services.project.changes
    assert isinstance(saved, DeviceConfig)
    assert (saved.name, saved.area, saved.unit) == ("Ahornvej 14", "Nordby", 14)


def test_who_was_overtaken_is_told_and_sees_what_stands(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.project.overtaken = "B. Vagt changed device ahornvej-14 meanwhile"
    page = opened(make_desk(services), qtbot, "device/ahornvej-14")
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    choose(page, 5)
    page.panel.bring_back(page.panel.table.chosen()[0], "a mistake")
    qtbot.waitUntil(page.panel.notice.isVisible)
    assert page.panel.notice.says.text() == services.project.overtaken
    assert services.project.changes == []


def test_who_may_not_save_it_may_look(make_desk: MakeDesk, qtbot: QtBot) -> None:
    viewer = person("few", "F. Ew", "desk-3", frozenset({Capability.SEE_PLANT}))
    page = opened(make_desk(viewer=viewer), qtbot, "device/ahornvej-14")
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    choose(page, 5)
    assert not page.panel.back.isEnabled()
    assert page.panel.says.text().startswith("For this you need the right “")


def test_a_thing_that_is_not_there_is_said_to_be_gone(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot, "rule/nothing.high")
    qtbot.waitUntil(page.panel.notice.isVisible)
    assert "nothing.high" in page.panel.notice.says.text()


def test_a_page_comes_back_as_it_was_left(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot, "profile/house.meter.yaml")
    again = VersionsPage(desk.context)
    qtbot.addWidget(again)
    again.recall(page.memory())
    qtbot.waitUntil(again.settled)
    assert again.panel.thing == PROFILE
    assert [thing_of(each) for each in ("role/basic", "role/", "x/y", "")] == [
        ROLE,
        None,
        None,
        None,
    ]
    assert thing_of("device/a/b") == Thing(ThingKind.DEVICE, "a/b")


def test_a_plant_without_anything_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.versions.kept.clear()
    page = opened(make_desk(services), qtbot)
    assert page.model.total == 0
    assert PAGE.capability is Capability.EDIT_DEVICES


def test_who_is_erased_elsewhere_goes_from_versions_that_stand_open(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services, asked = FakeServices(), []
    desk, versions = make_desk(services), services.versions
    page = opened(desk, qtbot, "device/ahornvej-14")
    qtbot.waitUntil(lambda: page.panel.model.total == 3)
    choose(page, 2)
    page.panel.model.modelReset.connect(lambda: asked.append("moved"))
    versions.names = lambda thing: f"[erased] {thing.id}"
    versions.kept[DEVICE] = [
        replace(each, content=each.content.replace("Ahornvej 14", "[erased]"))
        for each in versions.kept[DEVICE]
    ]
    desk.directory.listed.emit()
    qtbot.waitUntil(lambda: ("Name", "ECL 14", "[erased]") in shown(page), timeout=30_000)
    assert [each.number for each in page.panel.table.chosen()] == [2]
    assert "[erased]" in page.panel.title.text()
    assert asked == ["moved"]
    desk.directory.listed.emit()  # told as before: nothing moves
    asking = desk.context.asking
    qtbot.waitUntil(lambda: not asking.standing[1], timeout=30_000)
    assert asked == ["moved"]
