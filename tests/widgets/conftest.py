"""The screen of these tests is drawn in memory, before a fake plant."""

import os
from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _english_figures() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


@pytest.fixture
def make_desk(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    """Return a maker of desks that are closed after the test."""
    made: list[Desk] = []

    def make(services: FakeServices | None = None, **more: object) -> Desk:
        desk = Desk(services, **more)  # type: ignore[arg-type]
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()
