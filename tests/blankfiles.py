"""New databases that cost little, where hundreds of times a project is made.

The first of a process is built by the product, step by step, and the others are copies of it.
What the steps do is proved in tests/app/project and by the journeys.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partialmethod
from pathlib import Path
from unittest.mock import patch

from app.project.databases import SCHEMAS, FolderDatabases

_BLANKS: dict[str, bytes] = {}  # by name and revision


@contextmanager
def quick_databases() -> Iterator[None]:
    """Let new databases be copies in this process until the block ends."""
    built = partialmethod(_build, FolderDatabases.build)
    with patch.object(FolderDatabases, "build", built):
        yield


def _build(self: FolderDatabases, really: Callable[[FolderDatabases], None]) -> None:
    files = {f"{schema.name} {schema.newest()}": self.file(schema) for schema in SCHEMAS}
    if files.keys() <= _BLANKS.keys() and not any(file.exists() for file in files.values()):
        for name, file in files.items():
            file.write_bytes(_BLANKS[name])
        return
    really(self)
    for name, file in files.items():
        if not _beside(file):
            _BLANKS.setdefault(name, file.read_bytes())


def _beside(file: Path) -> bool:
    """Whether something of the database is not in the file itself yet."""
    return any(file.with_name(file.name + end).exists() for end in ("-wal", "-journal"))
