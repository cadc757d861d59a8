"""Packs a project for somebody who may: the deed stands in the audit that travels."""

import socket
from contextlib import closing
from pathlib import Path

from app.compose.handover.package import Packed, Step, pack, require_passphrase
from app.model.rights import Capability
from app.ports import Clock
from app.project.opening import open_project, utc_now
from app.users.keyplaces import Keys
from app.verbs import require

VERB = "project.pack"


def pack_for(
    root: Path,
    out: Path,
    passphrase: str,
    person: tuple[str, str],
    keys: Keys | None = None,
    *,
    now: Clock = utc_now,
    step: Step = lambda _done, _of: True,
) -> Packed:
    """Pack the project ``root``, which nobody may run, into ``out`` for a login and password.

    Raises what `pack` raises, `NotPermitted` for who may not, `ProjectInUse` while it runs.
    """
    require_passphrase(passphrase)
    with closing(open_project(root, keys=keys, now=now)) as project:
        viewer = project.door.let_in(*person)
        for capability in (Capability.EDIT_PROJECT, Capability.MANAGE_USERS):
            require(viewer, capability, whole=True)
        project.audit.append(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation or socket.gethostname(),
            verb=VERB,
            entity="project",
            new=out.name,
            result="begun",
        )
        return pack(project, out, passphrase, step)
