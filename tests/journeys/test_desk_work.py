"""A day at the desk: by keys alone, by mouse, with a report beside, at many devices at once."""

from collections.abc import Coroutine, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtPrintSupport import QPrinter
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QTableView,
    QWidget,
)

from app.model.reading import DeviceId
from tests.fakes import hands
from tests.journeys.keys import (
    CTRL,
    at_every_turn,
    focused,
    go_by_palette,
    open_palette,
    tab_to,
)
from tests.journeys.quicksite import quick_site
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import NAME, Simulated, Site
from tests.journeys.test_screen_devices import choose_by_keys
from widgets.comparing.choice import ReferenceDialog
from widgets.comparing.comparison import ComparisonDialog
from widgets.devicelist.settingchange import SettingChange
from widgets.printing import Preview
from widgets.shell.usermenu import UserMenu

DEVICE, NAMED = DeviceId("ahornvej-14"), "Ahornvej 14"
OTHER, OTHER_NAMED = DeviceId("ahornvej-22"), "Ahornvej 22"
COMFORT, COMFORT_PNU = "Room temperature, comfort", 11180
SAVING, SAVING_PNU = "Room temperature, saving", 11181
REASON = "Reason, kept in the activity log"
A4_PT = (595.28, 841.89)
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("desk"), 2) as running:
        yield running


@pytest.fixture(scope="module")
def desk(site: Site) -> Iterator[Screen]:
    """One window for every journey here."""
    with screen_over(site) as made:
        made.until(lambda: len(made.rows("Devices")) == 2)
        yield made


@pytest.fixture
def controllers(site: Site) -> dict[str, Simulated]:
    """Both controllers with 20 °C for comfort and 17 °C for saving."""
    for each in site.simulators.values():
        each.say("fault clear")
        each.say(f"set {COMFORT_PNU} 200")
        each.say(f"set {SAVING_PNU} 170")
    return site.simulators


@pytest.fixture
def screen(desk: Screen, controllers: dict[str, Simulated]) -> Screen:
    """The window, both devices online, nothing staged."""
    desk.show_devices()
    desk.until(lambda: [row["State"] for row in desk.rows("Devices")] == ["Online"] * 2)
    return desk


def value_of(screen: Screen, name: str) -> str:
    row = screen.row("Settings", lambda row: row["Setting"] == name)
    return row["Value"] if row is not None else ""


def read_again(screen: Screen, comfort: str) -> None:
    screen.press("Read again")
    screen.until(lambda: value_of(screen, COMFORT) == comfort, what="the settings")


def told(screen: Screen, end: str) -> list[str]:
    """Return the boxes of review and results that end so."""
    return [name for each in screen.frames("") if (name := each.accessibleName()).endswith(end)]


def type_into(screen: Screen, setting: str, text: str) -> None:
    """Walk to a setting by the arrow keys, press F2, type and press Enter."""
    table = tab_to(screen, "Settings")
    assert isinstance(table, QTableView)
    names = [row["Setting"] for row in screen.rows("Settings")]
    wanted = names.index(setting)
    hands.key(table, Qt.Key.Key_Home, CTRL)
    while table.currentIndex().row() < wanted:
        before = table.currentIndex().row()
        hands.key(table, Qt.Key.Key_Down)
        assert table.currentIndex().row() > before
    hands.key(table, Qt.Key.Key_F2)
    field = focused()
    assert isinstance(field, QLineEdit)
    hands.key(field, Qt.Key.Key_A, CTRL)
    hands.type_text(field, text)
    hands.key(field, Qt.Key.Key_Return)


@pytest.mark.feature("BEYOND-17", "BEYOND-13")
def test_one_setting_is_confirmed_and_one_refused_by_keys_alone(
    screen: Screen, controllers: dict[str, Simulated]
) -> None:
    go_by_palette(screen, "ahornvej 14 settings")
    screen.until(lambda: screen.front_says(NAMED), what="the page by Ctrl+K")
    screen.until(lambda: value_of(screen, COMFORT) == "20.0", what="the settings")
    type_into(screen, SAVING, "99")
    screen.until(lambda: screen.says("is outside 5.0 … 40.0 °C. It will not be sent."))
    assert not screen.find(QAbstractButton, "Apply").isEnabled()
    hands.key(tab_to(screen, "Settings"), Qt.Key.Key_Z, CTRL)
    screen.until(lambda: not told(screen, f", {NAMED}"), what="the step back")
    type_into(screen, COMFORT, "22.5")
    screen.until(
        lambda: told(screen, NAMED) == [f"{COMFORT}: 20.0 → 22.5 °C, {NAMED}"],
        what="the change in review",
    )
    note = tab_to(screen, REASON)
    hands.type_text(note, "the school is cold")
    hands.key(tab_to(screen, "Apply 1 change"), Qt.Key.Key_Space)
    screen.until(lambda: told(screen, "20.0 → 22.5 °C, confirmed"), what="the confirmation")
    assert controllers[DEVICE].register(COMFORT_PNU) == 225


@pytest.mark.feature("BEYOND-17")
def test_ctrl_k_reaches_device_page_report_and_command(screen: Screen, site: Site) -> None:
    go_by_palette(screen, "ahornvej 22")
    screen.until(lambda: screen.front_says(OTHER_NAMED))
    go_by_palette(screen, "activity")
    screen.until(lambda: screen.front_says("Activity log"))
    dark = screen.window.context.theme.dark
    go_by_palette(screen, "day or night")
    assert screen.window.context.theme.dark is not dark
    go_by_palette(screen, "day or night")
    screen.joined.ask(_filed(screen, OTHER))
    palette = open_palette(screen)
    hands.type_text(palette, "commissioning report pdf")
    found = screen.find(QListWidget, "What was found")
    screen.until(lambda: found.count() > 0, what="the report filed just now")
    hands.key(palette, Qt.Key.Key_Return)
    screen.until(lambda: screen.front_says(OTHER_NAMED))
    screen.until(lambda: screen.rows("Documents"))
    go_by_palette(screen, "alarms")
    screen.until(lambda: screen.front_says("Alarms"))


def _filed(screen: Screen, device: DeviceId) -> Coroutine[object, object, object]:
    joined = screen.joined
    return joined.asked.reports.commissioning(joined.viewer, device, "en")


def choose_paper(screen: Screen, entry: str) -> None:
    """Choose the language of reports in the person's menu."""
    button = screen.seen(UserMenu)[0]
    menu = button.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    below = next(
        each for each in menu.findChildren(QMenu) if each.title() == "Language of reports"
    )
    next(act for act in below.actions() if act.text() == entry).trigger()


def filed(screen: Screen) -> list[dict[str, str]]:
    return [row for row in screen.rows("Documents") if row["Form"] == "PDF"]


def preview(screen: Screen) -> Preview:
    """Wait for the preview of a paper."""
    found: list[Preview] = []

    def look() -> bool:
        shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        found[:] = [each for each in shown if isinstance(each, Preview)]
        return bool(found)

    screen.until(look, what="the preview")
    return found[0]


@pytest.mark.feature("DC-05")
def test_the_commissioning_report_is_printed_in_french_from_the_screen(
    screen: Screen, site: Site, tmp_path: Path
) -> None:
    screen.open_device(NAMED)
    choose_paper(screen, "Français")
    screen.press("Commissioning report")
    screen.until(lambda: filed(screen), 60, what="the report")
    choose_paper(screen, "As the screen")
    assert filed(screen)[0]["By"] == NAME
    screen.click_cell("Documents", screen.rows("Documents").index(filed(screen)[0]),
                      "Document", twice=True)  # fmt: skip
    shown = preview(screen)
    pages = [page.extract_text() for page in PdfReader(pdf_of(site)).pages]
    assert shown.pages == len(pages) > 3
    assert shown.page.text() == f"Page 1 of {len(pages)}"
    screen.press("The page after", shown)
    assert shown.page.text() == f"Page 2 of {len(pages)}"
    assert shown.content == pdf_of(site).read_bytes()
    check_paper(site, pages)
    check_print(screen, shown, tmp_path / "printed.pdf")
    shown.close()


def pdf_of(site: Site) -> Path:
    (file,) = (site.folder / "documents" / DEVICE).glob("*.pdf")
    return file


def check_paper(site: Site, pages: list[str]) -> None:
    """A4, page n of m on each, heads repeated, French, a place to sign."""
    reader = PdfReader(pdf_of(site))
    for nth, (page, text) in enumerate(zip(reader.pages, pages, strict=True), 1):
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx(A4_PT, abs=0.5)
        plain = " ".join(text.split()).replace("| ", "")
        assert f"Page {nth} sur {len(pages)}" in plain, plain[-300:]
        assert "Rapport de mise en service" in plain
    whole = " ".join(" ".join(pages).split())
    for words in ("Zone", "Numéro de série", "Courbe de chauffe", "Signature"):
        assert words in whole, words
    with_head = [text for text in pages if "Réglage" in text and "Unité" in text]
    assert len(with_head) >= 2, "the table's head is repeated"


def check_print(screen: Screen, shown: Preview, file: Path) -> None:
    """What the printer gets is every page, and legible without colour."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(file))
    printer.setResolution(100)
    pages = shown.pages
    shown.print_with(printer)
    screen.until(lambda: printed(file) == pages, what="every page at the printer")
    picture = shown.document.render(1, QSize(595, 842))
    strong = [
        colour.lightness()
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
        if (colour := picture.pixelColor(x, y)).alpha() > 200
    ]
    assert min(strong) < 80, "ink"


def printed(file: Path) -> int:
    """Return how many pages a file has; 0 while it is written."""
    try:
        return len(PdfReader(file).pages)
    except (OSError, PyPdfError):
        return 0


def picking(words: str) -> AbstractContextManager[None]:
    """Choose the entry with these words in the dialog that asks for the other side."""

    def pick() -> bool:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ReferenceDialog):
            return False
        found = [
            item
            for at in range(dialog.list.count())
            if (item := dialog.list.item(at)) is not None and words in item.text()
        ]
        dialog.list.setCurrentItem(found[0])
        hands.key(dialog.list, Qt.Key.Key_Return)
        return True

    return at_every_turn(pick)


def dialog_of(screen: Screen, kind: type[QDialog]) -> QDialog:
    """Wait for a dialog of this kind."""

    def found() -> list[QDialog]:
        return [each for each in screen.window.findChildren(kind) if each.isVisible()]

    screen.until(found, what=kind.__name__)
    return found()[0]


def different(dialog: QWidget) -> list[str]:
    """Return the settings that a comparison shows as different."""
    assert isinstance(dialog, ComparisonDialog)
    return [row.spec.name for row in dialog.comparison.model.rows]


@pytest.mark.campaign
def test_what_differs_from_commissioning_day_is_found_and_set_back(
    screen: Screen, controllers: dict[str, Simulated]
) -> None:
    screen.joined.ask(_filed(screen, DEVICE))
    controllers[DEVICE].say(f"set {COMFORT_PNU} 215")
    screen.open_device(NAMED)
    screen.open_tab("Settings")
    read_again(screen, "21.5")
    with picking("Report of "):
        screen.press("Compare…")
        dialog = dialog_of(screen, ComparisonDialog)
    assert COMFORT in different(dialog)
    assert isinstance(dialog, ComparisonDialog)
    dialog.comparison.table.go_to(lambda row: row.spec.name == COMFORT)
    reported = next(
        row.there for row in dialog.comparison.model.rows if row.spec.name == COMFORT
    )
    screen.press("Stage the other side’s values here (1)", dialog)
    screen.press("Apply 1 change")
    screen.until(lambda: told(screen, f"21.5 → {reported:.1f} °C, confirmed"))
    assert reported is not None
    assert controllers[DEVICE].register(COMFORT_PNU) == round(reported * 10)


@pytest.mark.campaign
def test_settings_are_copied_to_another_device_and_confirmed_there(
    screen: Screen, controllers: dict[str, Simulated]
) -> None:
    controllers[OTHER].say(f"set {COMFORT_PNU} 190")
    screen.open_device(NAMED)
    screen.open_tab("Settings")
    read_again(screen, "20.0")
    with picking(OTHER_NAMED):
        screen.press("Copy to…")
        dialog = dialog_of(screen, ComparisonDialog)
    assert COMFORT in different(dialog)
    assert isinstance(dialog, ComparisonDialog)
    dialog.comparison.table.go_to(lambda row: row.spec.name == COMFORT)
    screen.press(f"Stage for {OTHER_NAMED} (1)", dialog)
    screen.press("Apply 1 change", dialog)
    screen.until(lambda: told(screen, "19.0 → 20.0 °C, confirmed"), what="the copy")
    assert controllers[OTHER].register(COMFORT_PNU) == 200
    assert controllers[DEVICE].register(COMFORT_PNU) == 200, "the pattern stays"
    screen.until(lambda: COMFORT not in different(dialog), what="both read again")
    dialog.reject()


def fates(change: SettingChange) -> list[str]:
    last = len(change.model.columns) - 1
    return [str(change.model.index(row, last).data()) for row in range(2)]


@pytest.mark.campaign
@pytest.mark.feature("BEYOND-13")
def test_one_setting_of_two_devices_is_changed_and_put_back(
    screen: Screen, controllers: dict[str, Simulated]
) -> None:
    choose_by_keys(screen, NAMED, OTHER_NAMED)
    screen.until(lambda: screen.says("2 selected"))
    screen.press("Change a setting…")
    change = dialog_of(screen, SettingChange)
    assert isinstance(change, SettingChange)
    screen.until(lambda: change.settings.list.count() > 0)
    hands.type_text(change.settings.search, str(COMFORT_PNU))
    pick_shown(change.settings.list)
    screen.until(lambda: not change.reading.under_way, what="both read")
    hands.type_text(change.value.line, "21.5")
    assert fates(change) == ["Ready to be sent."] * 2
    controllers[OTHER].say(f"set {COMFORT_PNU} 185")  # at its display, meanwhile
    screen.press("Change 2 devices", change)
    screen.until(lambda: change.summary.text() == "1 confirmed, 1 refused")
    refused = fates(change)[1]
    assert refused.startswith("refused: ")
    assert refused.endswith("it is 18.5 by now, not 20; look again")
    assert controllers[DEVICE].register(COMFORT_PNU) == 215
    assert controllers[OTHER].register(COMFORT_PNU) == 185
    screen.live(1.2)  # one setting is written once a second at most
    screen.press("Put the old values back (1)", change)
    assert controllers[DEVICE].register(COMFORT_PNU) == 215, "staged, not sent"
    screen.press("Change 1 device", change)
    screen.until(lambda: change.summary.text() == "1 confirmed")
    assert controllers[DEVICE].register(COMFORT_PNU) == 200
    change.reject()
    screen.table("Devices").clearSelection()


def pick_shown(found: QListWidget) -> None:
    """Choose the only entry that is not hidden."""
    items = [found.item(at) for at in range(found.count())]
    shown = [each for each in items if each is not None and not each.isHidden()]
    assert len(shown) == 1, [each.text() for each in shown]
    found.setCurrentItem(shown[0])
