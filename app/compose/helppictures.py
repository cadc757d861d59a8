"""Makes the help's pictures anew from the product itself, in every language it speaks."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from app.compose.core import utc_now
from app.compose.demo import password_of
from app.compose.demoplant import DEMO_LOGIN
from app.compose.joining import Joined, join
from app.compose.picture import DEVICE_PAGE
from app.corethread import CoreThread
from app.errors import BadInput
from app.model.counter import INDEX_ROLES
from app.model.reading import DeviceId, PointId, point_id, split_point
from app.project.recent import Recent, RecentProjects
from app.words import LANGUAGES

if TYPE_CHECKING:
    from PyQt6.QtGui import QImage

    from widgets.pagetype import Show

SIZE, _ABOUT_SIZE = (1280, 800), (1040, 720)
WELCOME, PAPER, ABOUT = "welcome.png", "paper.png", "about.png"
_ALONE = (WELCOME, PAPER, ABOUT)  # pictures of no page of the desk
_DRAWN_S = 2.0
_COMPARED = 5  # values that stand in a comparison
_TREND_OF = "s3"  # the flow temperature of the demo's first device
_INKS = 256  # a palette: a third of the size, and nothing of a page is lost


class _Shown(Recent):
    """A project that is drawn as if it were there."""

    is_there = True


class _Sample(RecentProjects):
    """A list as it might stand in a control room."""

    def all(self) -> Sequence[Recent]:
        now, folder = utc_now(), Path("Heatdesk")
        return (
            _Shown(folder / "Østerby", "Østerby Fjernvarme", now - timedelta(minutes=20)),
            _Shown(folder / "Nordby", "Nordby Varmeværk", now - timedelta(days=2)),
        )


def take_pictures(project: Path, place: Path, names: Sequence[str] = ()) -> list[Path]:
    """Write the help's pictures to ``place``, a folder a language; return the files.

    ``project`` is a demo, best one that ran for some hours; ``names`` are the pictures
    wanted, all when there are none. GUI thread.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.compose.desktop import application
    from widgets.speech import speak

    app, made = application(), list[Path]()
    wanted = [each for each in picture_names() if not names or each in names]
    with join(project, DEMO_LOGIN, password_of(project)) as joined:
        joined.wait_for_answers()
        for code in LANGUAGES:
            speak(code)
            pictures = [*_pages(joined, wanted), *(_welcome() if WELCOME in wanted else ())]
            pictures += _paper(joined, code) if PAPER in wanted else ()
            pictures += _about(joined) if ABOUT in wanted else ()
            made += [_save(image, place / code / name) for name, image in pictures]
            app.processEvents()
    speak("en")
    return made


def picture_names() -> list[str]:
    """Return the names of the pictures that the help shows."""
    from widgets.help.book import page_of, pictures_in, topics

    return sorted({name for topic in topics() for name in pictures_in(page_of(topic, "en"))})


def _pages(joined: Joined, wanted: Sequence[str]) -> Iterator[tuple[str, "QImage"]]:
    from app.compose.desktop import make_window, put_away
    from widgets.shot import shot
    from widgets.theme import Look

    devices = [each.config.id for each in joined.ask(joined.asked.plant.devices(joined.viewer))]
    each_first = (found for device in devices for found in _indexes(joined, device)[:1])
    indexes = list(islice(each_first, _COMPARED))
    for name in wanted:
        if name in _ALONE:
            continue
        window = make_window(joined, Look("day"), simulated=True)
        pictures = [shot(window, show, SIZE) for show in _shows(name, devices[0], indexes)]
        yield name, pictures[-1]
        window.close()
        put_away(window, joined)


def _indexes(joined: Joined, device: DeviceId) -> list[PointId]:
    points = joined.ask(joined.asked.plant.device(joined.viewer, device)).points
    return [point_id(device, each.key) for each in points if each.role in INDEX_ROLES]


def _shows(name: str, device: DeviceId, indexes: Sequence[PointId]) -> list["Show"]:
    """Return what brings a page up, one after the other; the last one is pictured."""
    from widgets.pagetype import Show

    page, _dash, part = name.removesuffix(".png").partition("-")
    if page == "comparison":
        return [Show(page, point=each) for each in indexes] or [Show(page)]
    if part == "consumption" and indexes:
        return [Show(page, split_point(indexes[0])[0], part=part)]
    if page == DEVICE_PAGE:
        return [Show(page, device, part=part)]
    if page == "trend":  # what the point is called is asked first
        return [Show(page, point=point_id(device, _TREND_OF))] * 2
    return [Show(page, part=part)]


def _paper(joined: Joined, language: str) -> Iterator[tuple[str, "QImage"]]:
    """Show a commissioning report made now, as whoever prints it sees it first."""
    from app.compose.desktop import make_window, put_away
    from widgets.printing import Preview
    from widgets.theme import Look

    device = joined.ask(joined.asked.plant.devices(joined.viewer))[0].config
    work = joined.asked.reports.commissioning(joined.viewer, device.id, language)
    report = next(each for each in joined.ask(work) if each.path.suffix == ".pdf")
    window = make_window(joined, Look("day"), simulated=True)
    preview = Preview(window.context, report.title, report.path.read_bytes(), window)
    preview.resize(*SIZE)
    preview.show()
    _let_live()
    yield PAPER, preview.grab().toImage()
    preview.close()
    window.close()
    put_away(window, joined)


def _about(joined: Joined) -> Iterator[tuple[str, "QImage"]]:
    """Show what tells which program runs here; the computer is nobody's in particular."""
    from app.compose.desktop import make_window, put_away
    from app.words import _
    from widgets.controls.facts import Facts
    from widgets.theme import Look

    window = make_window(joined, Look("day"), simulated=True)
    dialog = window.guide.about()
    dialog.resize(*_ABOUT_SIZE)
    for facts in dialog.findChildren(Facts)[:1]:
        facts.tell(_("Operating system"), "Linux")
    _let_live()
    yield ABOUT, dialog.grab().toImage()
    dialog.close()
    window.close()
    put_away(window, joined)


def _let_live() -> None:
    """Give time to what is drawn or asked aside and tells nobody when it is over."""
    from app.compose.desktop import application

    ends = time.monotonic() + _DRAWN_S
    while time.monotonic() < ends:
        application().processEvents()
        time.sleep(0.01)


def _welcome() -> Iterator[tuple[str, "QImage"]]:
    from app.compose.desktop import application
    from widgets.asking import Asking
    from widgets.theme import Look
    from widgets.welcome.context import WelcomeContext
    from widgets.welcome.window import WelcomeWindow

    thread = CoreThread()
    thread.start()
    with TemporaryDirectory() as aside:
        recents = _Sample(Path(aside) / "projects.json")
        zone, folder = "Europe/Copenhagen", Path(aside)
        asking, look = Asking(thread), Look("day")
        window = WelcomeWindow(WelcomeContext(look, asking, recents, folder, zone, utc_now))
        window.show()
        application().processEvents()
        yield WELCOME, window.grab().toImage()
        window.close()
        window.deleteLater()
        asking.close()
    thread.stop()


def _save(image: "QImage", file: Path) -> Path:
    """Write a picture with few colours, small enough to lie with the program."""
    import numpy as np
    from PyQt6.QtCore import Qt
    from PyQt6.QtGui import QImage

    whole = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = whole.constBits()
    if bits is None:
        raise BadInput(f"{file}: there is nothing to be seen")
    inks = np.frombuffer(bits.asstring(whole.sizeInBytes()), dtype=np.uint32)
    each, how_often = np.unique(inks, return_counts=True)
    table = [int(ink) for ink in each[np.argsort(how_often)[::-1]][:_INKS]]
    few = whole.convertToFormat(
        QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.ThresholdDither
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    if not few.save(str(file), "PNG", 0):
        raise BadInput(f"{file}: cannot be written")
    return file


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; the arguments are the project and the pictures wanted."""
    if not arguments:
        sys.stderr.write("usage: python3 dev.py pictures PROJECT [PICTURE…]\n")
        return 2
    import resources

    place = Path(resources.__file__).parent / "help" / "pictures"
    for file in take_pictures(Path(arguments[0]), place, arguments[1:]):
        sys.stdout.write(f"{file.parent.name}/{file.name} {file.stat().st_size // 1024} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
