"""What is kept is shown once somebody said what it is; until then no field pretends to know."""

import asyncio
from collections.abc import Callable
from threading import Event

import pytest
from PyQt6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.errors import PlantError
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from widgets.pages.backups import BackupsPage
from widgets.pages.letterhead import LetterheadPage
from widgets.pages.retention import RetentionPage
from widgets.pagetype import Page, PageContext, Show

FIELDS = (QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit)
PAGES = {
    BackupsPage: ("backups", "plan"),
    LetterheadPage: ("reports", "letterhead"),
    RetentionPage: ("retention", "rules"),
}
MakeDesk = Callable[..., Desk]
MakePage = Callable[[PageContext], Page]


def fields(page: QWidget) -> list[str]:
    """Return the fields in sight; that of a list inside another one is none of its own."""
    return [
        type(each).__name__
        for kind in FIELDS
        for each in page.findChildren(kind)
        if each.isVisibleTo(page)
    ]


def words(page: QWidget) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page)]


@pytest.mark.parametrize("make", PAGES, ids=lambda each: each.__name__)
def test_no_field_is_seen_before_it_is_known_what_is_kept(
    make: MakePage, make_desk: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, answered, failing = FakeServices(), Event(), [True]
    service, verb = PAGES[make]  # type: ignore[index]  # a class is what makes a page
    asked = getattr(services, service)
    kept = getattr(asked, verb)

    async def late(*given: object) -> object:
        if failing.pop() if failing else False:
            raise PlantError("nobody is there")
        await asyncio.to_thread(answered.wait)
        return await kept(*given)

    monkeypatch.setattr(asked, verb, late)
    page = make(make_desk(services).context)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.reveal(Show("", part=""))
    assert fields(page) == []
    assert "Asking what is kept …" in words(page)
    qtbot.waitUntil(lambda: "What is kept is not known." in words(page))
    assert "nobody is there" in words(page)
    assert fields(page) == []
    page.refresh()
    answered.set()
    qtbot.waitUntil(lambda: bool(fields(page)))
    assert "What is kept is not known." not in words(page)
    assert isinstance(page.focusWidget(), FIELDS), "where one goes on typing"


@pytest.mark.parametrize("make", PAGES, ids=lambda each: each.__name__)
def test_what_was_told_stays_when_a_later_question_fails(
    make: MakePage, make_desk: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = FakeServices()
    page = make(make_desk(services).context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.settled)
    before = fields(page)
    service, verb = PAGES[make]  # type: ignore[index]  # a class is what makes a page

    async def broken(*given: object) -> object:
        raise PlantError("nobody is there")

    monkeypatch.setattr(getattr(services, service), verb, broken)
    page.refresh()
    qtbot.waitUntil(lambda: "nobody is there" in words(page))
    assert before
    assert fields(page) == before
