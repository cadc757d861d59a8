"""Documents and notes of a plant that stay in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.asked import Document, Note
from app.errors import BadInput, Conflict
from app.model.reading import DeviceId
from app.verbs import Viewer
from tests.fakes.smallplant import NOON


class FakeFiles:
    """A `FileVerbs`; ``added`` and ``kept`` hold every version in the order they came."""

    def __init__(self, reports: Callable[[], Sequence[Document]] = list) -> None:
        self._reports = reports
        self.added: list[tuple[Document, bytes]] = []
        self.kept: list[Note] = []
        self.removed: set[str] = set()

    async def documents(
        self, viewer: Viewer, device: DeviceId | None = None
    ) -> Sequence[Document]:
        newest = {_series(each): each for each, _content in self.added}
        there = [each for series, each in newest.items() if series not in self.removed]
        return [each for each in [*self._reports(), *there] if device in (None, each.device)]

    async def document_versions(self, viewer: Viewer, document: str) -> Sequence[Document]:
        series = document.partition("/")[0]
        return [each for each, _ in reversed(self.added) if _series(each) == series]

    async def add_document(
        self,
        viewer: Viewer,
        device: DeviceId,
        title: str,
        filename: str,
        content: bytes,
        replaces: str = "",
    ) -> Document:
        if filename.endswith(".exe"):
            raise BadInput(f"{filename}: files of this kind are not kept")
        series = replaces.partition("/")[0] or f"file-{len(self.added)}"
        version = len(await self.document_versions(viewer, series)) + 1
        made = Document(
            f"{series}/{version}",
            device,
            title,
            "document",
            Path(filename),
            NOON,
            viewer.name,
            version,
            len(content),
        )
        self.added.append((made, content))
        return made

    async def remove_document(self, viewer: Viewer, document: str) -> None:
        self.removed.add(document.partition("/")[0])

    async def notes(self, viewer: Viewer, device: DeviceId) -> Sequence[Note]:
        newest = {each.id: each for each in self.kept if each.device == device}
        return [each for each in reversed(newest.values()) if each.id not in self.removed]

    async def keep_note(self, viewer: Viewer, note: Note) -> Note:
        before = [each for each in self.kept if each.id == note.id]
        if before and before[-1].version != note.version:
            raise Conflict(f"{before[-1].author} has changed this note meanwhile")
        kept = replace(
            note,
            id=note.id or f"note-{len(self.kept)}",
            author=viewer.name,
            written_at=NOON,
            version=len(before) + 1,
        )
        self.kept.append(kept)
        return kept

    async def remove_note(self, viewer: Viewer, note: str) -> None:
        self.removed.add(note)

    async def note_versions(self, viewer: Viewer, note: str) -> Sequence[Note]:
        return [each for each in reversed(self.kept) if each.id == note]


def _series(document: Document) -> str:
    return document.id.partition("/")[0]
