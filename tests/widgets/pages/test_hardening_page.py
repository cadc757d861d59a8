"""The hardening page: every finding with its grade and advice, what is to mend, and paper."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.hardening.words import TO_MEND, advice_of, sentence_of
from app.model.hardening import Grade
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from widgets.pages.hardening import HardeningPage

MakeDesk = Callable[..., Desk]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> HardeningPage:
    made = HardeningPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(made.settled)
    return made


def words(page: HardeningPage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page)]


def test_every_finding_stands_there_with_its_advice(
    page: HardeningPage, services: FakeServices
) -> None:
    shown = words(page)
    for each in services.hardening.found:
        assert sentence_of(each, str) in shown
        assert not each.advice or advice_of(each, str) in shown
    weak = sum(each.grade is Grade.WEAK for each in services.hardening.found)
    assert any(text.startswith(f"Weak {weak} ·") for text in shown)


def test_only_what_is_to_mend_is_shown_when_wished(page: HardeningPage) -> None:
    page.switch.choose(1)
    assert page.shown()
    assert {each.grade for each in page.shown()} <= set(TO_MEND)
    kept = page.memory()
    page.switch.choose(0)
    assert {each.grade for each in page.shown()} - set(TO_MEND)
    page.recall(kept)
    assert {each.grade for each in page.shown()} <= set(TO_MEND)
    page.recall({"all": "nonsense"})


def test_looking_again_shows_what_was_mended(
    page: HardeningPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.hardening.found = [
        each for each in services.hardening.found if each.grade is Grade.GOOD
    ]
    page.refresh()
    qtbot.waitUntil(lambda: not any(text.startswith("Weak") for text in words(page)))


def test_what_cannot_be_looked_at_says_why_and_keeps_what_was_found(
    page: HardeningPage, services: FakeServices, qtbot: QtBot
) -> None:
    before = page.shown()
    services.hardening.fails = StoreBroken("the accounts cannot be used: disk I/O error")
    page.refresh()
    qtbot.waitUntil(lambda: page.notice.isVisibleTo(page))
    assert any("disk I/O error" in text for text in words(page))
    assert page.shown() == before


@pytest.mark.parametrize("end", ["pdf", "xlsx", "csv"])
def test_it_is_filed_whole_in_every_form(
    page: HardeningPage, qtbot: QtBot, tmp_path: Path, end: str
) -> None:
    page.switch.choose(1)  # a report is whole, whatever is shown
    file = tmp_path / f"report.{end}"
    page.export.write(file)
    qtbot.waitUntil(file.exists, timeout=30_000)
    if end == "csv":
        text = file.read_text("utf-8-sig")
        assert "8.8.8.8" in text
        assert "Good" in text
    else:
        assert file.stat().st_size > 1000


def test_nothing_is_pressed_in_vain(
    page: HardeningPage, services: FakeServices, qtbot: QtBot
) -> None:
    asked = services.hardening.asked
    click(page.again)
    qtbot.waitUntil(lambda: services.hardening.asked == asked + 1)
