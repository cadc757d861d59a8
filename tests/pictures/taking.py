"""Takes the pictures of one scale: started as a process, writes into a folder."""

import gc
import sys
from pathlib import Path

from PyQt6.QtCore import QLocale
from PyQt6.QtWidgets import QApplication

from tests.pictures.golden import LOOKS, SIZE, Look, keep
from tests.pictures.stage import places, staged
from widgets.shot import shot


def take(out: Path, scale: int, wanted: set[str], names: set[str], work: int) -> None:
    """Picture every page, or those wanted, in every look of that scale."""
    for look in LOOKS:
        if look.scale == scale and (not names or look.name in names):
            _take(out, look, wanted, work)


def _take(out: Path, look: Look, wanted: set[str], work: int) -> None:
    with staged(look.language, look.theme, SIZE) as stage:
        shot(stage.window, places()[0].show(stage.device), SIZE)  # the first has the keys
        for place in places():
            if wanted and str(place) not in wanted:
                continue
            for page in tuple(stage.window.pages):
                stage.window.places.remove(page)  # each stands alone, whatever came before
            picture = shot(stage.window, place.show(stage.device), SIZE)
            keep(picture, out / f"{place}-{look.name}.webp", work)


def main() -> None:
    """Read what is wanted from the command line."""
    gc.disable()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    out, scale, wanted, names, work = sys.argv[1:6]
    only, looks = (set(filter(None, each.split(","))) for each in (wanted, names))
    take(Path(out), int(scale), only, looks, int(work))


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])  # outlives every widget
    application.setCursorFlashTime(0)
    main()
