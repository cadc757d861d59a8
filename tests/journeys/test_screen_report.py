"""The commissioning report from the button on the screen to the files in the binder."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from tests.journeys.quicksite import quick_site
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import NAME, Site

DEVICE, NAMED = "ahornvej-14", "Ahornvej 14"
COMFORT_PNU = 11180
pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with quick_site(tmp_path_factory.mktemp("report"), 1) as running:
        yield running


def filed(screen: Screen, form: str) -> list[dict[str, str]]:
    return [row for row in screen.rows("Documents") if row["Form"] == form]


def on_screen(screen: Screen) -> dict[int, float | str]:
    """Return the settings as the Settings tab shows them, by number."""
    return {
        int(row["ID"]): meant(row["Value"])
        for row in screen.rows("Settings")
        if row["Setting"] and row["ID"]
    }


def meant(text: str) -> float | str:
    """Return the number a text shows, else the text."""
    plain = text.replace("−", "-").replace("\u00a0", "")
    try:
        return float(plain)
    except ValueError:
        return text


def in_sheet(file: Path) -> dict[int, float | str]:
    """Return the settings of the printed sheet, by number."""
    book = openpyxl.load_workbook(file, read_only=True)
    heads, *rows = book["Settings"].iter_rows(values_only=True)
    number, value = heads.index("ID"), heads.index("Value")
    found = {int(str(row[number])): meant(str(row[value])) for row in rows}
    book.close()
    return found


@pytest.mark.feature("LM-47")
def test_one_press_files_pdf_and_sheet_with_every_setting_as_it_is_now(site: Site) -> None:
    site.simulators[DEVICE].say(f"set {COMFORT_PNU} 215")
    with screen_over(site) as screen:
        screen.open_device(NAMED)
        screen.until(lambda: screen.says("Online"))
        screen.press("Commissioning report")
        screen.until(lambda: filed(screen, "PDF") and filed(screen, "XLSX"), 60)
        for form in ("PDF", "XLSX"):
            (row,) = filed(screen, form)
            assert row["Kind"] == "Commissioning report"
            assert row["By"] == NAME
            assert row["Made"]
        screen.open_tab("Settings")
        screen.until(lambda: on_screen(screen).get(COMFORT_PNU) == 21.5)
        seen = on_screen(screen)

    folder = site.folder / "documents" / DEVICE
    (pdf,), (sheet,) = folder.glob("*.pdf"), folder.glob("*.xlsx")
    printed = in_sheet(sheet)
    assert len(printed) >= 148
    assert {number: printed[number] for number in seen if number in printed} == {
        number: value for number, value in seen.items() if number in printed
    }
    text = "\n".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert NAMED in text
    assert all(str(number) in text for number in printed)
    assert "21.5" in text
