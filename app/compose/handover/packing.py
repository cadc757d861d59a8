"""Packs a project for somebody who may: the deed stands in the audit that travels."""

import socket
from contextlib import closing
from pathlib import Path

from app.compose.handover.package import Packed, Step, pack, require_passphrase
from app.errors import NotPermitted
from app.model.rights import Capability
from app.ports import Clock, Deed
from app.project.opening import Project, open_project, utc_now
from app.users.keyplaces import Keys
from app.verbs import Viewer, require

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
        deed = require_all(project, viewer, VERB, out.name)
        project.audit.append(**Deed(**deed, result="begun"))
        return pack(project, out, passphrase, step)


def require_all(project: Project, viewer: Viewer, verb: str, package: str) -> Deed:
    """Return what is written of who carries a whole project about.

    Raises `NotPermitted` for who may not, with a trace in the audit.
    """
    deed = Deed(
        login=viewer.login,
        name=viewer.name,
        workstation=viewer.workstation or socket.gethostname(),
        verb=verb,
        entity="project",
        new=package,
    )
    try:
        for capability in (Capability.EDIT_PROJECT, Capability.MANAGE_USERS):
            require(viewer, capability, whole=True)
    except NotPermitted as error:
        project.audit.keep(**Deed(**deed, result="refused", reason=str(error)))
        raise
    return deed
