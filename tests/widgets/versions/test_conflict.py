"""Of two who save the same, the second sees who was quicker and chooses; nothing is lost."""

import json
from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.asked import Preset
from app.model.device import DeviceConfig
from app.model.version import Thing, ThingKind
from app.project.thingcontent import content_of_preset, device_from
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.versions import DEVICE
from widgets.dashboard.board import BoardPage, from_json, to_json
from widgets.dashboard.pages import KIND, Boards
from widgets.desk import Json, content_of
from widgets.devicelist.switching import Switching
from widgets.shell.clashes import Clashes
from widgets.versions.conflict import ConflictDialog

MakeDesk = Callable[..., Desk]


class Corner:
    """A desk with one preset, a group of devices, that a colleague may change elsewhere."""

    def __init__(self, desk: Desk, qtbot: QtBot, kind: str = "device-group") -> None:
        self.desk, self.qtbot, self.kind = desk, qtbot, kind
        self.over = QWidget()
        qtbot.addWidget(self.over)
        self.over.resize(1200, 800)
        self.over.show()
        self.clashes = Clashes(desk.context, self.over)
        self.personal = desk.context.desk
        self.personal.presets(kind)
        self.keep(["a"])
        self.qtbot.waitUntil(lambda: len(self.personal.presets(kind)) == 1)
        (self.preset,) = self.personal.presets(kind)
        self.thing = Thing(ThingKind.PRESET, self.preset.id)

    @property
    def stored(self) -> Preset:
        return self.desk.services.desk.all_presets[self.preset.id]

    def keep(self, devices: Json) -> None:
        known = self.personal.presets(self.kind)
        number = known[0].id if known else ""
        self.personal.keep_preset(self.kind, "Schools", devices, shared=True, preset=number)

    def changed_elsewhere(self, devices: Json) -> Preset:
        """Let the same person save it at another window."""
        made = Preset(
            self.preset.id, self.kind, "Schools", VIEWER.login, True, json.dumps(devices)
        )
        self.desk.services.desk.all_presets[self.preset.id] = made
        content = content_of_preset(made)
        self.desk.services.versions.saved(self.thing, "B. Vagt", "", content)
        return made

    def dialog(self) -> ConflictDialog:
        self.qtbot.waitUntil(lambda: self.preset.id in self.clashes.open)
        dialog = self.clashes.open[self.preset.id]
        self.qtbot.waitUntil(lambda: dialog.newest is not None)
        return dialog


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    return Corner(make_desk(FakeServices()), qtbot)


def shown(dialog: ConflictDialog) -> list[tuple[str, str, str]]:
    model = dialog.difference.fields
    cells = [[column.cell(row).text for column in model.columns] for row in model.rows]
    return [(name, old, new) for _sign, name, old, new in cells]


def test_who_is_alone_is_never_asked(corner: Corner) -> None:
    for devices in (["a", "b"], ["a", "b", "c"], ["a"]):  # quicker than the core answers
        corner.keep(list(devices))
    corner.qtbot.waitUntil(lambda: json.loads(corner.stored.content) == ["a"])
    corner.keep(["z"])
    corner.qtbot.waitUntil(lambda: json.loads(corner.stored.content) == ["z"])
    assert corner.clashes.open == {}


@pytest.mark.feature("DC-08")
def test_the_difference_is_looked_at_and_ones_own_saved_on_top(corner: Corner) -> None:
    corner.changed_elsewhere(["a", "theirs"])
    corner.keep(["a", "mine"])
    dialog = corner.dialog()
    assert dialog.says.text() == "B. Vagt changed “Schools” meanwhile"
    assert json.loads(corner.stored.content) == ["a", "theirs"]  # not lost, not overwritten
    assert not dialog.difference.isVisible()
    dialog.look_at.click()
    assert dialog.difference.isVisible()
    assert shown(dialog) == [("Content", "a, theirs", "a, mine")]
    assert dialog.difference.says.text() == "as B. Vagt saved it → yours: 1 change"
    dialog.save_mine.click()
    corner.qtbot.waitUntil(lambda: json.loads(corner.stored.content) == ["a", "mine"])
    assert corner.clashes.open == {}
    corner.keep(["a"])  # from here on it is made from one's own again
    corner.qtbot.waitUntil(lambda: json.loads(corner.stored.content) == ["a"])


@pytest.mark.feature("DC-08")
def test_theirs_are_taken(corner: Corner) -> None:
    theirs = corner.changed_elsewhere(["theirs"])
    heard: list[Preset] = []
    corner.personal.overruled.connect(heard.append)
    corner.keep(["mine"])
    corner.dialog().take_theirs.click()
    assert [json.loads(each.content) for each in heard] == [["theirs"]]
    assert corner.stored == theirs
    corner.qtbot.waitUntil(
        lambda: content_of(corner.personal.presets(corner.kind)[0]) == ["theirs"]
    )
    corner.keep(["theirs", "more"])
    corner.qtbot.waitUntil(lambda: json.loads(corner.stored.content) == ["theirs", "more"])


def test_who_decides_later_is_asked_again_and_saves_nothing_unasked(corner: Corner) -> None:
    theirs = corner.changed_elsewhere(["theirs"])
    corner.keep(["mine"])
    corner.dialog().later.click()
    corner.qtbot.waitUntil(lambda: corner.clashes.open == {})
    corner.keep(["mine", "more"])
    dialog = corner.dialog()
    assert corner.stored == theirs
    dialog.save_mine.click()
    corner.qtbot.waitUntil(lambda: json.loads(corner.stored.content) == ["mine", "more"])


def test_a_third_who_was_quicker_again_is_told_too(corner: Corner) -> None:
    corner.changed_elsewhere(["theirs"])
    corner.keep(["mine"])
    dialog = corner.dialog()
    third = corner.changed_elsewhere(["third"])
    dialog.save_mine.click()
    corner.qtbot.waitUntil(lambda: corner.clashes.open.get(corner.preset.id) is not dialog)
    assert corner.stored == third
    corner.dialog().take_theirs.click()


def test_a_shared_page_gives_way_in_one_step(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(FakeServices())
    personal = desk.context.desk
    page = BoardPage("one", "Mine")
    boards = Boards(personal, VIEWER.login, (page,), personal)
    boards.keep()
    boards.share("one")
    qtbot.waitUntil(lambda: bool(personal.presets(KIND)))
    qtbot.waitUntil(lambda: bool(boards.pages[0].shares))
    (preset,) = personal.presets(KIND)
    theirs = to_json(BoardPage("one", "Theirs"))
    assert from_json(theirs) is not None
    personal.overruled.emit(
        Preset(preset.id, KIND, "Theirs", VIEWER.login, True, json.dumps(theirs))
    )
    assert boards.pages[0].name == "Theirs"
    boards.undo()
    assert boards.pages[0].name == "Mine"


def test_a_device_switched_here_and_changed_there_is_a_choice(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.view(AHORNVEJ) is not None)
    view = desk.directory.view(AHORNVEJ)
    assert view is not None
    switching = Switching(desk.context, desk.context.desk)
    told: list[tuple[DeviceConfig, str]] = []
    switching.conflicted.connect(lambda own, says: told.append((own, says)))
    services.project.overtaken = "B. Vagt changed device ahornvej-14 meanwhile"
    switching.switch([view.config], enabled=not view.config.enabled)
    qtbot.waitUntil(lambda: bool(told))
    assert services.project.changes == []
    own, says = told[0]
    assert says == services.project.overtaken
    services.project.overtaken = ""
    theirs = device_from(services.versions.kept[DEVICE][0].content)
    switching.save_over(own, theirs)
    qtbot.waitUntil(lambda: services.project.changes == [own])


def test_a_thing_nobody_can_read_leaves_no_choice_but_later(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, over = make_desk(FakeServices()), QWidget()
    qtbot.addWidget(over)
    dialog = ConflictDialog(
        desk.context, Thing(ThingKind.RULE, "no.rule"), "somebody changed it", "{}", over
    )
    dialog.open()
    qtbot.waitUntil(lambda: "no.rule" in dialog.choice.text())
    assert not dialog.save_mine.isEnabled()
    assert not dialog.take_theirs.isEnabled()
    assert dialog.later.isEnabled()
    dialog.reject()
