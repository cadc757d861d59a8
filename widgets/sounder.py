"""Makes an alarm heard: the port, and the loudspeaker of this computer."""

import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from typing import Protocol

from PyQt6.QtWidgets import QApplication

# What plays a sound on Linux desktops, by the sound system that is running.
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))


class Sounder(Protocol):
    """Plays the sound of an alarm once."""

    def play(self, priority: int) -> None:
        """Play the sound of a priority, 1 (highest) to 4, and return at once."""
        ...


class Loudspeaker:
    """Plays by what the system brings; a bell where it brings nothing (GUI thread)."""

    def __init__(self) -> None:
        found = ((shutil.which(each[0]), each[1:]) for each in _PLAYERS)
        self._player = next(([path, *more] for path, more in found if path), None)
        self._playing: subprocess.Popen[bytes] | None = None

    def play(self, priority: int) -> None:
        """Play the sound of a priority; one that still sounds is not started again."""
        name = f"alarm-{min(max(priority, 1), 4)}.wav"
        with as_file(files("resources.sounds") / name) as file:
            if sys.platform == "win32":
                import winsound

                winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC)
            elif self._player is None:
                QApplication.beep()
            elif self._playing is None or self._playing.poll() is not None:
                try:
                    self._playing = subprocess.Popen(  # noqa: S603 - a player and our own file
                        [*self._player, str(file)],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                except OSError:
                    QApplication.beep()
