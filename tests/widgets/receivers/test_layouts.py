"""Layouts on the screen: tried on a file, kept for all under a name, saved for a receiver."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from widgets.pages.receivers import ReceiversPage
from widgets.receivers.layouts import EXAMPLE, MOST_BYTES, LayoutsDialog

MakeDesk = Callable[..., Desk]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def dialog(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> LayoutsDialog:
    page = ReceiversPage(make_desk(services).context)
    qtbot.addWidget(page)
    page.resize(1232, 800)
    page.show()
    qtbot.waitUntil(page.settled)
    click(page.layouts)
    made = page.findChildren(LayoutsDialog)[-1]
    qtbot.waitUntil(lambda: made.choice.count() == 1)
    return made


def chosen(monkeypatch: pytest.MonkeyPatch, which: str, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, which, lambda *_asked: (str(path), ""))


def test_the_first_rows_are_shown_as_they_would_be_read(
    dialog: LayoutsDialog,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "march.csv"
    file.write_bytes(b"Serial no.;Energy\n12345678;12,5\n")
    chosen(monkeypatch, "getOpenFileName", file)
    click(dialog.tries)
    qtbot.waitUntil(lambda: bool(dialog.rows.toPlainText()))
    assert dialog.verdict.text() == "2 rows looked at, 1 of them is wrong."
    assert dialog.rows.toPlainText().splitlines() == [
        "12345678, 2026-02-01 12:00 UTC, Energy 12.5 kWh",
        "line 3, column 2: yesterday is no time",
    ]
    assert services.radio.layouts == [(EXAMPLE, "march.csv", file.read_bytes())]


def test_of_a_large_file_whole_lines_of_its_beginning_are_tried(
    dialog: LayoutsDialog,
    services: FakeServices,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "year.csv"
    file.write_bytes(b"12345678;12,5\n" * 10_000)
    chosen(monkeypatch, "getOpenFileName", file)
    click(dialog.tries)
    qtbot.waitUntil(lambda: bool(services.radio.layouts))
    ((_layout, _name, content),) = services.radio.layouts
    assert MOST_BYTES - 20 < len(content) < MOST_BYTES
    assert content.endswith(b";12,5\n")


def test_what_is_wrong_with_a_layout_or_its_file_is_told(
    dialog: LayoutsDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen(monkeypatch, "getOpenFileName", tmp_path / "gone.csv")
    click(dialog.tries)
    assert dialog.notice.says.text().startswith("gone.csv: ")
    dialog.text.setPlainText("meter = 0")
    dialog.try_on("a.csv", b"")
    qtbot.waitUntil(lambda: "layout: meter: expected" in dialog.notice.says.text())


def test_a_layout_is_kept_for_all_and_found_again(
    dialog: LayoutsDialog, services: FakeServices, qtbot: QtBot
) -> None:
    dialog.name.setText("Elvaco CMe3100")
    dialog.text.setPlainText("separator = ','")
    click(dialog.keep)
    qtbot.waitUntil(lambda: dialog.choice.count() == 2)
    (kept,) = services.desk.all_presets.values()
    assert (kept.kind, kept.name, kept.shared) == ("layout", "Elvaco CMe3100", True)
    assert json.loads(kept.content) == {"layout": "separator = ','"}
    assert dialog.choice.currentText() == "Elvaco CMe3100"
    dialog.text.setPlainText("separator = ';'")
    click(dialog.keep)
    qtbot.waitUntil(lambda: ";" in next(iter(services.desk.all_presets.values())).content)
    assert len(services.desk.all_presets) == 1, "one of this name is changed"
    dialog._choose(0)
    assert (dialog.name.text(), dialog.text.toPlainText()) == ("", EXAMPLE)
    qtbot.waitUntil(lambda: ";" in dialog._kept[0].content)
    dialog._choose(1)
    assert dialog.text.toPlainText() == "separator = ';'"


def test_a_layout_without_a_name_is_not_kept(
    dialog: LayoutsDialog, services: FakeServices, qtbot: QtBot
) -> None:
    click(dialog.keep)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert "needs a name" in dialog.notice.says.text()
    assert not services.desk.all_presets


def test_a_layout_is_saved_where_a_receiver_reads_it(
    dialog: LayoutsDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen(monkeypatch, "getSaveFileName", tmp_path / "layout.toml")
    click(dialog.file)
    assert (tmp_path / "layout.toml").read_text(encoding="utf-8") == EXAMPLE
    chosen(monkeypatch, "getSaveFileName", tmp_path / "none" / "layout.toml")
    click(dialog.file)
    assert dialog.notice.says.text().startswith("layout.toml: ")
