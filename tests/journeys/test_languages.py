"""Somebody works in Danish with a German report, and loses nothing by a change of language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from PyQt6.QtWidgets import QMenu, QPushButton

from app.model.reading import DeviceId
from tests.journeys.quicksite import quick_site
from tests.journeys.seated import Seated, seated
from tests.journeys.smallsite import Site
from widgets.devicetabs.settings import SettingsTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Show
from widgets.shell.usermenu import UserMenu

NAME = "Ahornvej 14"
pytestmark = [pytest.mark.timeout(120), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("languages"), 1) as running:
        yield running


class Person(Seated):
    """Somebody whose window follows the language they choose."""

    def choose(self, menu_name: str, entry: str) -> None:
        """Open the menu of the person, then one of its menus, and choose an entry."""
        button = self.seen(UserMenu)[0]
        menu = button.menu()
        assert menu is not None
        menu.aboutToShow.emit()
        below = next(each for each in menu.findChildren(QMenu) if each.title() == menu_name)
        next(act for act in below.actions() if act.text() == entry).trigger()
        self.window = self.sitting.window

    def settings(self) -> SettingsTab:
        page = self.window.front
        assert isinstance(page, DevicePage)
        self.until(lambda: page.settled() and isinstance(page.tab, SettingsTab))
        tab = page.tab
        assert isinstance(tab, SettingsTab)
        self.until(lambda: tab.is_ready)
        return tab


@pytest.fixture
def person(site: Site) -> Iterator[Person]:
    with seated(site, Person) as made:
        yield made


@pytest.mark.feature("LM-09")
def test_the_language_changes_live_and_what_was_staged_is_still_staged(person: Person) -> None:
    person.open_device(NAME)
    person.open_tab("Settings")
    person.settings().recall({"staged": [["c1_room_comfort", "22"]]})
    person.choose("Language", "Dansk")
    tab = person.settings()
    person.until(
        lambda: [each.text for each in tab.staging] == ["22"], what="the staged change"
    )
    assert person.says("Gennemse ændringer")
    assert not person.says("Review changes")
    person.until(lambda: tab.staging.ready, what="the value read again")
    person.choose("Sprog", "Français")
    assert [each.text for each in person.settings().staging] == ["22"]
    assert person.says("Vérifier les modifications")
    person.choose("Langue", "English")
    tab = person.settings()
    assert person.says("Review changes")
    tab.staging.clear()


@pytest.mark.feature("LM-09")
def test_the_choice_is_found_again_by_the_same_person(person: Person, site: Site) -> None:
    person.choose("Language", "Deutsch")
    person.find(QPushButton, "Anlage")
    with seated(site, Person) as again:
        again.find(QPushButton, "Anlage")
        again.choose("Sprache", "English")


@pytest.mark.feature("LM-09", "LM-47")
def test_a_report_is_printed_in_another_language_than_the_screen_s(
    person: Person, site: Site
) -> None:
    person.choose("Language", "Dansk")
    person.choose("Rapporternes sprog", "Deutsch")
    person.window.show_page(Show("device", DeviceId("ahornvej-14"), part="documents"))
    person.press("Idriftsættelsesrapport")
    person.until(lambda: pdfs(site), what="the report")
    person.until(
        lambda: "Inbetriebnahmeprotokoll" in text_of(pdfs(site)[0]), what="German words"
    )
    assert "Heizkurve" in text_of(pdfs(site)[0])
    person.choose("Rapporternes sprog", "Som skærmen")
    person.choose("Sprog", "English")


def pdfs(site: Site) -> list[Path]:
    return sorted((site.folder / "documents").rglob("*.pdf"))


def text_of(file: Path) -> str:
    try:
        return "\n".join(page.extract_text() for page in PdfReader(file).pages)
    except (OSError, ValueError):
        return ""
