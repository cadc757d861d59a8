"""The project's own device profiles and diagrams: plain files, each change a version."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from app.database import told
from app.errors import BadInput, StoreBroken, missing
from app.model.version import FILES, Thing, ThingKind, ThingVersion
from app.profiles.loader import load_all
from app.project.archive import Archive
from app.project.folder import ProjectFolder
from app.project.names import is_reserved
from app.users.privatefile import replace_file
from app.words import _

_log = logging.getLogger(__name__)
ENDINGS: Mapping[ThingKind, str] = {ThingKind.PROFILE: ".yaml", ThingKind.DIAGRAM: ".json"}
LARGEST = 2_000_000  # characters of a file
LONGEST_NAME = 120


class OwnFiles:
    """Profiles and diagrams in the project's folder; methods block, any thread.

    All raise `StoreBroken` when a file or the database cannot be used.
    """

    def __init__(self, folder: ProjectFolder, archive: Archive) -> None:
        self._folder, self._archive = folder, archive

    def look(self) -> None:
        """Note every file as it is now: people put them there by hand, too."""
        for kind in FILES:
            known = set(self._archive.stories(kind))
            there = {each.name for each in self._place(kind).glob(f"*{ENDINGS[kind]}")}
            for name in sorted(known | there):
                self._archive.found(Thing(kind, name), self._text(kind, name))

    def versions(self, thing: Thing) -> list[ThingVersion]:
        """Return the versions of a file, newest first; `BadInput` for what never was."""
        require_name(thing)
        self._archive.found(thing, self._text(thing.kind, thing.id))
        found = self._archive.versions(thing)
        if not found:
            raise missing(thing.kind.value, thing.id)
        return found

    def put(
        self,
        thing: Thing,
        text: str,
        author: str,
        note: str,
        witness: Callable[[], object] = lambda: None,
    ) -> ThingVersion:
        """Write a file whole and keep its version; ``witness`` hears of it before that.

        Raises `BadInput` for a text that cannot be such a file, with its first fault.
        """
        require_name(thing)
        self._require_text(thing, text)
        file = self._place(thing.kind) / thing.id
        witness()
        with told(file):
            replace_file(file, text.encode())
        try:
            return self._archive.saved(thing, text, author, note)
        except StoreBroken as error:  # the file is as it was wished; who looks next finds it
            _log.warning("the version of %s could not be kept: %s", thing.id, error)
            return ThingVersion(0, None, author, note, text)

    def _require_text(self, thing: Thing, text: str) -> None:
        """Raise `BadInput` unless the words can be such a file."""
        if not text.strip() or len(text) > LARGEST:
            raise BadInput(
                _("{file}: a file needs words, and not too many").format(file=thing.id)
            )
        if thing.kind is ThingKind.DIAGRAM:
            try:
                json.loads(text)
            except ValueError as error:
                raise BadInput(f"{thing.id}: {error}") from error
            return
        with TemporaryDirectory() as aside:
            (Path(aside) / thing.id).write_text(text, encoding="utf-8")
            for fault in load_all([self._folder.profiles, Path(aside)]).errors:
                if fault.file == thing.id:
                    raise BadInput(str(fault))

    def _place(self, kind: ThingKind) -> Path:
        return self._folder.profiles if kind is ThingKind.PROFILE else self._folder.diagrams

    def _text(self, kind: ThingKind, name: str) -> str:
        """Return what stands in a file; "" when it is not there or holds no words."""
        file = self._place(kind) / name
        if not file.is_file() or file.is_symlink():
            return ""
        with told(file):
            return file.read_bytes()[: 4 * LARGEST].decode("utf-8", "replace")


def require_name(thing: Thing) -> None:
    """Raise `BadInput` unless this can be the name of such a file, and of nothing else."""
    ending = ENDINGS.get(thing.kind, "")
    plain = thing.id.removesuffix(ending)
    fits = plain.replace("-", "").replace("_", "").replace(".", "").isalnum()
    if (
        not ending
        or plain == thing.id
        or not plain.isascii()
        or not fits
        or plain.startswith(".")
        or len(thing.id) > LONGEST_NAME
        or is_reserved(thing.id)
    ):
        raise missing(thing.kind.value, thing.id)
