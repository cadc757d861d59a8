"""Meters by radio as people look after them: their keys, and how they are heard."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from app.clipped import clipped
from app.errors import BadInput, missing
from app.model.device import LinkConfig, LinkId
from app.model.linknames import RADIO
from app.model.meterkey import KeysTaken, KeyTested, KeyTried, MeterKey, TelegramTried
from app.model.reception import (
    MeterReception,
    RadioFigures,
    RadioLine,
    Receiver,
    ReceiverFigures,
    ReceiverTried,
)
from app.project.changes import ChangeDesk
from app.project.keyfiles import keys_in
from app.project.keylines import key_of, number_of
from app.project.meterkeys import MeterKeys
from app.project.receiversecrets import ReceiverSecrets, require_secret
from app.verbs import Capability, Viewer, verb
from app.words import _

TryKey = Callable[[str, Callable[[str], Sequence[bytes]]], KeyTried]
_DIGITS = 8
_TOLD = 10  # numbers, of a longer list that is forgotten
MOST_TRIED = 262_144  # bytes of a file
_SIGNED = re.compile(r"\s*[-+\N{MINUS SIGN}]")  # dashes stand between digits, not before them


async def _untried(_receiver: str, _secret: str, _own: Mapping[str, str]) -> ReceiverTried:
    return ReceiverTried(stood=False, says="")


@dataclass(frozen=True, slots=True)
class Ways:
    """What only drivers know of receivers; all raise `BadInput`."""

    # Name, kind and place of a line's receivers, right or wrong; raises nothing.
    named: Callable[[LinkConfig], Sequence[tuple[str, str, str]]] = lambda _link: ()
    require: Callable[[LinkConfig], None] = lambda _link: None
    # Receiver, its secret, names of the plant's meters by number.
    attempt: Callable[[str, str, Mapping[str, str]], Awaitable[ReceiverTried]] = _untried
    # A layout, a file's name and its beginning; blocks shortly.
    read_by: Callable[[str, str, bytes], ReceiverTried] = lambda _layout, _name, _content: (
        ReceiverTried(stood=False, says="")
    )


NO_WAYS = Ways()


class RadioService:
    """A `RadioVerbs`; on the core's loop, its work aside."""

    def __init__(
        self,
        keys: MeterKeys,
        desk: ChangeDesk,
        try_key: TryKey,
        secrets: ReceiverSecrets,
        configured: Callable[[], Sequence[tuple[LinkId, str, str]]] = tuple,
        figures: Callable[[], Sequence[RadioFigures]] = tuple,
        recent: Callable[[str], Sequence[bytes]] = lambda _meter: (),
        ways: Ways = NO_WAYS,
    ) -> None:
        """``try_key`` opens a telegram by the keys that it is told of a meter's number.

        ``figures`` are those of every radio link that runs, ``recent`` the last telegrams
        of a meter, the newest first; both on the core's loop. ``configured`` are all
        receivers: link, name, place.
        """
        self._keys, self._desk, self._try = keys, desk, try_key
        self._figures, self._secrets, self._configured = figures, secrets, configured
        self._recent, self._ways = recent, ways
        self._trying = False

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def receivers(self, viewer: Viewer) -> Sequence[ReceiverFigures]:
        """Return what each receiver of every radio link brought."""
        return [each for figures in self._figures() for each in figures.receivers]

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def lines(self, viewer: Viewer) -> Sequence[RadioLine]:
        """Return the lines of meters by radio, each with its receivers as configured."""
        links = [
            each for each in self._desk.present.config.links.values() if each.kind == RADIO
        ]
        return await self._desk.work(lambda: [self._line(each) for each in links])

    def _line(self, link: LinkConfig) -> RadioLine:
        fault, kept = "", self._secrets.of
        try:
            self._ways.require(link)
        except BadInput as error:
            fault = str(error)
        return RadioLine(
            link,
            tuple(
                Receiver(name, kind, place, bool(kept(link.id, name, f"{kind}:{place}")))
                for name, kind, place in self._ways.named(link)
            ),
            fault,
        )

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def check_line(self, viewer: Viewer, link: LinkConfig) -> None:
        """Raise `BadInput` for the first option of a line that cannot be; nothing is kept."""
        await self._desk.work(lambda: self._ways.require(link))

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def try_receiver(
        self, viewer: Viewer, receiver: str, link: LinkId, secret: str = ""
    ) -> ReceiverTried:
        """Connect to a receiver for some seconds; see `RadioVerbs`.

        A password that is kept is sent only where it was kept for: to the receiver of this
        name at the very place that stands in the configuration.

        Raises:
            BadInput: The text names no receiver, the secret is none, or a try is under way.
            StoreBroken: The secrets or the log cannot be written.
        """
        require_secret(secret)
        if self._trying:
            raise BadInput(_("a receiver is being tried already"))
        self._trying = True
        try:
            await self._desk.deed(
                lambda: self._desk.audit(
                    viewer, "radio.try_receiver", f"link {link}", new=receiver, result="begun"
                )
            )
            word = secret or await self._desk.work(lambda: self._kept(receiver, link))
            return await self._ways.attempt(receiver, word, self._own_meters())
        finally:
            self._trying = False

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def try_layout(
        self, viewer: Viewer, layout: str, name: str, content: bytes
    ) -> ReceiverTried:
        """Return the first rows of a file as a layout reads them; see `RadioVerbs`.

        Raises:
            BadInput: The layout cannot be, the file has another head, or is too much to try.
        """
        if len(content) > MOST_TRIED:
            raise BadInput(_("only the beginning of a file is tried"))
        return await self._desk.work(lambda: self._ways.read_by(layout, name, content))

    def _kept(self, receiver: str, link: LinkId) -> str:
        config = self._desk.present.config.links.get(link)
        for name, kind, place in () if config is None else self._ways.named(config):
            if receiver == f"{name}={kind}:{place}":
                return self._secrets.of(link, name, f"{kind}:{place}")
        return ""

    def _own_meters(self) -> Mapping[str, str]:
        config = self._desk.present.config
        radio = {each.id for each in config.links.values() if each.kind == RADIO}
        return {
            str(each.options.get("secondary") or each.serial).lower().zfill(_DIGITS): each.name
            for each in config.devices.values()
            if each.link in radio
        }

    @verb(Capability.SEE_PLANT)
    async def reception(self, viewer: Viewer) -> Sequence[MeterReception]:
        """Return how the meters by radio are heard."""
        return [each for figures in self._figures() for each in figures.meters]

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def keys(self, viewer: Viewer) -> Sequence[MeterKey]:
        """Return for which meters there is a key, by number."""
        return await self._desk.work(self._keys.listed)

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def import_keys(
        self, viewer: Viewer, name: str, content: bytes, password: str = ""
    ) -> KeysTaken:
        """Take in a file of keys (KEM or CSV); ``password`` opens what is sealed itself.

        Raises:
            BadInput: It is none, holds no key, or opens with another password.
            StoreBroken: The keys or the log cannot be written.
        """

        def work() -> KeysTaken:
            found = keys_in(name, content, password)
            with self._desk.before(viewer, "radio.import_keys") as tell:
                tell("keys of meters", new=f"{len(found.keys)} from {name}", result="done")
                done = self._keys.take(found.keys, name)
            return KeysTaken(done.added, done.changed, done.same, tuple(found.faults))

        return await self._desk.deed(work)

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def remove_keys(self, viewer: Viewer, meters: Sequence[str]) -> int:
        """Forget the keys of meters; return of how many there was one."""
        numbers = [_number(each) for each in meters]

        def work() -> int:
            with self._desk.before(viewer, "radio.remove_keys") as tell:
                tell("keys of meters", old=", ".join(numbers[:_TOLD]), result="done")
                return self._keys.remove(numbers)

        return await self._desk.deed(work)

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def keep_secret(self, viewer: Viewer, receiver: str, secret: str) -> None:
        """Keep the password or token of a receiver; "" forgets it.

        Args:
            viewer: Who asks.
            receiver: Its name, or LINK/NAME where several links have one so called.
            secret: At most 200 printable letters; told to nobody from now on.

        Raises:
            BadInput: There is no such receiver, or several; or it is no password.
            StoreBroken: The secrets or the log cannot be written.
        """
        require_secret(secret)
        link, name, place = self._named(receiver)

        def work() -> None:
            with self._desk.before(viewer, "radio.keep_secret") as tell:
                said = "password kept" if secret else "password forgotten"
                tell(f"receiver {link}/{name}", new=said, result="done")
                self._secrets.put(link, name, place, secret)

        await self._desk.deed(work)

    def _named(self, receiver: str) -> tuple[LinkId, str, str]:
        found = [
            (link, name, place)
            for link, name, place in self._configured()
            if receiver in (name, f"{link}/{name}")
        ]
        if len(found) > 1:
            said = _("several links have a receiver {name}: write LINK/NAME")
            raise BadInput(said.format(name=receiver))
        if not found:
            raise missing("receiver", receiver)
        return found[0]

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def try_key(self, viewer: Viewer, telegram: str, key: str = "") -> KeyTried:
        """Open a telegram (hexadecimal) by ``key``, or without one by the keys kept."""
        own = _key(key)
        if own is not None:
            return self._try(telegram, lambda _meter: (own,))
        return await self._desk.work(lambda: self._try(telegram, self._keys.of))

    @verb(Capability.EDIT_DEVICES, whole=True, reads=True)
    async def test_keys(self, viewer: Viewer, meter: str) -> KeyTested:
        """Try the keys kept for a meter on what was heard of it last; see `RadioVerbs`."""
        number = _number(meter)
        heard = [each.hex() for each in self._recent(number)]

        def work() -> KeyTested:
            keys = self._keys.of(number)
            tried = [(each, self._try(each, lambda _meter: keys)) for each in heard]
            return KeyTested(
                number.upper(),
                len(keys),
                tuple(TelegramTried(text, each.opens, each.says) for text, each in tried),
            )

        return await self._desk.work(work)


def _number(text: str) -> str:
    number = "" if _SIGNED.match(text) else number_of(text)
    if not number:
        raise BadInput(_("{text!r} is no number of a meter").format(text=clipped(text)))
    return number


def _key(text: str) -> bytes | None:
    """Return a key that was typed; a wrong one is not repeated to anybody."""
    if not text:
        return None
    key = key_of(text)
    if key is None:
        raise BadInput(_("a key has 32 hexadecimal digits"))
    return key
