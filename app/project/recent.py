"""Which projects this person opened lately on this computer, newest first."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.project.folder import is_project
from app.project.names import is_reserved
from app.users.privatefile import replace_file

MOST = 20  # older ones are forgotten
MOST_PEOPLE = 8  # of one project: who came in longer ago types the login again
FILE_NAME = "projects.json"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who came into a project from this computer."""

    login: str
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Recent:
    """A project that was open once."""

    root: Path
    title: str
    opened_at: datetime  # UTC
    people: tuple[Known, ...] = ()  # newest first

    def known(self, login: str = "") -> Known | None:
        """Return somebody who was here: by their login, else who came last."""
        same = (each for each in self.people if each.login == login)
        return next(same, None) or next(iter(self.people), None)

    @property
    def is_there(self) -> bool:
        """Whether it can still be found where it was."""
        try:
            return is_project(self.root)
        except OSError:
            return False  # such as a share that is out of reach


class RecentProjects:
    """The list as a file of the person's own; a file nobody can read is an empty list."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> Sequence[Recent]:
        """Return what was opened, newest first."""
        return tuple(self._read())

    def last(self) -> Recent | None:
        """Return the project opened last; None when there is none, or it was put away."""
        return next(self._read(), None)

    def note(self, root: Path, title: str, at: datetime, person: Known | None = None) -> None:
        """Put a project first in the list; raises `OSError` when nothing can be written.

        ``person`` came in; their login is proposed the next time.
        """
        place, kept = root.resolve(), list(self._read())
        others = [each for each in kept if each.root != place]
        people = [who for each in kept if each.root == place for who in each.people]
        if person is not None:
            people = [person, *(who for who in people if who.login != person.login)]
        self._write([Recent(place, title, at, tuple(people[:MOST_PEOPLE])), *others][:MOST])

    def forget(self, root: Path) -> None:
        """Take a project off the list; the project itself stays as it is."""
        self._write([each for each in self._read() if each.root != root])

    def _read(self) -> Iterator[Recent]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            for each in kept["projects"]:
                opened_at = datetime.fromisoformat(each["opened_at"]).astimezone(UTC)
                people = tuple(_people(each.get("people", [])))
                yield Recent(Path(each["root"]), str(each["title"]), opened_at, people)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return

    def _write(self, recents: Sequence[Recent]) -> None:
        text = {
            "projects": [
                {
                    "root": str(each.root),
                    "title": each.title,
                    "opened_at": each.opened_at.isoformat(timespec="seconds"),
                    "people": [
                        {"login": who.login, "guest": who.is_guest} for who in each.people
                    ],
                }
                for each in recents
            ]
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._file, json.dumps(text, ensure_ascii=False, indent=1).encode())


def _people(kept: Iterable[Mapping[str, object]]) -> Iterator[Known]:
    for each in kept:
        yield Known(str(each["login"]), each.get("guest") is True)


def free_place(folder: Path, name: str, *, taken: Callable[[Path], bool] = Path.exists) -> Path:
    """Return a folder for a project called ``name`` that is not there yet.

    The name is kept as people write it; only what some disk forbids is left out.
    """
    forbidden = '<>:"/\\|?*'
    kept = "".join(" " if each in forbidden or ord(each) < ord(" ") else each for each in name)
    plain = " ".join(kept.split()).strip(" .")[:60].rstrip(" .") or "Heatdesk"
    if is_reserved(plain):
        plain = f"{plain} plant"
    number, place = 2, folder / plain
    while taken(place):
        place, number = folder / f"{plain} {number}", number + 1
    return place
