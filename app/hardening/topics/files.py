"""Who else on this computer can read or change the files of the project."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from app.hardening.topic import Premises, Told, Topic
from app.model.hardening import Grade, said

_ADVICE = said("Take the right away from everybody but the user who runs Heatdesk.")


def look(premises: Premises) -> Iterator[Told]:
    """Look at the rights of the folder and of the files nobody else may read."""
    if sys.platform == "win32":
        yield Told(
            Grade.UNKNOWN,
            str(premises.root),
            said("Who else may read this folder is not looked at under Windows."),
            said("Look at its properties, Security: the user who runs Heatdesk is enough."),
        )
        return
    for place in (premises.root, *premises.private):
        yield from _looked_at(place, private=place is not premises.root)


def _looked_at(place: Path, *, private: bool) -> Iterator[Told]:
    try:
        mode = stat.S_IMODE(place.stat().st_mode)
    except FileNotFoundError:
        return
    except OSError as error:
        yield Told(
            Grade.UNKNOWN, str(place), said("It cannot be looked at: {error}"),
            values={"error": str(error)},
        )  # fmt: skip
        return
    values = {"mode": f"{mode:04o}"}
    if mode & 0o022:
        sentence = said("Other users of this computer can change it (mode {mode}).")
        yield Told(Grade.WEAK, str(place), sentence, _ADVICE, values)
    elif mode & 0o055:
        grade = Grade.WEAK if private else Grade.ADVICE
        sentence = said("Other users of this computer can read it (mode {mode}).")
        yield Told(grade, str(place), sentence, _ADVICE, values)
    else:
        sentence = said("Only its user can read it (mode {mode}).")
        yield Told(Grade.GOOD, str(place), sentence, values=values)


TOPIC = Topic("files", said("Files"), 60, look)
