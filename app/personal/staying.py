"""What was erased stays erased: old copies that come back are gone through when opening."""

import logging
import socket
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.errors import PlantError
from app.history.history import History
from app.history.projecthistory import history_of
from app.history.store import EmbeddedHistory
from app.personal.applying import Applying, Outcome, reapply
from app.personal.proving import proof_of, wish_of, with_digest
from app.ports import Deed
from app.project.callname import Finder, new_key
from app.project.erasures import Tombstone, read_tombstone
from app.project.opening import AUDIT_KEY, Project, utc_now
from app.users.archiveredaction import redact_archives
from app.users.auditarchive import Archiver
from app.words import _

_log = logging.getLogger(__name__)
ERASURE_KEY = "erasure-key"  # name of the secret that digests names


def erasure_key(project: Project) -> bytes:
    """Return the key of the digests; made when the first is needed.

    An older copy of the secrets may lack it: then the private place has it.
    """
    if ERASURE_KEY not in project.secrets.names():
        own = project.erasures.key()
        project.secrets.put(ERASURE_KEY, (own or new_key()).hex())
    return bytes.fromhex(project.secrets.get(ERASURE_KEY))


def applying_for(project: Project, history: History, key: bytes, deed: Deed) -> Applying:
    """Return the hands of an erasure in an open project."""

    def redact(finder: Finder, stone: Tombstone) -> int:
        said = deed.copy()
        said["reason"] = said["result"] = f"erasure {stone.id}"
        return project.audit.redact(finder.without, said)

    def archives(finder: Finder, stone: Tombstone) -> tuple[int, list[str]]:
        said = deed.copy()
        said["reason"] = f"erasure {stone.id}"
        archiver = Archiver(project.audit, utc_now)
        return redact_archives(archiver, finder.without, said)

    audit_key = bytes.fromhex(project.secrets.get(AUDIT_KEY))
    laptops = {
        name.removeprefix(f"{AUDIT_KEY}/"): bytes.fromhex(project.secrets.get(name))
        for name in project.secrets.names()
        if name.startswith(f"{AUDIT_KEY}/")
    }
    on_server = None if project.databases.server is None else project.databases
    return Applying(
        project.folder, history, key, audit_key, redact, archives, laptops, on_server
    )


def keep_erased(project: Project) -> None:
    """Do `stay_erased` and log what could not be; a project where it fails is closed."""
    try:
        for fault in stay_erased(project):
            _log.error("what was erased came back and could not be erased again: %s", fault)
    except PlantError:
        project.close()  # else a window that stays open would hold it against itself
        raise


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
    with closing(_history(project)) as history:
        faults, outcomes = reapply(applying_for(project, history, key, deed), due, paths)
    finished = {
        stone.id: finished_by(project, stone, outcomes[stone.id])
        for stone in due
        if stone.proof is None and stone.id in outcomes
    }
    erasures.keep(finished.values(), key)
    for stone in stones:
        known_by_now = finished.get(stone.id, stone)
        project.customers.keep_erasure(stone.id, stone.at, known_by_now.text())
    return faults


def _history(project: Project) -> History:
    """Return the history of an open project, with what waits here for its server."""
    server = project.databases.server
    if server is None:
        return history_of(project.folder, project.databases)
    from app.history.bufferedhistory import WAITING, BufferedHistory

    return BufferedHistory(server, EmbeddedHistory(project.folder.history / WAITING))


def finished_by(project: Project, stone: Tombstone, done: Outcome) -> Tombstone:
    """Return what was cut short with its record: who wished it stands in the audit.

    What went before the cut was not counted, and no sums were compared: it says none.
    """
    entity = f"customer {stone.customer}"
    begun = [
        each
        for each in project.audit.of_entities("customers.erase", entity)
        if each.result == f"erasure {stone.id}" and each.entity == entity
    ]
    entry = begun[-1] if begun else None
    deed = Deed(
        login="" if entry is None else entry.login,
        name="Heatdesk" if entry is None else entry.name,
        workstation=socket.gethostname() if entry is None else entry.workstation,
        verb="customers.erased",
        entity=entity,
    )
    wish = wish_of(stone.customer, "" if entry is None else entry.reason)
    proof = with_digest(proof_of(stone, wish, deed, done.counts, done.left))
    said = deed.copy()
    said["result"], said["new"] = "done", proof.digest
    said["reason"] = _("cut short when it was begun, finished as soon as it could be")
    project.audit.keep(**said)
    return replace(stone, proof=proof)
