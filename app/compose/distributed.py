"""Shares a project's history out over a cluster for somebody who may; the audit has it."""

import socket
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.errors import BadInput
from app.history.distributing import Shared, distribute
from app.model.rights import Capability
from app.ports import Clock, Deed
from app.project.opening import open_project, utc_now
from app.users.keyplaces import Keys
from app.verbs import require
from app.words import _

VERB = "project.distribute"


def distribute_for(
    root: Path, person: tuple[str, str], keys: Keys | None = None, *, now: Clock = utc_now
) -> Sequence[Shared]:
    """Turn the tables of a project's history into distributed ones; nobody may run it.

    Raises what `distribute` raises, `NotPermitted` for who may not, `ProjectInUse`.
    """
    with closing(open_project(root, keys=keys, now=now)) as project:
        viewer = project.door.let_in(*person)
        for capability in (Capability.EDIT_PROJECT, Capability.MANAGE_USERS):
            require(viewer, capability, whole=True)
        server = project.databases.server
        if server is None:
            raise BadInput(
                _(
                    "{folder} holds its history itself: only one on a server is shared out"
                ).format(folder=root)
            )
        deed = Deed(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation or socket.gethostname(),
            verb=VERB,
            entity="project",
            new=str(server.place),
        )
        project.audit.append(**Deed(**deed, result="begun"))
        shared = distribute(server)
        project.audit.append(**Deed(**deed, result=f"done, {len(shared)} tables"))
        return shared
