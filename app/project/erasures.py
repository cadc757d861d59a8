"""What was erased of whom, kept without a name, so that it stays erased.

The list lies twice: in the project's folder, and in the private folder of the user who
runs it, which no older copy of the project overwrites. Beside it stands how every file
of the project looked when it was last closed: a file that looks otherwise when it is
opened again was put there by somebody, and is gone through once more.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.database import told
from app.errors import StoreBroken
from app.model.customer import AskedBy, ErasureProof
from app.project.callname import CallName
from app.project.folder import ProjectFolder
from app.users.privatefile import replace_file, write_private
from app.words import _

_NAME = "erasures.json"
_OURS = frozenset({_NAME, "lock", "lock.guard", "secrets.bin", "audit.head", "project.toml"})


@dataclass(frozen=True, slots=True)
class ErasedMeter:
    """A meter and the period whose readings went; of the indexes the months' first stay."""

    meter: str
    since: datetime
    until: datetime
    indexes: tuple[str, ...] = ()  # points


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Whose data are erased wherever they turn up: ids, periods and digests, never a name."""

    id: str
    at: datetime
    customer: str
    zone: str  # in which months begin
    meters: tuple[ErasedMeter, ...]
    names: tuple[CallName, ...]
    proof: ErasureProof | None = None  # once it was carried out

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), default=_plain, sort_keys=True)


@dataclass(slots=True)
class Erasures:
    """The list of a project in its two places; methods block, any thread."""

    folder: ProjectFolder
    private: Path  # the user's own data folder
    project: str  # its identity
    looked: bool = False  # what came back was erased again since it was opened

    def all(self) -> list[Tombstone]:
        """Return every tombstone that either place knows, the oldest first."""
        found: dict[str, Tombstone] = {}
        for file in (self._file, self._own_file):
            for stone in read_list(file):
                if stone.id not in found or stone.proof is not None:
                    found[stone.id] = stone
        return sorted(found.values(), key=lambda stone: (stone.at, stone.id))

    def known_here(self) -> set[str]:
        """Return the ids that the project's own folder knows: fewer after an old copy came."""
        return {stone.id for stone in read_list(self._file)}

    def key(self) -> bytes | None:
        """Return the key of the digests as the private place keeps it."""
        text = _read(self._own_file).get("key")
        try:
            return bytes.fromhex(text) if isinstance(text, str) else None
        except ValueError as error:
            raise _rotten(self._own_file, error) from error

    def keep(self, stones: Iterable[Tombstone], key: bytes) -> None:
        """Keep these beside what is kept; on return they are on the disk."""
        known = {stone.id: stone for stone in [*self.all(), *stones]}
        listed = [json.loads(stone.text()) for stone in known.values()]
        stamps = _stamps(self._file)
        own = {"key": key.hex(), "tombstones": listed}
        with told(self._file):
            write_private(self._own_file, json.dumps(own, indent=1).encode())
            whole = {"tombstones": listed, "stamps": stamps}
            replace_file(self._file, json.dumps(whole, indent=1).encode())

    def changed(self) -> list[Path]:
        """Return the files that do not look as when the project was closed last."""
        stamps = _stamps(self._file)
        return [
            path
            for path in files_of(self.folder.root)
            if stamps.get(_inside(self.folder.root, path)) != _stamp(path)
        ]

    def close(self) -> None:
        """Note how the files look now; only who owns the project, when all else is closed.

        Does nothing unless they were looked through: never raises.
        """
        if not self.looked:
            return
        root = self.folder.root
        with suppress(OSError, StoreBroken):  # then all is gone through again: no harm
            kept = _read(self._file)
            if kept.get("tombstones"):
                kept["stamps"] = {_inside(root, path): _stamp(path) for path in files_of(root)}
                replace_file(self._file, json.dumps(kept, indent=1).encode())

    @property
    def files(self) -> tuple[Path, Path]:
        """The list in the project's folder, and the user's own."""
        return self._file, self._own_file

    @property
    def _file(self) -> Path:
        return self.folder.root / _NAME

    @property
    def _own_file(self) -> Path:
        return self.private / "erasures" / f"{self.project}.json"


def files_of(root: Path) -> list[Path]:
    """Return every file of a project that may hold a name; not links that lead elsewhere."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not (path.parent == root and path.name in _OURS)
        and not path.name.endswith(("-wal", "-shm", "-journal"))
    )


def read_list(file: Path) -> list[Tombstone]:
    """Return the tombstones of one list; `StoreBroken` with a way out for a rotten one."""
    listed = _read(file).get("tombstones", [])
    if not isinstance(listed, list):
        raise _rotten(file, "tombstones")
    try:
        return [read_tombstone(each) for each in listed]
    except StoreBroken as error:
        raise _rotten(file, error) from error


def read_tombstone(kept: Mapping[str, Any]) -> Tombstone:
    """Return a tombstone from its JSON; `StoreBroken` for what is none."""
    try:
        return Tombstone(
            str(kept["id"]),
            datetime.fromisoformat(kept["at"]),
            str(kept["customer"]),
            str(kept["zone"]),
            tuple(_meter(each) for each in kept["meters"]),
            tuple(CallName(**each) for each in kept["names"]),
            read_proof(kept["proof"]) if kept.get("proof") else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreBroken(f"the list of what was erased cannot be read: {error}") from error


def read_proof(kept: Mapping[str, Any]) -> ErasureProof:
    """Return a proof from its JSON."""
    given = dict(kept)
    given["at"] = datetime.fromisoformat(given["at"])
    given["asked_by"] = AskedBy(given["asked_by"])
    given["left"], given["exports"] = tuple(given["left"]), tuple(given["exports"])
    return ErasureProof(**given)


def _meter(kept: Mapping[str, Any]) -> ErasedMeter:
    return ErasedMeter(
        str(kept["meter"]),
        datetime.fromisoformat(kept["since"]),
        datetime.fromisoformat(kept["until"]),
        tuple(map(str, kept["indexes"])),
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, AskedBy):
        return value.value
    raise TypeError(f"{value!r} cannot be kept")


def _read(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreBroken(f"{file} cannot be read: {error}") from error
    except ValueError as error:
        raise _rotten(file, error) from error
    if not isinstance(kept, dict):
        raise _rotten(file, type(kept).__name__)
    return kept


def _rotten(file: Path, what: object) -> StoreBroken:
    """Return what to tell of a list that is none: it lies elsewhere, too."""
    return StoreBroken(
        _(
            "{file} is damaged and tells no longer what was erased ({what}). Put it back from "
            "your own backup; without one, move it away and open the project again: what was "
            "erased is known from the project’s database and this computer’s own list, and the "
            "list is written anew."
        ).format(file=file, what=what)
    )


def _stamps(file: Path) -> Mapping[str, Any]:
    """Return how files looked; what cannot be understood is none: all are gone through."""
    kept = _read(file).get("stamps", {})
    return kept if isinstance(kept, dict) else {}


def _inside(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _stamp(path: Path) -> list[int]:
    looks = path.stat()
    return [looks.st_size, looks.st_mtime_ns]
