"""Moves a project's databases for somebody who may; the deed stands in the audit that moves."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from app.databaseserver import ServerPlace, place_from
from app.errors import StoreBroken
from app.history.carrying import HistoryCargo
from app.model.hardening import said
from app.model.rights import Capability
from app.ports import Clock, Deed
from app.project.databases import SERVER_PASSWORD
from app.project.folder import ProjectFolder, read_mark
from app.project.moving import Carried, Step, move_to_folder, move_to_server
from app.project.opening import open_project, utc_now
from app.users.keyplaces import Keys
from app.users.secrets import open_secrets
from app.verbs import Viewer, require
from app.words import _

VERB = "project.move"


def to_server(
    root: Path,
    place: ServerPlace,
    password: str,
    person: tuple[str, str],
    keys: Keys | None = None,
    *,
    now: Clock = utc_now,
    step: Step = lambda _table, _rows: None,
) -> Sequence[Carried]:
    """Carry the databases to a server for a login and password; what arrived, proved equal.

    Raises what `move_to_server` raises, and `NotPermitted` for who may not.
    """
    viewer = _noted(root, person, str(place), keys, now)
    arrived = move_to_server(
        root, place, password, keys=keys, now=now, step=step, cargo=HistoryCargo()
    )
    _done(root, viewer, str(place), len(arrived), keys, now)
    return arrived


def to_folder(
    root: Path,
    person: tuple[str, str],
    keys: Keys | None = None,
    *,
    now: Clock = utc_now,
    step: Step = lambda _table, _rows: None,
) -> Sequence[Carried]:
    """Carry the databases back into the folder for a login and password.

    Raises what `move_to_folder` raises, and `NotPermitted` for who may not.
    """
    viewer = _noted(root, person, "folder", keys, now)
    arrived = move_to_folder(root, keys=keys, now=now, step=step, cargo=HistoryCargo())
    _done(root, viewer, "folder", len(arrived), keys, now)
    return arrived


@contextmanager
def in_its_folder(
    root: Path, person: tuple[str, str], keys: Keys | None = None, now: Clock = utc_now
) -> Iterator[None]:
    """Let a project lie in its folder for a while, wherever it lies, and put it back.

    Killed meanwhile, it stays in its folder, whole. Raises what `to_folder` raises, and
    `StoreBroken` where it cannot go back.
    """
    mark = read_mark(root)
    if mark.server is None:
        yield
        return
    place = place_from(mark.server, str(root))
    store = open_secrets(ProjectFolder(root).secrets, keys or Keys.of_this_machine())
    password = store.get(SERVER_PASSWORD)
    to_folder(root, person, keys, now=now)
    try:
        yield
    finally:
        try:
            to_server(root, place, password, person, keys, now=now)
        except StoreBroken as error:
            raise StoreBroken(
                _(
                    "{folder} lies in its folder now, whole; bring it to the server again with "
                    "“heatdesk database to”: {fault}"
                ).format(folder=root, fault=error)
            ) from error


def _noted(
    root: Path, person: tuple[str, str], where: str, keys: Keys | None, now: Clock
) -> Viewer:
    with closing(open_project(root, keys=keys, now=now)) as project:
        viewer = project.door.let_in(*person)
        for capability in (Capability.EDIT_PROJECT, Capability.MANAGE_USERS):
            require(viewer, capability, whole=True)
        project.audit.append(**_deed(viewer, where, "begun"))
        return viewer


def _done(
    root: Path, viewer: Viewer, where: str, tables: int, keys: Keys | None, now: Clock
) -> None:
    """Open it where it lies now, which proves that it can be, and say so."""
    with closing(open_project(root, keys=keys, now=now)) as project:
        project.audit.append(
            **_deed(viewer, where, said("done, {tables} tables").format(tables=tables))
        )


def _deed(viewer: Viewer, where: str, result: str) -> Deed:
    return Deed(
        login=viewer.login,
        name=viewer.name,
        workstation=viewer.workstation or socket.gethostname(),
        verb=VERB,
        entity="project",
        new=where,
        result=result,
    )
