"""Settings beside those of another device or of a report, and carried over, at the screen."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.asked import Document, ReportedSettings
from app.model.reading import DeviceId, Quality, Reading
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakePlant, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.comparing.choice import ReferenceDialog
from widgets.comparing.comparison import ALL, ComparisonDialog
from widgets.devicetabs.settings import SettingsTab
from widgets.devicetabs.tabtype import Subject
from widgets.models.settingcompare import Tolerance

MakeDesk = Callable[..., Desk]
BIRKEVEJ = DeviceId("birkevej-3")
THEIRS = {"p11175": 1.4, "p11180": 21.0, "p11029": 40.0}


class TwoAlike(FakePlant):
    """Birkevej 3 has another slope, room temperature and return limit."""

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        readings = await super().read_now(viewer, device, keys)
        if device != BIRKEVEJ:
            return readings
        return [
            Reading(each.point, THEIRS[key], Quality.GOOD, NOON)
            if (key := each.point.rpartition(".")[2]) in THEIRS
            else each
            for each in readings
        ]


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    services = FakeServices()
    services.plant = TwoAlike(smallplant.substations())
    return make_desk(services)


def opened(desk: Desk, qtbot: QtBot) -> SettingsTab:
    detail = smallplant.detail(desk.services.plant.views[0])
    tab = SettingsTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1600, 900)
    tab.show()
    qtbot.waitUntil(tab.settled)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    return tab


def shown(tab: SettingsTab, qtbot: QtBot) -> ComparisonDialog:
    qtbot.waitUntil(lambda: tab.comparer.dialog is not None)
    dialog = tab.comparer.dialog
    assert dialog is not None
    return dialog


def keys(dialog: ComparisonDialog) -> list[str]:
    return sorted(row.spec.key for row in dialog.comparison.model.rows)


def press(dialog: ComparisonDialog, words: str) -> None:
    found = [each for each in dialog.findChildren(QPushButton) if each.text() == words]
    assert found[0].isEnabled()
    found[0].click()


def test_two_devices_are_compared_as_they_are_now_and_values_taken_over(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = opened(desk, qtbot)
    tab.comparer.compare_with_device(BIRKEVEJ, Tolerance())
    dialog = shown(tab, qtbot)
    assert keys(dialog) == ["p11029", "p11175", "p11180"]
    assert dialog.comparison.says.text().startswith("3 of ")
    assert dialog.windowTitle() == "Ahornvej 14 \N{LEFT RIGHT ARROW} Birkevej 3"
    dialog.comparison.segments.choose(ALL)
    assert len(keys(dialog)) > 3
    dialog.comparison.table.go_to(lambda row: row.spec.key == "p11175")
    press(dialog, "Stage the other side’s values here (1)")
    staged = [(each.spec.key, each.old, each.new) for each in tab.staging]
    assert staged == [("p11175", 1.2, 1.4)]
    assert tab.comparer.dialog is None
    assert desk.services.control.requests == []


def test_within_the_tolerance_settings_count_as_the_same(desk: Desk, qtbot: QtBot) -> None:
    tab = opened(desk, qtbot)
    tab.comparer.compare_with_device(BIRKEVEJ, Tolerance(1.0))
    assert keys(shown(tab, qtbot)) == ["p11029"]  # OFF is no number
    dialog = shown(tab, qtbot)
    dialog.reject()
    assert tab.comparer.dialog is None


def test_a_report_is_compared_with_what_the_device_holds_now(desk: Desk, qtbot: QtBot) -> None:
    tab = opened(desk, qtbot)
    desk.services.reports.reported_settings["r1"] = ReportedSettings(
        "CR-2026-0001", "Ahornvej 14", "A266.1", NOON, {"p11175": 1.2, "p11180": 19.0}
    )
    report = Document(
        "r1", AHORNVEJ, "CR-2026-0001", "commissioning-report", Path("a.pdf"), NOON, "Ole"
    )
    tab.comparer.compare_with_report(report, Tolerance())
    dialog = shown(tab, qtbot)
    assert "CR-2026-0001, 20 Jan 2026" in dialog.windowTitle()
    assert "p11175" not in keys(dialog)
    press(dialog, "Stage the other side’s values here (1)")
    assert [(each.spec.key, each.new) for each in tab.staging] == [("p11180", 19.0)]
    tab.comparer.compare_with_report(
        Document("gone", AHORNVEJ, "x", "commissioning-report", Path("x.pdf"), NOON, "Ole"),
        Tolerance(),
    )
    qtbot.waitUntil(tab.card.notice.isVisible)
    assert tab.card.notice.says.text() == "gone: this is no commissioning report"


def test_settings_are_copied_to_another_device_through_the_one_door(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = opened(desk, qtbot)
    tab.comparer.copy_to(BIRKEVEJ)
    dialog = shown(tab, qtbot)
    assert dialog.applying is not None
    press(dialog, "Stage for Birkevej 3 (3)")
    assert dialog.applying.review.subtitle.text() == "Birkevej 3"
    assert desk.services.control.requests == []
    press(dialog, "Apply 3 changes")
    requests = desk.services.control.requests
    qtbot.waitUntil(lambda: len(requests) == 3)
    assert {each.device for each in requests} == {BIRKEVEJ}
    told = {each.key: (each.expected, each.value) for each in requests}
    assert told == {
        "p11175": (1.4, 1.2),
        "p11180": (21.0, 20.0),
        "p11029": (40.0, 9.0),
    }
    assert len(tab.staging) == 0
    dialog.reject()


def test_a_device_that_does_not_answer_is_told_and_nothing_opens(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = opened(desk, qtbot)
    desk.services.plant.silent.add(BIRKEVEJ)
    tab.comparer.copy_to(BIRKEVEJ)
    qtbot.waitUntil(tab.card.notice.isVisible)
    assert tab.card.notice.says.text() == "birkevej-3: no answer within 1.5 s"
    assert tab.comparer.dialog is None
    assert desk.context.work.jobs[0].state.value == "failed"


def test_the_other_side_is_found_by_a_few_letters_those_alike_first(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = opened(desk, qtbot)
    report = Document("r", AHORNVEJ, "CR-1", "commissioning-report", Path("a.pdf"), NOON, "O")
    dialog = ReferenceDialog(
        desk.context, AHORNVEJ, [report], tab, title="Compare the settings", tolerance=True
    )
    qtbot.addWidget(dialog)
    assert dialog.chosen() == report
    dialog.show()
    first = dialog.list.visualItemRect(dialog.list.item(0))
    assert first.height() == 28, "rows a finger's breadth apart, as in every list"
    assert first.width() <= dialog.list.width(), "a long name ends in dots, nothing scrolls"
    texts = [dialog.list.item(at).text() for at in range(dialog.list.count())]  # type: ignore[union-attr]
    assert texts[0] == "Report of 20 Jan 2026: CR-1"
    assert not any("Ahornvej 14 ·" in text for text in texts)
    labels = [text.rpartition(" · ")[2] for text in texts[1:]]
    own = desk.services.plant.views[0].label
    assert labels == sorted(labels, key=lambda label: label != own)
    dialog.search.setText("vej 27")
    assert dialog.chosen() == "birkevej-27"
    dialog.tolerance.setText("much")
    dialog._finish()
    assert dialog.says.text() == "“much” is no tolerance such as 0.5 or 2 %."
    dialog.tolerance.setText("2 %")
    assert dialog.allowed() == Tolerance(2.0, percent=True)
    dialog.search.setText("nothing of the kind")
    assert dialog.chosen() is None
