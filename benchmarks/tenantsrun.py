"""One workstation that goes from project to project: a process of ``benchmarks.tenants``."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QApplication

from app.compose.desktop import application
from app.compose.joining import join
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess
from app.compose.welcome import welcome
from benchmarks.largeplant import LARGE, LOGIN, WORD, use_feed
from benchmarks.largerun import all_answered
from benchmarks.offscreen import offscreen
from benchmarks.watch import Watch
from widgets.dashboard.tiles.keyfigure import KeyFigureTile
from widgets.shell.window import MainWindow
from widgets.welcome.context import OpenProject

ROUNDS = 3
_LOOK_EVERY_MS = 5
_LONGEST_S = 900.0
# s: without and with standing in line for a processor, by the project gone to
Ways = dict[str, list[tuple[float, float]]]


class Commuter(QObject):
    """Goes from one project to the other as soon as each shows values; measures the way."""

    def __init__(self, large: Path, small: Path) -> None:
        super().__init__()
        ways = (
            OpenProject(large, "large", LOGIN, WORD),
            OpenProject(small, "small", LOGIN, WORD),
        )
        self._ways = [ways[nth % 2] for nth in range(2 * ROUNDS + 1)]
        self._watch: Watch | None = None
        self.ways: dict[str, list[tuple[float, float]]] = {"large": [], "small": []}
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_EVERY_MS)

    def set_out(self) -> OpenProject:
        """Return where to begin."""
        return self._ways.pop(0)

    def look(self) -> None:
        """Go on once the page in front shows values and every device has answered."""
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.isVisible():
                self._look_at(window)

    def _look_at(self, window: MainWindow) -> None:
        if not window.property("seen"):
            if not _shows_values(window):
                return
            window.repaint()
            window.setProperty("seen", True)
            if self._watch is not None:
                took_s = (self._watch.own_ms() / 1000, self._watch.whole_ms() / 1000)
                name = (
                    "large" if len(window.context.directory.views) == LARGE.devices else "small"
                )
                self.ways[name].append(took_s)
        elif all_answered(window):
            self._go_on(window)

    def _go_on(self, window: MainWindow) -> None:
        self._timer.stop()
        if not self._ways:
            window.close()
            return
        way = self._ways.pop(0)

        def go() -> None:
            self._watch = Watch()
            self._timer.start()
            window.leave_for_another(way)

        QTimer.singleShot(0, go)


def _shows_values(window: MainWindow) -> bool:
    """Whether the first page misses nothing and its key figures are figures."""
    page = window.front
    if page is None or not window.context.directory.is_listed or not page.settled():
        return False
    return any(tile.figure.isEnabled() for tile in page.findChildren(KeyFigureTile))


def commute(large: Path, small: Path) -> Ways:
    """Go to and fro; the cores run here, or wherever they run already."""
    use_feed()
    app = application()
    commuter = Commuter(large, small)
    code = welcome(choice=commuter.set_out())
    app.processEvents()
    if code:
        raise RuntimeError(f"the desktop ended with {code}")
    return commuter.ways


def serve(folder: Path) -> None:
    """Run a project's core as a service until the parent ends it."""
    use_feed()
    with join(folder, LOGIN, WORD, own=True):
        sys.stdout.write("up\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def served(folders: Sequence[Path]) -> Iterator[None]:
    """Run the cores of some projects in processes of their own."""
    with ExitStack() as ending:
        for folder in folders:
            child = ChildProcess(on_leash(__name__, ["serve", str(folder)]))
            ending.callback(child.stop)
            child.first_line()
        yield


def commuted(large: Path, small: Path) -> Ways:
    """Measure in a process of its own, without a display."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, "commute", str(large), str(small)],
        env=offscreen(),
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    told: Ways = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Serve a project, or go to and fro and print one line of JSON."""
    act, *folders = sys.argv[1:]
    places = [Path(each) for each in folders]
    if act == "serve":
        serve(places[0])
    else:
        sys.stdout.write(json.dumps(commute(*places)) + "\n")


if __name__ == "__main__":
    main()
