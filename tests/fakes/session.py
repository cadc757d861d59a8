"""A session service in memory: what is locked, and the PIN of whoever asks."""

from app.errors import NotPermitted
from app.model.rights import Locked
from app.verbs import Viewer
from tests.fakes.personal import PASSWORD

MOST_WRONG = 10


class FakeSession:
    """Locks and unlocks without a core; the password of everybody is `PASSWORD`."""

    def __init__(self) -> None:
        self.locked: list[Locked] = []  # as it was asked, oldest first
        self.pins: dict[str, str] = {}
        self.tried: list[str] = []  # PINs and passwords, as they came

    async def lock(self, viewer: Viewer, how: Locked) -> None:
        self.locked.append(how)

    async def unlock(self, viewer: Viewer, password: str) -> None:
        self._prove(password)
        self.locked.append(Locked.NOTHING)

    async def unlock_by_pin(self, viewer: Viewer, pin: str) -> None:
        self.tried.append(pin)
        if self.pins.get(viewer.login) != pin:
            if len(self.tried) >= MOST_WRONG:
                self.pins.pop(viewer.login, None)
            raise NotPermitted("the PIN is wrong")
        self.locked.append(Locked.NOTHING)

    async def open_writing(self, viewer: Viewer, password: str) -> None:
        self._prove(password)
        self.locked.append(Locked.NOTHING)

    async def has_pin(self, viewer: Viewer) -> bool:
        return viewer.login in self.pins

    async def set_pin(self, viewer: Viewer, password: str, pin: str) -> None:
        self._prove(password)
        self.pins[viewer.login] = pin

    async def forget_pin(self, viewer: Viewer) -> None:
        self.pins.pop(viewer.login, None)

    def _prove(self, password: str) -> None:
        self.tried.append(password)
        if password != PASSWORD:
            raise NotPermitted("the password is wrong")
