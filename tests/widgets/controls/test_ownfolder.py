"""Files of a project are put where its last one went, and never where another's went."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from widgets.controls.filewriter import FileWriter
from widgets.controls.ownfolder import KEY, own_folder

MakeDesk = Callable[..., Desk]


def test_each_project_finds_its_own_folder_again(
    make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nord, syd = tmp_path / "nord", tmp_path / "syd"
    for folder in (nord, syd):
        folder.mkdir()
    proposed: list[Path] = []

    def save(into: Path, context_of: Desk) -> None:
        def chosen(_over: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
            proposed.append(Path(name))
            return str(into / "list.csv"), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
        page = QWidget()
        qtbot.addWidget(page)
        assert FileWriter(context_of.context, page).ask_path("Export", "devices", "csv")

    one, other = make_desk(FakeServices()), make_desk(FakeServices())
    first = own_folder(one.context)
    for desk, into in ((one, nord), (other, syd), (one, nord), (other, syd)):
        save(into, desk)
    assert proposed == [each / "devices.csv" for each in (first, first, nord, syd)]
    syd.rmdir()
    assert own_folder(other.context) == first
    for strange in (7, "", None, ["x"]):
        other.context.desk.keep(KEY, strange)  # type: ignore[arg-type]
        assert own_folder(other.context) == first
