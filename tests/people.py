"""People for tests: who they are and what they may do, of every device."""

from collections.abc import Collection

from app.model.reading import DeviceId
from app.model.rights import Capability, Grant, Rights, Scope
from app.verbs import Viewer


def person(
    login: str,
    name: str = "",
    workstation: str = "desk-1",
    capabilities: Collection[Capability] = (),
) -> Viewer:
    """Return somebody with some capabilities over everything."""
    return Viewer(
        login, name, workstation, Grant(Rights(dict.fromkeys(capabilities, Scope.ALL)))
    )


def assigned(
    login: str, devices: Collection[DeviceId], capabilities: Collection[Capability]
) -> Viewer:
    """Return somebody with some capabilities over some devices alone."""
    cells = dict.fromkeys(capabilities, Scope.ASSIGNED)
    return Viewer(login, login.capitalize(), "desk-1", Grant(Rights(cells, frozenset(devices))))
