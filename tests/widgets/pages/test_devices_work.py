"""Working with many devices at once: tree, groups, filters, columns, in and out of service."""

import asyncio
import csv
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from app.asked import DeviceView, Preset
from app.errors import BadInput
from app.model.device import DeviceConfig, Presence
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.verbs import Capability, Viewer
from tests.app.reports.papers import Paper
from tests.fakes.asked import FakePlant, FakeProject, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key
from tests.fakes.smallplant import AHORNVEJ, NOON, substations, view
from tests.people import person
from tests.widgets.eyes import ground, place
from widgets.devicelist.acts import MOST_COMPARED
from widgets.devicelist.bulk import agrees_to_disable
from widgets.devicelist.table import CHECK
from widgets.models.devicefilter import By, Condition
from widgets.models.measured import BY_ID
from widgets.pages.devices import DevicesPage
from widgets.pagetype import Show

WARM_C = 45  # above it a return belongs to the group
MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> DevicesPage:
    page = DevicesPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1700, 900)
    page.show()
    qtbot.waitUntil(page.settled)
    return page


def names(page: DevicesPage) -> list[str]:
    return [each.config.name for each in page.model.rows]


def choose(page: DevicesPage, *wanted: str) -> None:
    ids = [each.config.id for each in page.model.rows if each.config.name in wanted]
    page.table.clearSelection()
    page.table.choose(ids)


def group(page: DevicesPage, key_of: str) -> None:
    rows = page.side.group_model.rows
    page.side.grouped.emit(next(each for each in rows if each.key == key_of))


class ChangingProject(FakeProject):
    """A configuration that changes the plant the screen is told."""

    services: FakeServices

    async def put_device(
        self,
        viewer: Viewer,
        device: DeviceConfig,
        note: str = "",
        base: DeviceConfig | None = None,
    ) -> None:
        await super().put_device(viewer, device, note, base)
        if device.name == "Birkevej 3" and not device.enabled:
            raise BadInput("Birkevej 3 is being commissioned")
        plant = self.services.plant
        plant.views = [
            replace(each, config=device) if each.config.id == device.id else each
            for each in plant.views
        ]


def changing() -> FakeServices:
    services = FakeServices()
    project = ChangingProject(services.reports)
    project.services = services
    services.project = project
    return services


# The tree


def areas_of(*paths: str) -> FakeServices:
    views = [view(f"House {at}", path, number=at) for at, path in enumerate(paths)]
    return FakeServices(views, ())


def lines(page: DevicesPage) -> list[tuple[int, str, int]]:
    return [(each.depth, each.words, each.devices) for each in page.side.tree_model.rows]


def test_areas_lie_within_areas_and_count_all_that_is_in_them(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = areas_of("North/School", "North / Church", "North/School", "South", "")
    page = opened(make_desk(services), qtbot)
    assert lines(page) == [
        (0, "All areas", 5),
        (1, "North", 3),
        (2, "Church", 1),
        (2, "School", 2),
        (1, "South", 1),
    ]
    page.side.tree.go_to(lambda node: node.words == "North")
    assert names(page) == ["House 0", "House 1", "House 2"]


def test_a_branch_closes_and_opens_by_keys_enter_and_mouse(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(areas_of("North/School", "South")), qtbot)
    tree = page.side.tree
    tree.go_to(lambda node: node.words == "North")
    key(tree, Qt.Key.Key_Left)
    assert [each[1] for each in lines(page)] == ["All areas", "North", "South"]
    key(tree, Qt.Key.Key_Right)
    assert len(lines(page)) == 4
    key(tree, Qt.Key.Key_Return)
    assert len(lines(page)) == 3
    row = tree.visualRect(page.side.tree_model.index(1, 0))
    click(ground(tree), QPoint(12 + tree.fontMetrics().height() + 4, row.center().y()))
    assert len(lines(page)) == 4


def test_the_tree_branches_by_gateway_and_by_group_as_well(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.desk.all_presets["g1"] = Preset(
        "g1", "device-group", "Schools", "holm", True, '{"devices": ["birkevej-3", "gone"]}'
    )
    page = opened(make_desk(services), qtbot)
    qtbot.waitUntil(lambda: bool(page.plant.groups))
    page.side.trunk.setCurrentIndex(1)
    gateways = [each.words for each in page.side.tree_model.rows[1:]]
    assert gateways == sorted({each.link.name for each in page.model.rows}, key=str.casefold)
    page.side.tree.go_to(lambda node: node.words == gateways[0])
    assert {each.link.name for each in page.model.rows} == {gateways[0]}
    page.side.trunk.setCurrentIndex(2)
    assert [each[1:] for each in lines(page)] == [("All devices", 16), ("Schools", 1)]
    page.side.tree.go_to(lambda node: node.words == "Schools")
    assert names(page) == ["Birkevej 3"]


def test_every_branch_shows_its_worst_alarm(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    qtbot.waitUntil(lambda: bool(page.plant.alarms))
    worst = {node.words: node.alarm for node in page.side.tree_model.rows}
    top = worst["All areas"]
    assert top is not None
    assert top.rule.priority == 1
    birkely = worst["Birkely"]
    assert birkely is not None
    assert birkely.rule.name == "Supply pressure low"


# Smart groups and filters


def test_smart_groups_count_and_show_their_devices(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    qtbot.waitUntil(lambda: bool(page.plant.alarms))
    counts = {each.key: each.devices for each in page.side.group_model.rows}
    assert counts["wrong"] == 2
    assert counts["disabled"] == 1
    assert counts["alarm"] == 3
    group(page, "wrong")
    assert set(names(page)) == {"Egevænget 5", "Lindevej 8"}
    group(page, "wrong")
    assert len(names(page)) == 16


class SlowPlant(FakePlant):
    """Keeps the values to itself until it is let go."""

    def __init__(self, views: Sequence[DeviceView]) -> None:
        super().__init__(views)
        self.may_tell = False

    async def latest(self, viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        while not self.may_tell:  # noqa: ASYNC110 - let go by another thread
            await asyncio.sleep(0.01)
        told = await super().latest(viewer, points)
        return [replace(each, value=52.0) if each.value is not None else each for each in told]


def test_groups_by_values_are_counted_as_soon_as_the_values_are_told(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices(alarms=())
    services.plant = slow = SlowPlant(services.plant.views)
    page = DevicesPage(make_desk(services).context)
    qtbot.addWidget(page)
    page.resize(1700, 900)
    page.show()

    def counted() -> int:
        return next((g.devices for g in page.side.group_model.rows if g.key == "return"), -1)

    def warm() -> int:
        values = (page.values.value(each, BY_ID["return"]) for each in page.model.rows)
        return sum(value is not None and value > WARM_C for value in values)

    qtbot.waitUntil(lambda: counted() == 0 and page.side.settled() and not page.settled())
    slow.may_tell = True
    qtbot.waitUntil(lambda: 0 < warm() == counted())


def test_the_return_group_follows_the_values(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    for device, value in (("ahornvej-14", 52.5), ("birkevej-3", 30.0), ("elmegade-7", None)):
        quality = Quality.BAD if value is None else Quality.GOOD
        desk.feed.offer([Reading(point_id(DeviceId(device), "s5"), value, quality, NOON)])
    desk.feed.refresh()
    page.refresh()
    group(page, "return")
    assert "Ahornvej 14" in names(page)
    assert "Birkevej 3" not in names(page)
    assert "Elmegade 7" not in names(page)


def test_chips_of_a_sort_add_up_and_sorts_narrow_each_other(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    chips = page.panel.chips
    chips.add(Condition(By.STATE, Presence.OFFLINE.value))
    chips.add(Condition(By.STATE, Presence.LATE.value))
    assert set(names(page)) == {"Lindevej 8", "Birkevej 27"}
    chips.add(Condition(By.AREA, "Birkely"))
    assert names(page) == ["Birkevej 27"]
    told = [each.text() for each in chips._chips]
    assert told == ["State: Offline  ✕", "State: Late  ✕", "Area: Birkely  ✕"]
    chips.drop(Condition(By.AREA, "Birkely"))
    assert len(names(page)) == 2


def test_the_filter_menu_offers_what_there_is(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    menu = page.panel.chips.menu_now()
    titles = [each.text() for each in menu.actions() if each.text()]
    assert titles == ["State", "Controller", "Gateway", "Group", "Value…"]
    below = menu.actions()[1].menu()
    assert isinstance(below, QMenu)
    below.actions()[-1].trigger()
    assert {each.label for each in page.model.rows} == {"MULTICAL 603"}
    menu.deleteLater()


def test_a_level_of_a_value_is_a_filter(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    desk.feed.offer([Reading(point_id(AHORNVEJ, "s3"), 71.0, Quality.GOOD, NOON)])
    desk.feed.refresh()
    page.panel.chips.add(Condition(By.VALUE, "supply > 70.0"))
    assert names(page) == ["Ahornvej 14"]
    [chip] = page.panel.chips._chips
    assert chip.text() == "Value: Supply > 70.0 °C  ✕"


def test_a_kept_filter_becomes_a_group_that_fills_itself(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.panel.filter([Condition(By.AREA, "Birkely"), Condition(By.SMART, "wrong")])
    page.presets.keep("Trouble in Birkely")
    qtbot.waitUntil(
        lambda: "Trouble in Birkely" in [e.words for e in page.side.group_model.rows]
    )
    page.panel.filter([])
    own = page.side.group_model.rows[-1]
    page.side.grouped.emit(own)
    assert page.panel.chips.conditions == list(own.conditions)


# Choosing and the bulk bar


def test_boxes_and_space_choose_rows_and_esc_lets_them_go(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    table = page.table
    assert not page.panel.bulk.isVisible()
    box = [column.id for column in page.model.columns].index(CHECK)
    for row in (0, 2):
        spot = table.visualRect(page.model.index(row, box)).center()
        click(ground(table), spot)
    assert len(table.chosen()) == 2
    assert page.panel.bulk.isVisible()
    assert page.panel.bulk.count.text() == "2 selected"
    assert table.all_box.checkState() is Qt.CheckState.PartiallyChecked
    table.focus_row(5)
    key(table, Qt.Key.Key_Space)
    assert len(table.chosen()) == 3
    key(table, Qt.Key.Key_Escape)
    assert table.chosen() == []
    assert not page.panel.bulk.isVisible()


def test_ctrl_a_chooses_all_that_are_shown(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.panel.filter([Condition(By.AREA, "Birkely")])
    key(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.table.chosen()) == page.model.rowCount() == 5
    assert page.table.all_box.isChecked()
    page.table.all_box.click()
    assert page.table.chosen() == []


def test_the_bar_covers_no_row(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.resize(1700, 400)
    last = page.model.rowCount() - 1
    choose(page, names(page)[last])
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: ground(page.table).rect().contains(place(page.table, last)))


# In and out of service


def answer(button: str) -> Callable[[QMessageBox], int]:
    def press(box: QMessageBox) -> int:
        next(each for each in box.buttons() if each.text() == button).click()
        return 0

    return press


def test_devices_are_disabled_one_by_one_and_taken_back(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = changing()
    desk = make_desk(services)
    page = opened(desk, qtbot)
    wanted = ("Ahornvej 14", "Elmegade 7")
    configs = [each.config for each in page.model.rows if each.config.name in wanted]
    page.acts.switching.switch(configs, enabled=False)
    assert not page.acts.switching.can_undo
    qtbot.waitUntil(lambda: page.acts.switching.can_undo)
    assert desk.context.work.jobs[0].sentence == "2 devices changed."
    qtbot.waitUntil(lambda: enabled(desk.directory.views) == 13)
    key(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    page.acts.switching.undo()
    qtbot.waitUntil(lambda: enabled(desk.directory.views) == 15)
    assert not page.acts.switching.can_undo


def enabled(views: Sequence[DeviceView]) -> int:
    return sum(each.config.enabled for each in views)


def test_a_device_that_may_not_be_switched_is_named_and_the_others_go_on(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(changing())
    page = opened(desk, qtbot)
    configs = [each.config for each in page.model.rows[:3]]
    assert "Birkevej 3" in [each.name for each in configs]
    page.acts.switching.switch(configs, enabled=False)
    qtbot.waitUntil(lambda: not desk.context.work.jobs[0].running)
    told = desk.context.work.jobs[0].sentence
    assert told == "2 devices changed.\nBirkevej 3: Birkevej 3 is being commissioned"


def test_what_is_so_already_is_not_touched(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(changing())
    page = opened(desk, qtbot)
    page.acts.switching.switch([each.config for each in page.model.rows[:2]], enabled=True)
    assert desk.context.work.jobs == ()


def test_who_may_not_change_the_project_sees_the_buttons_locked(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    page = opened(make_desk(viewer=guest), qtbot)
    choose(page, "Ahornvej 14")
    assert page.panel.bulk.isVisible()
    assert not page.panel.bulk.disable.isEnabled()


@pytest.mark.parametrize(("button", "agreed"), [("Go back", False), ("Disable", True)])
def test_disabling_asks_once_and_names_the_devices(
    make_desk: MakeDesk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    button: str,
    agreed: bool,
) -> None:
    page = opened(make_desk(), qtbot)
    views = [view(f"<b>House</b> {at}", "", number=at) for at in range(15)]
    told: list[str] = []

    def press(box: QMessageBox) -> int:
        told.append(f"{box.text()}\n{box.informativeText()}")
        return answer(button)(box)

    monkeypatch.setattr(QMessageBox, "exec", press)
    assert agrees_to_disable(views, page) is agreed
    assert told[0].startswith("Disable 15 devices?")
    assert "<b>House</b> 0" in told[0]
    assert told[0].endswith("… and 3 more")


# Groups, columns, memory, files


def test_devices_are_added_to_a_group_that_all_see(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.groups.add("Schools", ["ahornvej-14"])
    qtbot.waitUntil(lambda: bool(page.plant.groups))
    page.groups.add("Schools", ["birkevej-3"])
    kept = desk.services.desk.all_presets

    def both() -> bool:
        return [preset.content for preset in kept.values()] == [
            '{"devices": ["ahornvej-14", "birkevej-3"]}'
        ]

    qtbot.waitUntil(both)
    assert all(preset.shared for preset in kept.values())


def test_columns_are_shown_in_the_order_one_likes(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.table.show_columns(["return", "name", "nonsense", "alarm"])
    assert [each.id for each in page.table.columns_shown()] == ["return", "name", "alarm"]
    head = page.table.horizontalHeader()
    assert head is not None
    head.moveSection(head.visualIndex(len(page.model.columns) - 1), 1)
    page.table.show_columns(["name", "return"])
    assert [each.id for each in page.table.columns_shown()] == ["name", "return"]


def test_a_page_is_found_again_as_it_was_left(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.panel.filter([Condition(By.AREA, "Birkely")])
    page.table.show_columns(["name", "power"])
    page.panel.sort_by("name", falling=True)
    kept = page.memory()
    again = opened(desk, qtbot)
    again.recall(kept)
    assert again.memory() == kept
    assert names(again) == sorted(names(again), reverse=True)
    tree = again.side.tree.current()
    assert tree is not None
    assert tree.words == "Birkely"


@pytest.mark.parametrize(
    "kept",
    [{}, {"filters": 3, "columns": "x", "sorted": 1}, {"filters": [["area"], [1, 2], 5]}],
)
def test_memory_nobody_understands_changes_nothing(
    make_desk: MakeDesk, qtbot: QtBot, kept: dict[str, object]
) -> None:
    page = opened(make_desk(), qtbot)
    page.recall(kept)  # type: ignore[arg-type]  # as an older program may have left it
    assert len(names(page)) == 16


@pytest.mark.parametrize("end", ["csv", "xlsx"])
def test_a_file_holds_the_rows_and_columns_of_the_screen(
    make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path, end: str
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.panel.filter([Condition(By.AREA, "Birkely")])
    page.panel.sort_by("name", falling=True)
    page.table.show_columns(["name", "return", "dhw", "state"])
    path = tmp_path / f"devices.{end}"
    page.acts.export.write(path)
    qtbot.waitUntil(lambda: not desk.context.work.jobs[0].running)
    if end == "csv":
        rows = list(csv.reader(StringIO(path.read_text("utf-8-sig"), newline="")))
    else:
        sheet = openpyxl.load_workbook(path)["Devices"]
        rows = [
            ["" if cell.value is None else str(cell.value) for cell in row]
            for row in sheet.iter_rows()
        ]
    assert rows[0][:2] == ["Device", "Return °C"]
    assert [row[0] for row in rows[1:]] == names(page)
    shown = {column.id: column for column in page.table.columns_shown()}["return"]
    for row, each in zip(rows[1:], page.model.rows, strict=True):
        told = shown.cell(each).shown
        assert (row[1] or "–") == (told.text if told is not None else "–")


def test_a_value_in_the_table_is_a_door(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    at = [column.id for column in page.model.columns].index("return")
    page.table.setCurrentIndex(page.model.index(0, at))
    key(page.table, Qt.Key.Key_Menu)
    [menu] = [each for each in page.table.findChildren(QMenu) if each.isVisible()]
    next(each for each in menu.actions() if each.text() == "Trend").trigger()
    device = page.model.rows[0].config.id
    assert desk.shown == [Show("device", device, point_id(device, "s5"), part="chart")]
    menu.close()


def test_devices_chosen_are_compared_by_the_column_they_are_sorted_by(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.panel.sort_by("supply", falling=True)
    choose(page, "Ahornvej 14", "Elmegade 7")
    page.acts.compare()
    assert {each.point for each in desk.shown} == {
        point_id(AHORNVEJ, "s3"),
        point_id(DeviceId("elmegade-7"), "s3"),
    }
    assert {each.page for each in desk.shown} == {"trend"}


def test_who_compares_many_is_told_what_is_drawn_and_what_is_not(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.panel.sort_by("supply", falling=True)
    choose(page, *names(page))
    chosen = page.table.chosen()
    page.acts.compare()
    assert len(desk.shown) == MOST_COMPARED < len(chosen)
    drawn = {each.point for each in desk.shown}
    (job,) = desk.context.work.jobs
    assert job.sentence.startswith(f"10 of {len(chosen)} devices are drawn. ")
    for each in chosen:
        is_drawn = any(str(point).startswith(f"{each.config.id}.") for point in drawn)
        told = re.search(rf"[ :]{re.escape(each.config.name)}[,.]", job.sentence) is not None
        assert told is not is_drawn, each.config.name


@pytest.mark.parametrize("name", ["<b>x</b><img src=a>", "Ø" * 300, "🔥 חימום", "A & B"])
def test_odd_names_are_shown_as_they_are(make_desk: MakeDesk, qtbot: QtBot, name: str) -> None:
    odd = view(name, name.replace("/", "-"))
    page = opened(make_desk(FakeServices([odd, *substations()], ())), qtbot)
    assert name in names(page)
    choose(page, name)
    assert page.panel.bulk.names.text() == name
    assert name.replace("/", "-") in [node.words for node in page.side.tree_model.rows]


def test_the_table_is_seen_before_it_is_printed(make_desk: MakeDesk, qtbot: QtBot) -> None:
    from widgets.printing import Preview

    page = opened(make_desk(), qtbot)
    page.panel.filter([Condition(By.AREA, "Birkely")])
    page.acts.export.print_it()
    qtbot.waitUntil(lambda: bool(page.findChildren(Preview)), timeout=20_000)
    [preview] = page.findChildren(Preview)
    told = " ".join(Paper(preview.content).words)
    assert all(name in told for name in names(page))
    assert "Return °C" in told
    preview.close()
