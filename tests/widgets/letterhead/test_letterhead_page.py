"""Whose paper it is: seen before it is saved, refused with the reason, versioned, audited."""

import asyncio
import json
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.errors import Conflict
from app.model.letterhead import Letterhead
from app.model.version import PLANT, Thing, ThingKind
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from widgets.letterhead.wish import Wish
from widgets.pages.letterhead import LetterheadPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]
OLD = "Værkvej 2, 6000 Kolding"


@pytest.fixture
def logo() -> Iterator[Path]:
    with as_file(files("resources.letterheads") / "oesterby.svg") as file:
        yield file


class Stage:
    """The page over a fake plant."""

    def __init__(self, services: FakeServices, desk: Desk, qtbot: QtBot) -> None:
        self.services, self.desk, self.qtbot = services, desk, qtbot
        self.page = LetterheadPage(desk.context)
        qtbot.addWidget(self.page)
        self.page.resize(1280, 700)
        self.page.show()
        qtbot.waitUntil(self.page.settled, timeout=10000)

    def write(self, **given: object) -> None:
        wish = self.page.form.wish()
        known = {name: getattr(wish, name) for name in ("title", "utility", "address", "logo")}
        self.page.form.show_wish(Wish(**{**known, **given}))

    def drawn(self) -> QImage:
        """Return the specimen once nothing is under way."""
        specimen = self.page.specimen
        self.qtbot.waitUntil(lambda: not specimen.is_waiting, timeout=30000)
        return specimen.paper

    def saved(self) -> list[object]:
        changes = self.services.project.changes
        self.qtbot.waitUntil(lambda: bool(changes), timeout=10000)
        return changes


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    services = FakeServices()
    return Stage(services, make_desk(services), qtbot)


def test_what_is_kept_stands_in_the_form_and_on_the_specimen(stage: Stage) -> None:
    assert stage.page.form.wish() == Wish("Østerby Fjernvarme", "Østerby Fjernvarme", OLD, None)
    assert not stage.page.save.isEnabled()
    assert stage.page.unsaved() == ""
    assert stage.drawn().width() > 1000


def test_a_logo_is_seen_before_it_is_saved(stage: Stage, logo: Path) -> None:
    without = stage.drawn()
    stage.page.form.take_logo(logo)
    assert stage.drawn() != without
    assert stage.page.form.file.text() == "oesterby.svg"
    assert stage.page.unsaved() == "The letterhead was changed and is not saved."
    assert stage.services.project.changes == []
    assert stage.services.reports.logos == []


def test_saving_keeps_the_logo_and_describes_the_plant_with_it(
    stage: Stage, logo: Path
) -> None:
    stage.write(utility="Nordby Varme", address="Havnen 1\n7000 Fredericia\n", logo=logo)
    click(stage.page.save)
    [change] = stage.saved()
    assert change == (
        "Østerby Fjernvarme",
        None,
        "Nordby Varme",
        "logo-1",
        {"address": "Havnen 1, 7000 Fredericia"},
    )
    assert stage.services.reports.logos == [("oesterby.svg", logo.read_bytes())]


def test_what_did_not_change_is_not_sent(stage: Stage) -> None:
    stage.write(title="Østerby")
    click(stage.page.save)
    [change] = stage.saved()
    assert change == ("Østerby", None, "Østerby Fjernvarme", None, None)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.png", b"not a picture", "no picture for a logo (PNG, JPEG or SVG)"),
        ("x.svg", b"<svg/>", "does not say how large it is"),
        ("gone.png", None, "cannot be read"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_reason(
    stage: Stage, tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    stage.page.form.take_logo(file)
    stage.qtbot.waitUntil(lambda: why in stage.page.specimen.says.text(), timeout=30000)
    assert stage.page.specimen.says.isVisible()
    click(stage.page.save)
    stage.qtbot.waitUntil(lambda: why in stage.page.form.logo_field.fault, timeout=10000)
    assert stage.services.project.changes == []
    assert stage.services.reports.logos == []
    assert stage.page.save.isEnabled()


def test_a_plant_without_a_name_is_refused(stage: Stage) -> None:
    stage.write(title=" ")
    click(stage.page.save)
    assert stage.page.form.title_field.fault == "A plant needs a name."
    assert stage.services.project.changes == []


def test_somebody_else_s_change_is_told_and_nothing_is_lost(stage: Stage) -> None:
    async def overtaken(*_given: object, **_named: object) -> None:
        raise Conflict("“plant” was changed by B. Vagt at 12:01")

    stage.services.project.describe = overtaken  # type: ignore[method-assign]
    stage.write(utility="Mine")
    click(stage.page.save)
    stage.qtbot.waitUntil(stage.page.notice.isVisible, timeout=10000)
    assert "B. Vagt" in stage.page.notice.says.text()
    assert stage.page.form.wish().utility == "Mine"


def test_what_is_typed_while_it_is_saved_stays_and_is_saved_next(stage: Stage) -> None:
    go_on, page = Event(), stage.page
    describe = stage.services.project.describe

    async def slowly(*given: Any, **named: Any) -> Any:
        await asyncio.to_thread(go_on.wait, 30)
        return await describe(*given, **named)

    stage.services.project.describe = slowly  # type: ignore[method-assign]
    stage.write(utility="Nordby")
    click(page.save)
    stage.write(utility="Nordby Varme")
    assert not page.save.isEnabled(), "one after the other"
    page.keep()  # as Enter or Ctrl+S would
    go_on.set()
    stage.qtbot.waitUntil(page.save.isEnabled, timeout=30000)
    assert page.form.wish().utility == "Nordby Varme"
    assert page.unsaved()
    assert len(stage.saved()) == 1
    click(page.save)
    stage.qtbot.waitUntil(lambda: len(stage.saved()) == 2, timeout=30000)
    assert not page.notice.isVisible(), "no conflict with oneself"


def test_what_was_begun_comes_back_after_another_language(
    stage: Stage, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    stage.write(utility="Begun", address="Somewhere 1")
    memory = stage.page.memory()
    json.dumps(memory)  # kept as a preference
    again = Stage(stage.services, make_desk(stage.services), qtbot)
    again.page.recall(memory)
    assert again.page.form.wish().utility == "Begun"
    assert again.page.unsaved()
    again.page.discard()
    assert again.page.form.wish().utility == "Østerby Fjernvarme"
    assert again.page.memory() == {}


def test_the_logo_kept_is_shown_and_can_be_taken_away(
    make_desk: MakeDesk, qtbot: QtBot, logo: Path
) -> None:
    services = FakeServices()
    services.reports.head = Letterhead("Østerby Fjernvarme", OLD, logo)
    stage = Stage(services, make_desk(services), qtbot)
    assert stage.page.form.file.text() == "oesterby.svg"
    click(stage.page.form.none)
    click(stage.page.save)
    [change] = stage.saved()
    assert change == ("Østerby Fjernvarme", None, "Østerby Fjernvarme", "", None)


def test_an_unreadable_letterhead_is_told(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.versions.saved(Thing(ThingKind.PLANT, PLANT), "K. Lund", "", [])
    stage = Stage(services, make_desk(services), qtbot)
    assert "letterhead cannot be read" in stage.page.notice.says.text()
    assert not stage.page.save.isEnabled()


def test_the_versions_are_one_press_away(stage: Stage) -> None:
    click(stage.page.versions)
    assert stage.desk.shown == [Show("versions", part="plant/plant")]


def test_the_page_is_not_settled_before_its_specimen_is_drawn(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = LetterheadPage(make_desk().context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.settled, timeout=30000)
    assert not page.specimen.paper.isNull(), "a picture of the page would be empty"
    assert not page.specimen.picture.pixmap().isNull()
