"""What may be asked of meters by radio: keys and reception; a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.device import LinkConfig, LinkId
from app.model.meterkey import KeysTaken, KeyTested, KeyTried, MeterKey
from app.model.reception import MeterReception, RadioLine, ReceiverFigures, ReceiverTried
from app.verbs import Viewer


class RadioVerbs(Protocol):
    """How meters are heard, and their keys: none of those is ever told to anybody."""

    async def keys(self, viewer: Viewer) -> Sequence[MeterKey]:
        """Return for which meters there is a key, by number."""
        ...

    async def import_keys(
        self, viewer: Viewer, name: str, content: bytes, password: str = ""
    ) -> KeysTaken:
        """Take in a file of keys (KEM or CSV); ``password`` opens what is sealed itself."""
        ...

    async def remove_keys(self, viewer: Viewer, meters: Sequence[str]) -> int:
        """Forget the keys of meters; return of how many there was one."""
        ...

    async def receivers(self, viewer: Viewer) -> Sequence[ReceiverFigures]:
        """Return what each receiver of every radio link brought."""
        ...

    async def lines(self, viewer: Viewer) -> Sequence[RadioLine]:
        """Return the lines of meters by radio, each with its receivers as configured."""
        ...

    async def check_line(self, viewer: Viewer, link: LinkConfig) -> None:
        """Raise `BadInput` for the first option of a line that cannot be; nothing is kept."""
        ...

    async def try_receiver(
        self, viewer: Viewer, receiver: str, link: LinkId, secret: str = ""
    ) -> ReceiverTried:
        """Connect to NAME=KIND:PLACE for some seconds and return its first lines in words.

        Without a ``secret`` the one that is kept for just this receiver of the ``link``.
        """
        ...

    async def try_layout(
        self, viewer: Viewer, layout: str, name: str, content: bytes
    ) -> ReceiverTried:
        """Return the first rows of a concentrator's file as a layout (TOML) reads them."""
        ...

    async def reception(self, viewer: Viewer) -> Sequence[MeterReception]:
        """Return how the meters by radio are heard."""
        ...

    async def keep_secret(self, viewer: Viewer, receiver: str, secret: str) -> None:
        """Keep the password or token of a receiver, by NAME or LINK/NAME; "" forgets it."""
        ...

    async def try_key(self, viewer: Viewer, telegram: str, key: str = "") -> KeyTried:
        """Open a telegram (hexadecimal) by ``key``, or without one by the keys kept."""
        ...

    async def test_keys(self, viewer: Viewer, meter: str) -> KeyTested:
        """Try the keys kept for a meter on what was heard of it last."""
        ...
