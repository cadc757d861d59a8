"""What stands in a backup besides the files: which there are, and the sum of each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.errors import BadInput, StoreBroken
from app.users.privatefile import replace_file
from app.words import _

NAME = "backup.json"
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup."""

    name: str  # its place in the project: "history/2026.sqlite"
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    program: str  # the version that made it
    project: str  # its identity
    made_at: datetime
    sealed: bool  # its secrets open with the passphrase of the backup
    server: str  # where the databases lay; "" for the folder
    revisions: Mapping[str, str]  # of each database; "history": the layout of its files
    parts: Sequence[Part]

    def text(self) -> str:
        """Return it as JSON."""
        kept = asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(kept, indent=1, sort_keys=True)


def read_manifest(text: bytes, place: object) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        BadInput: A newer Heatdesk made it.
        StoreBroken: It cannot be understood.
    """
    try:
        kept: dict[str, Any] = json.loads(text)
        made_by, number = str(kept.get("program", "")), int(kept["format"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(place, error) from error
    if number > FORMAT:
        raise BadInput(
            _(
                "{file} was made by a newer Heatdesk ({program}, backup format {found}; this "
                "program knows {known}): restore it with that version"
            ).format(file=place, program=made_by, found=number, known=FORMAT)
        )
    try:
        return Manifest(
            number,
            made_by,
            str(kept["project"]),
            datetime.fromisoformat(kept["made_at"]),
            bool(kept["sealed"]),
            str(kept["server"]),
            {str(name): str(each) for name, each in kept["revisions"].items()},
            tuple(
                Part(str(each["name"]), int(each["size_bytes"]), str(each["sha256"]))
                for each in kept["parts"]
            ),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(place, error) from error


def part_of(name: str, file: Path) -> Part:
    """Return a file as a part; raises `OSError`."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return Part(name, size, digest.hexdigest())


def renew_manifest(root: Path) -> None:
    """Write the sums of an unpacked backup anew, after something was taken out of it.

    Raises `OSError`, and `StoreBroken` for one that cannot be understood.
    """
    file = root / NAME
    manifest = read_manifest(file.read_bytes(), file)
    parts = [
        part_of(each.relative_to(root).as_posix(), each)
        for each in sorted(root.rglob("*"))
        if each.is_file() and each != file
    ]
    replace_file(file, replace(manifest, parts=parts).text().encode())


def _damaged(place: object, error: Exception) -> StoreBroken:
    return StoreBroken(
        _("{file}: its list of parts is damaged ({error})").format(file=place, error=error)
    )
