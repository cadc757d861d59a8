"""What was erased stays erased: old copies that come back are gone through when opening."""

import socket
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from app.history.store import EmbeddedHistory
from app.personal.applying import Applying, reapply
from app.ports import Deed
from app.project.callname import Finder, new_key
from app.project.erasures import Tombstone, read_tombstone
from app.project.opening import AUDIT_KEY, Project

ERASURE_KEY = "erasure-key"  # name of the secret that digests names


def erasure_key(project: Project) -> bytes:
    """Return the key of the digests; made when the first is needed.

    An older copy of the secrets may lack it: then the private place has it.
    """
    if ERASURE_KEY not in project.secrets.names():
        own = project.erasures.key()
        project.secrets.put(ERASURE_KEY, (own or new_key()).hex())
    return bytes.fromhex(project.secrets.get(ERASURE_KEY))


def applying_for(
    project: Project, history: EmbeddedHistory, key: bytes, deed: Deed
) -> Applying:
    """Return the hands of an erasure in an open project."""

    def redact(finder: Finder, stone: Tombstone) -> int:
        said = deed.copy()
        said["reason"] = said["result"] = f"erasure {stone.id}"
        return project.audit.redact(finder.without, said)

    audit_key = bytes.fromhex(project.secrets.get(AUDIT_KEY))
    return Applying(project.folder, history, key, audit_key, redact)


def stay_erased(project: Project) -> list[str]:
    """Erase again what came back since the project was closed; return what could not be.

    Looks at nothing when nobody was ever erased. Whoever opens a project calls this
    before anything reads it; blocks, seldom for longer than a moment.
    """
    erasures = project.erasures
    known = {stone.id: stone for stone in erasures.all()}
    for text in project.customers.erasures():
        stone = read_tombstone(text)
        known.setdefault(stone.id, stone)
    erasures.looked = True
    if not known:
        return []
    here, changed = erasures.known_here(), erasures.changed()
    stones = list(known.values())
    paths: dict[str, Collection[Path]] = {
        stone.id: changed
        for stone in stones
        if stone.id in here
        and stone.proof is not None
        and project.customers.was_erased(stone.id)
    }
    due = [stone for stone in stones if paths.get(stone.id, True)]
    if not due:
        return []
    key = erasure_key(project)
    erasures.keep(stones, key)
    deed = Deed(
        login="", name="Heatdesk", workstation=socket.gethostname(), verb="", entity="audit"
    )
    with closing(EmbeddedHistory(project.folder.history)) as history:
        faults = reapply(applying_for(project, history, key, deed), due, paths)
    for stone in stones:
        project.customers.keep_erasure(stone.id, stone.at, stone.text())
    return faults
