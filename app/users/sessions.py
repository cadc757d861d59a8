"""Who is in: lets changed rights take effect while people sit at their desks."""

from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

from app.model.refusal import Refusal, nobody_asks
from app.model.rights import Grant, Rights
from app.verbs import Viewer


class Sessions:
    """The grants of everybody who came in and is still there; on the core's loop."""

    def __init__(self) -> None:
        self._logins: WeakKeyDictionary[Grant, str] = WeakKeyDictionary()

    def enter(self, viewer: Viewer, refused: Callable[[Refusal], None] = nobody_asks) -> None:
        """Remember somebody for as long as their viewer lives.

        ``refused`` hears of whatever they ask for and may not do.
        """
        self._logins[viewer.grant] = viewer.login
        viewer.grant.refused = refused

    @property
    def logins(self) -> frozenset[str]:
        """Who is in."""
        return frozenset(self._logins.values())

    def put(self, rights: Mapping[str, Rights]) -> None:
        """Let these rights hold from now on, by login; whoever is not named keeps theirs."""
        for grant, login in tuple(self._logins.items()):
            if login in rights:
                grant.put(rights[login])
