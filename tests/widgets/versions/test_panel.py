"""What is brought back is what was chosen, and whatever is shown meanwhile stays shown."""

import asyncio
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.model.version import Thing, ThingKind, ThingVersion
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.versions import DEVICE, PROFILE, ROLE, FakeVersions, some_versions, version
from widgets.versions.panel import LONGEST_REASON, VersionsPanel

MakeDesk = Callable[..., Desk]
GONE = Thing(ThingKind.PROFILE, "gone.yaml")
BERIT = Thing(ThingKind.PERSON, "berit")


class SlowVersions(FakeVersions):
    """Saves when the gate is open."""

    def __init__(self) -> None:
        super().__init__(some_versions())
        self.gate = asyncio.Event()
        self.gate.set()

    async def put_profile(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        await self.gate.wait()
        return await super().put_profile(viewer, name, text, seen, note)


class Corner:
    """The panel alone on a desk, and what was told in passing."""

    def __init__(self, desk: Desk, versions: SlowVersions, qtbot: QtBot) -> None:
        self.desk, self.versions, self.qtbot = desk, versions, qtbot
        self.panel = VersionsPanel(desk.context)
        qtbot.addWidget(self.panel)
        self.panel.resize(1000, 800)
        self.panel.show()
        self.told: list[str] = []
        desk.context.work.told.connect(self.told.append)

    def show(self, thing: Thing, name: str) -> None:
        with self.qtbot.waitSignal(self.panel.told, timeout=10_000):
            self.panel.show_thing(thing, name)

    def choose(self, number: int) -> ThingVersion:
        assert self.panel.table.go_to(lambda each: each.number == number)
        return self.panel.table.chosen()[0]

    def gate(self, *, is_open: bool) -> None:
        async def turn() -> None:
            (self.versions.gate.set if is_open else self.versions.gate.clear)()

        self.desk.core.submit(turn()).result(timeout=10)


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    services = FakeServices()
    versions = SlowVersions()
    services.versions = versions
    return Corner(make_desk(services), versions, qtbot)


def test_before_anything_is_chosen_nothing_can_be_brought_back(corner: Corner) -> None:
    panel = corner.panel
    panel.ask_back()
    panel.take_back()
    panel.refresh()
    assert panel.pair() is None
    assert not panel.back.isEnabled()
    assert corner.desk.asking.standing[1] == 0


def test_what_is_looked_at_meanwhile_stays_and_the_right_name_is_told(
    corner: Corner,
) -> None:
    corner.show(PROFILE, "House meter")
    corner.gate(is_open=False)
    corner.panel.bring_back(corner.choose(1), "wrong register")
    corner.show(ROLE, "Basic")
    with corner.qtbot.waitSignal(corner.panel.changed):
        corner.gate(is_open=True)
    assert corner.told == ["House meter is as in version 1 again."]
    assert (corner.panel.thing, corner.panel.title.text()) == (ROLE, "Basic")
    assert corner.panel.undo.isHidden(), "there is nothing of this one to take back"
    corner.show(PROFILE, "House meter")
    assert corner.panel.undo.isVisible()
    corner.panel.take_back()
    corner.qtbot.waitUntil(lambda: len(corner.versions.kept[PROFILE]) == 4)
    newest, _back, before, _first = corner.versions.kept[PROFILE]
    assert newest.content == before.content


def test_the_first_version_there_is_stands_beside_nothing(corner: Corner) -> None:
    corner.show(ROLE, "Basic")
    both = corner.panel.pair()
    assert both is not None
    assert (both[0].number, both[0].content, both[1].number) == (0, "", 1)
    assert corner.panel.says.text() == "This version is the one in force."
    assert corner.panel.difference.says.text() == "not there yet → version 1: 2 changes"


def test_several_chosen_are_compared_oldest_with_newest(corner: Corner) -> None:
    corner.show(DEVICE, "Ahornvej 14")
    corner.panel.table.selectAll()
    both = corner.panel.pair()
    assert both is not None
    assert [each.number for each in both] == [2, 8]
    assert corner.panel.says.text().startswith("Two versions are compared")
    corner.panel.ask_back()
    assert corner.versions.kept[DEVICE] == some_versions()[DEVICE]


def test_sorting_the_list_changes_no_comparison(corner: Corner) -> None:
    corner.show(DEVICE, "Ahornvej 14")
    corner.choose(8)
    for column in range(corner.panel.model.columnCount()):
        corner.panel.model.sort(column)
        both = corner.panel.pair()
        assert both is not None
        assert [each.number for each in both] == [5, 8]


@pytest.mark.parametrize(
    ("thing", "number", "says"),
    [
        (GONE, 2, "In this version it was removed: there is nothing to bring back."),
        (BERIT, 1, "An account that was removed has lost its password: make it anew."),
    ],
)
def test_what_cannot_come_back_says_why(
    corner: Corner, thing: Thing, number: int, says: str
) -> None:
    corner.versions.kept[GONE] = (
        version(3, "K. Lund", "again", "points:\n"),
        version(2, "K. Lund", "", ""),
    )
    corner.versions.kept[BERIT] = (
        version(2, "K. Lund", "", ""),
        version(1, "K. Lund", "", {"name": "Berit"}),
    )
    corner.show(thing, thing.id)
    corner.choose(number)
    assert corner.panel.says.text() == says
    assert not corner.panel.back.isEnabled()


def test_what_was_removed_is_brought_back_and_that_has_nothing_to_return_to(
    corner: Corner,
) -> None:
    corner.versions.kept[GONE] = (
        version(2, "K. Lund", "", ""),
        version(1, "K. Lund", "", "points:\n"),
    )
    corner.show(GONE, "gone.yaml")
    corner.choose(1)
    assert "after a restart" in corner.panel.says.text()
    corner.panel.bring_back(corner.choose(1), "still needed")
    corner.qtbot.waitUntil(lambda: corner.panel.model.total == 3)
    assert corner.versions.kept[GONE][0].content == "points:\n"
    assert corner.panel.undo.isHidden()


def test_a_colleague_who_saved_meanwhile_is_told_of_and_seen_after_retry(
    corner: Corner,
) -> None:
    corner.show(PROFILE, "House meter")
    old = corner.choose(1)
    corner.versions.saved(PROFILE, "B. Vagt", "theirs", "points:\n  - key: theirs\n")
    with corner.qtbot.waitSignal(corner.panel.told):
        corner.panel.bring_back(old, "wrong register")
    assert "meanwhile" in corner.panel.notice.says.text()
    assert len(corner.versions.kept[PROFILE]) == 3
    assert corner.panel.back.isEnabled(), "it may be tried again"
    with corner.qtbot.waitSignal(corner.panel.told):
        corner.panel.refresh()
    assert corner.panel.model.total == 3


def test_an_answer_of_the_thing_before_is_of_no_interest(corner: Corner) -> None:
    corner.panel.show_thing(PROFILE, "House meter")
    corner.show(ROLE, "Basic")
    assert corner.panel.model.total == 1
    assert corner.panel.title.text() == "Basic"


def test_a_reason_is_cut_where_the_core_would_refuse_it(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "widgets.versions.panel.QInputDialog.getText", lambda *_words: ("w" * 999, True)
    )
    corner.show(PROFILE, "House meter")
    corner.choose(1)
    corner.panel.ask_back()
    corner.qtbot.waitUntil(lambda: len(corner.versions.kept[PROFILE]) == 3)
    assert corner.versions.kept[PROFILE][0].note.count("w") <= LONGEST_REASON + 1
