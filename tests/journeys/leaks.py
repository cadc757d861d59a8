"""Secrets that are unmistakable, and eyes on every place a program may leave them in."""

import hashlib
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import psutil
from PyQt6.QtWidgets import QLineEdit, QWidget

from tests.fakes import hands
from tests.secretsearch import Hit, Looked, Searcher, Secret

LOOK_EVERY_S = 0.05
# Where what must not be typed is asked for; each is typed into by the campaign.
_MAKERS = ("secret=True", "EchoMode.Password")


def seed(name: str) -> Secret:
    """Return a secret nobody mistakes: quotes, signs, and letters nothing else holds."""
    core = hashlib.sha256(f"unmistakable {name}".encode()).hexdigest()
    word = "".join(letter.upper() if at % 3 else letter for at, letter in enumerate(core[:14]))
    return Secret(name, f'j"{word}" & {len(name)}/+ Qk', word)


def digits(name: str) -> Secret:
    """Return a PIN of as many digits as one may have."""
    number = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**11
    return Secret(name, f"{number:011}")


@dataclass(slots=True)
class Vault:
    """Every secret of a campaign, by name; the files it is told by lie apart."""

    folder: Path
    secrets: dict[str, Secret] = field(default_factory=dict)
    allowed: dict[str, Path] = field(default_factory=dict)  # name → the one place it lies

    def new(self, name: str) -> str:
        """Return a secret's text, made when it is asked for first."""
        return self.secrets.setdefault(name, seed(name)).text

    def pin(self, name: str) -> str:
        """Return a PIN."""
        return self.secrets.setdefault(name, digits(name)).text

    def keep(self, name: str, text: str) -> str:
        """Look for something the program made itself, too."""
        self.secrets[name] = Secret(name, text)
        return text

    def file(self, name: str) -> Path:
        """Return a file that holds a secret, outside of what is searched."""
        self.folder.mkdir(exist_ok=True, mode=0o700)
        made = self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:8]}.txt"
        made.write_text(self.secrets[name].text + "\n", encoding="utf-8")
        return made

    def search(self, *roots: Path) -> Looked:
        """Search all files but our own, and but what only its owner may read by design."""
        looked = Searcher(self.secrets.values()).look(
            roots, lambda file: self.folder in (file, *file.parents)
        )
        looked.hits = tuple(hit for hit in looked.hits if not self._is_home(hit))
        return looked

    def _is_home(self, hit: Hit) -> bool:
        home = self.allowed.get(hit.secret)
        if home is None or hit.place != str(home):
            return False
        return sys.platform == "win32" or not stat.S_IMODE(home.stat().st_mode) & 0o077


@dataclass(slots=True)
class Processes:
    """What every process that came from ours was called by, and had around it."""

    said: set[str] = field(default_factory=set)
    pids: set[int] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)  # what we put on a command line ourselves

    def told(self) -> set[str]:
        """Return what was said, without what has words of ours in it.

        Left out at the end: another thread adds to what was said meanwhile.
        """
        return {each for each in self.said if not any(word in each for word in self.ours)}

    def look(self) -> None:
        """Look at all there are now."""
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.Error, OSError):
                self.said.add(" ".join(each.cmdline()))
                self.said |= {f"{name}={value}" for name, value in each.environ().items()}
                self.pids.add(each.pid)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again until the block ends."""
        over = Event()

        def watch() -> None:
            while not over.wait(LOOK_EVERY_S):
                self.look()

        thread = Thread(target=watch, name="eyes on processes", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@dataclass(slots=True)
class Typist:
    """Types secrets into fields, and remembers whose fields they were."""

    typed: set[str] = field(default_factory=set)

    def type(self, control: QLineEdit, text: str) -> None:
        """Type into one field."""
        assert control.echoMode() is QLineEdit.EchoMode.Password
        control.clear()
        hands.type_text(control, text)
        assert control.text() == text
        self.typed.add(_owner(control))

    def fill(self, window: QWidget, *texts: str) -> None:
        """Type into all secret fields of a window in their order, the last text again."""
        fields = [
            each
            for each in window.findChildren(QLineEdit)
            if each.echoMode() is QLineEdit.EchoMode.Password
        ]
        assert len(fields) >= len(texts), window
        for at, each in enumerate(fields):
            self.type(each, texts[min(at, len(texts) - 1)])


def _owner(control: QWidget) -> str:
    """Return the module of the part of the screen a field belongs to."""
    widget: QWidget | None = control
    while widget is not None:
        module = type(widget).__module__
        shared = module.startswith("widgets.controls.") or module.endswith(".fields")
        if module.startswith("widgets.") and not shared:
            return module
        widget = widget.parentWidget()
    raise AssertionError("a field of nobody")


def fields_in_sources(root: Path) -> set[str]:
    """Return the modules of the screen that ask for a secret."""
    found = set()
    for file in (root / "widgets").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if any(each in text for each in _MAKERS) and file.name != "fields.py":
            found.add(".".join(file.relative_to(root).with_suffix("").parts))
    return found
