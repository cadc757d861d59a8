"""What is kept with devices, as screens and commands may ask for it: files and notes."""

from collections.abc import Collection, Sequence
from pathlib import Path

from app.asked import Document, Note
from app.errors import BadInput, NotPermitted
from app.model.reading import DeviceId
from app.project.changes import ChangeDesk
from app.project.config import PlantConfig
from app.project.filekinds import LONGEST_TITLE, require_keepable
from app.project.opening import Project
from app.project.whose import Whose
from app.verbs import Capability, Viewer, verb
from app.words import _

ADDED = "document"  # the kind of what a person added; everything else the program made


class FileService:
    """Files and notes with their versions, a `FileVerbs`; on the core's loop, its work aside.

    What goes in is in the audit, with the old words of a note that is changed.
    """

    def __init__(self, project: Project, desk: ChangeDesk) -> None:
        self._project, self._desk = project, desk
        self._whose = Whose(project, desk)

    async def devices_of(self, kind: str, named: object) -> Collection[DeviceId] | None:
        """Return which devices a thing is about, for `app.verbs`; None when there is none."""
        return await self._whose.devices_of(kind, named)

    @property
    def changes(self) -> ChangeDesk:
        """The desk where changes of the project go, for its other services."""
        return self._desk

    @property
    def config(self) -> PlantConfig:
        """The plant as it is configured now."""
        return self._desk.present.config

    @verb(Capability.SEE_PLANT)
    async def documents(
        self, viewer: Viewer, device: DeviceId | None = None
    ) -> Sequence[Document]:
        """Return the documents of a device, or all of the project, newest first."""
        return await self._desk.work(lambda: self._project.documents.all(device))

    @verb(Capability.MAKE_REPORT)
    async def file_document(
        self,
        viewer: Viewer,
        content: bytes | Path,
        name: str,
        title: str,
        kind: str,
        device: DeviceId | None = None,
    ) -> Document:
        """Keep a copy of a file with a device; ``name`` is what it should be called."""
        if device is not None:
            self._require_device(device)
        entity = "plant" if device is None else f"device {device}"

        def work() -> Document:
            with self._desk.before(viewer, "project.file_document") as tell:
                return self._project.documents.file(
                    content,
                    name,
                    title=title,
                    kind=kind,
                    created_by=viewer.name,
                    device=device,
                    zone=self.config.timezone,
                    witness=lambda filed: tell(entity, new=filed.path.name),
                )

        return await self._desk.deed(work)

    @verb(Capability.SEE_PLANT, of={"document": "document"})
    async def document_versions(self, viewer: Viewer, document: str) -> Sequence[Document]:
        """Return every version of a document, newest first."""
        return await self._desk.work(lambda: self._project.documents.versions(document))

    @verb(Capability.KEEP_NOTES, of={"replaces": "document"})
    async def add_document(
        self,
        viewer: Viewer,
        device: DeviceId,
        title: str,
        filename: str,
        content: bytes,
        replaces: str = "",
    ) -> Document:
        """Keep a file with a device, perhaps as the next version of another.

        Raises `BadInput` when its kind or size will not do, or when ``replaces`` was
        made by the program: a report is never exchanged for another file.
        """
        self._require_device(device)
        require_keepable(filename, content)
        if len(title) > LONGEST_TITLE:
            raise BadInput(
                _("a title takes at most {count} characters").format(count=LONGEST_TITLE)
            )

        def work() -> Document:
            if replaces:
                self._require_added(replaces, device)
            with self._desk.before(viewer, "project.add_document") as tell:
                return self._project.documents.file(
                    content,
                    filename,
                    title=title,
                    kind=ADDED,
                    created_by=viewer.name,
                    device=device,
                    zone=self.config.timezone,
                    replaces=replaces,
                    witness=lambda filed: tell(
                        f"device {device}",
                        new=_called(filed),
                        result=f"version {filed.version}",
                    ),
                )

        return await self._desk.deed(work)

    @verb(Capability.KEEP_NOTES, of={"document": "document"})
    async def remove_document(self, viewer: Viewer, document: str) -> None:
        """Take a document that a person added off the list."""

        def work() -> None:
            known = self._require_added(document, None)
            with self._desk.before(viewer, "project.remove_document") as tell:
                self._project.documents.remove(
                    document,
                    lambda gone: tell(
                        f"device {known.device}", old=_called(gone), result="off the list"
                    ),
                )

        await self._desk.deed(work)

    @verb(Capability.SEE_PLANT)
    async def notes(self, viewer: Viewer, device: DeviceId) -> Sequence[Note]:
        """Return the notes of a device as they read now, newest first."""
        return await self._desk.work(lambda: self._project.notes.of(device))

    @verb(Capability.KEEP_NOTES, of={"note": "note"})
    async def keep_note(self, viewer: Viewer, note: Note) -> Note:
        """Add a note, or a version of it; `Conflict` when it was changed meanwhile."""
        self._require_device(note.device)

        def work() -> Note:
            with self._desk.before(viewer, "project.keep_note") as tell:
                return self._project.notes.keep(
                    note,
                    viewer.name,
                    lambda old, kept: tell(
                        f"device {kept.device}",
                        old="" if old is None else old.text,
                        new=kept.text,
                        result=f"version {kept.version}",
                    ),
                )

        return await self._desk.deed(work)

    @verb(Capability.KEEP_NOTES, of={"note": "note"})
    async def remove_note(self, viewer: Viewer, note: str) -> None:
        """Take a note off the list; its versions stay."""

        def work() -> None:
            with self._desk.before(viewer, "project.remove_note") as tell:
                self._project.notes.remove(
                    note,
                    viewer.name,
                    lambda was: tell(
                        f"device {was.device}", old=was.text, result="off the list"
                    ),
                )

        await self._desk.deed(work)

    @verb(Capability.SEE_PLANT, of={"note": "note"})
    async def note_versions(self, viewer: Viewer, note: str) -> Sequence[Note]:
        """Return every version of a note, newest first."""
        return await self._desk.work(lambda: self._project.notes.versions(note))

    def _require_device(self, device: DeviceId) -> None:
        if device not in self.config.devices:
            raise BadInput(f"there is no device {device}")

    def _require_added(self, document: str, device: DeviceId | None) -> Document:
        known = self._project.documents.get(document)
        if known.kind != ADDED:
            raise NotPermitted(
                _("{title} was made by the program and stays as it is").format(
                    title=known.title
                )
            )
        if device is not None and known.device != device:
            raise BadInput(f"the document {document} belongs to another device")
        return known


def _called(document: Document) -> str:
    """Return what the log calls a document."""
    return f"{document.title} ({document.path.name})"
