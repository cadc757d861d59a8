"""Which backups were made of a project: kept in its folder, the newest first."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Lock

from app.database import told
from app.errors import StoreBroken
from app.model.backup import Backup
from app.users.privatefile import OWNER_ONLY, replace_file
from app.words import _

_MOST = 200  # remembered; older ones may still lie where they were made
_NAME = "made.json"


class BackupBook:
    """The list in a file; methods block, any thread, and raise `StoreBroken`."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the project's ``backups``."""
        self._file, self._turn = folder / _NAME, Lock()

    def all(self) -> list[Backup]:
        """Return what was made, the newest first."""
        with told(self._file):
            try:
                text = self._file.read_text("utf-8")
            except FileNotFoundError:
                return []
        try:
            return [
                Backup(**{**each, "made_at": datetime.fromisoformat(each["made_at"])})
                for each in json.loads(text)
            ]
        except (ValueError, TypeError, KeyError) as error:
            raise StoreBroken(
                _("{file} is damaged and tells no longer which backups there are: {error}")
                .format(file=self._file, error=error)
            ) from error  # fmt: skip

    def add(self, made: Backup) -> None:
        """Note one; a file that was made anew counts once."""
        with self._turn:
            try:
                known = self.all()
            except StoreBroken:
                known = []  # begun anew: no backup shall fail for the sake of a list
            self._put([made, *(each for each in known if each.file != made.file)])

    def remove(self, files: Sequence[str]) -> None:
        """Forget some that are there no longer."""
        with self._turn:
            self._put([each for each in self.all() if each.file not in files])

    def _put(self, listed: Sequence[Backup]) -> None:
        kept = [asdict(each) | {"made_at": each.made_at.isoformat()} for each in listed]
        with told(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(kept[:_MOST], indent=1)
            replace_file(self._file, text.encode(), mode=OWNER_ONLY)
