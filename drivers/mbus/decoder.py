"""From the bytes of a telegram to what the meter says; the only door into this package."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.words import _
from drivers.mbus import fixeddata, layers, sealing
from drivers.mbus.checks import crc
from drivers.mbus.compact import Formats
from drivers.mbus.layers import Fragment, Head
from drivers.mbus.likeness import ENOUGH, MARK
from drivers.mbus.opening import Whole, how_like, try_key, vouches
from drivers.mbus.parts import Parts
from drivers.mbus.radio import RadioFrame, radio_frame
from drivers.mbus.records import body_of
from drivers.mbus.telegram import (
    EMPTY,
    Address,
    Authentic,
    Body,
    BrokenTelegram,
    FrameKind,
    Record,
    Sealed,
    Security,
    State,
    Telegram,
    Why,
)
from drivers.mbus.wired import WiredFrame, is_wired, wired_frame

Keys = Callable[[Address], Sequence[bytes]]  # the keys to try for a meter, 16 bytes each
_FIXED, _ERROR = 0x73, 0x70
_OPENED = 5, 7  # modes
_CRC_BYTES = 2
_OF_FOUR, _MOST_QUALIFIERS = 4, 2
_SOUND = (State.OK, State.MANUFACTURER)
_CHECKED_BY_ITSELF = ("compact", "format")
_MOST_OPENED = 20_000  # meters and keys that are remembered
_KNOWN_MODES = range(1, 16)
ERRORS = {  # what a meter answers in place of readings (EN 13757-3, CI 70)
    0: "unspecified error",
    1: "unimplemented CI field",
    2: "buffer too long, truncated",
    3: "too many records",
    4: "premature end of record",
    5: "more than ten DIFEs",
    6: "more than ten VIFEs",
    7: "reserved",
    8: "application busy",
    9: "too many readouts",
}


def no_keys(_address: Address) -> Sequence[bytes]:
    """Return the keys of somebody who has none."""
    return ()


class Refused(BrokenTelegram):
    """A telegram that cannot be decoded, with what its head told before."""

    def __init__(self, fault: BrokenTelegram, head: Telegram) -> None:
        """Keep the ``fault`` beside the ``head``; that holds no record."""
        super().__init__(fault.why, fault.offset, str(fault))
        self.head = head


@dataclass(slots=True)
class _Opened:
    """The user data of a telegram after its seal."""

    data: bytes
    security: Security
    body: Body | None = None  # of ``data``, where it was taken apart on the way


class Decoder:
    """Takes telegrams apart; remembers formats of compact frames, and parts of messages.

    Pure: it waits for nothing and writes nowhere. Not for two threads at once.
    """

    def __init__(self, keys: Keys = no_keys) -> None:
        """Open sealed telegrams by ``keys``, which is asked with the meter's address."""
        self._keys = keys
        self.formats = Formats()
        self._parts, self._at_s = Parts(), 0.0
        # By meter and key: the beginning of what it opened last, and whether one before, too.
        self._opened_by: dict[tuple[bytes, bytes], tuple[bytes, bool]] = {}

    def decode(self, data: bytes, stripped: bool | None = None, at_s: float = 0.0) -> Telegram:
        """Return what a telegram says; the last part of a message in several, all they say.

        ``stripped`` tells of a radio telegram whether its receiver proved its checks and took
        them off (True), or left them in (False); without it the bytes themselves must tell.
        ``at_s`` is when it came, in seconds of any steady clock: parts wait for each other
        for a while only. One of which more is awaited has its head, ``part`` and no record.
        One of 65,536 without checks ends by chance as if it had one: a key tells.

        Raises:
            Refused: It is broken, sealed, or carries no readings; no value of it is told.
        """
        self._at_s = at_s
        try:
            return self._decoded(data, stripped)
        except Refused as fault:
            if stripped is not None or fault.head.frame is not FrameKind.RADIO_B:
                raise
            with suppress(Refused):
                other = self._decoded(data, stripped=True)
                if other.security.state is Sealed.DECRYPTED:
                    return other
            raise

    def _decoded(self, data: bytes, stripped: bool | None) -> Telegram:
        telegram = Telegram(FrameKind.WIRED)
        try:
            if is_wired(data):
                self._wired(wired_frame(data), telegram)
            else:
                telegram.frame = FrameKind.RADIO_BARE
                self._radio(radio_frame(data, stripped), telegram)
        except BrokenTelegram as fault:
            telegram.body = EMPTY
            raise Refused(fault, telegram) from None
        return telegram

    def _wired(self, frame: WiredFrame | None, telegram: Telegram) -> None:
        if frame is None or frame.user is None:
            return
        telegram.bus_address = frame.address
        if not frame.answers:
            raise BrokenTelegram(
                Why.UNSUPPORTED, 4, _("the master's own frame, not a meter's answer")
            )
        if frame.user[0] == _FIXED:
            telegram.body = fixeddata.body_of(frame.user[1:])
            telegram.address, telegram.access_no, telegram.status = fixeddata.head_of(
                frame.user[1:]
            )
            return
        fragment, size = layers.fragment(frame.user)
        self._joined(telegram, fragment, frame.user[size:], bytes([frame.address]))

    def _radio(self, frame: RadioFrame, telegram: Telegram) -> None:
        try:
            self._within(frame, telegram)
        except BrokenTelegram as fault:
            sealed = frame.behind and fault.why is Why.ENCRYPTED
            if frame.doubt is None or sealed:
                raise
            raise frame.doubt from None
        if frame.doubt is not None and not _tells_whole(telegram):
            raise frame.doubt

    def _within(self, frame: RadioFrame, telegram: Telegram) -> None:
        """Read the layers of a radio frame, from the extended link layer on."""
        telegram.frame = frame.kind
        telegram.address = telegram.sender = frame.sender
        telegram.behind = frame.behind
        user = frame.user
        extended, size = layers.extended(user)
        if extended is not None:
            telegram.access_no = extended.access_no
            user = user[size:]
            if extended.session is not None:
                opened = self._session(frame, extended, user)
                user, telegram.security = opened.data, opened.security
                _refuse_sealed(telegram.security)
        self._note_user(user)
        if user[:1] == layers.NETWORK_CI:
            user = user[layers.relayed(user) :]
        fragment, size = layers.fragment(user)
        self._joined(telegram, fragment, user[size:], frame.sender_bytes)

    def _joined(
        self, telegram: Telegram, fragment: Fragment | None, user: bytes, sender: bytes
    ) -> None:
        """Add what a telegram says, or keep it as a part until the others are there."""
        whole: Whole | None = fragment, user
        if fragment is not None and fragment.number:
            head, whole = self._parts.take(sender, fragment, user, self._at_s)
            if whole is None:
                _tell_head(telegram, head)
                telegram.part, telegram.body = fragment.number, Body(more_follows=True)
                return
            fragment, user = whole
        by_radio = telegram.frame is not FrameKind.WIRED
        own = sender if by_radio else bytes(8)
        self._finish(telegram, layers.head(user), whole if by_radio or fragment else None, own)

    def _session(self, frame: RadioFrame, extended: layers.Extended, user: bytes) -> _Opened:
        """Return what a session of the extended link layer carries, without its check."""
        if _checked(user):  # not sealed, or opened by somebody before
            return _Opened(user[2:], Security(ell=extended.sealed))
        if extended.mode == 0:
            raise BrokenTelegram(Why.CRC, 0, _("the check of the link layer is wrong"))
        if not extended.sealed or extended.session is None:
            return _Opened(b"", Security(extended.mode, Sealed.UNSUPPORTED, ell=True))
        keys = self._keys(frame.sender)
        for key in keys:
            opened = sealing.open_ell(
                key, frame.sender_bytes, extended.control, extended.session, user
            )
            if _checked(opened):
                return _Opened(opened[2:], Security(0, Sealed.DECRYPTED, ell=True))
        state = Sealed.WRONG_KEY if keys else Sealed.NO_KEY
        return _Opened(b"", Security(0, state, ell=True))

    def _finish(
        self, telegram: Telegram, head: Head, whole: Whole | None, sender: bytes
    ) -> None:
        """Add what stands behind the transport layer's head."""
        _tell_head(telegram, head)
        if head.content == "error":
            raise _error_of(head.rest)
        if head.content in ("nothing", "alarm"):
            return
        data, body, address = head.rest, None, head.address_bytes or sender
        proved = False
        if head.mode:
            opened = self._opened(telegram, head, whole, address)
            data, body, telegram.security = opened.data, opened.body, opened.security
            _refuse_sealed(opened.security)
            proved = opened.security.state is Sealed.DECRYPTED
        if whole is not None and whole[0] is not None and whole[0].mac:
            self._authenticate(telegram, head, whole, address, proved=proved)
        self._note_records(data)
        telegram.body = self._body(head.content, data, body, whole is not None)

    def _authenticate(
        self, telegram: Telegram, head: Head, whole: Whole, address: bytes, *, proved: bool
    ) -> None:
        """Note whether the code that comes with a telegram was held against its meter's key.

        One whose seal somebody opened on the way cannot be: the code is of what was sealed.
        """
        keys = () if proved or head.sealed_blocks else self._keys(telegram.address)
        if keys and not any(vouches(key, whole, address[2:6]) for key in keys):
            sentence = _("the code that authenticates the telegram is of none of its keys")
            raise BrokenTelegram(Why.MAC, 0, sentence)
        mac = Authentic.CHECKED if proved or keys else Authentic.UNCHECKED
        now = telegram.security
        telegram.security = Security(now.mode, now.state, now.ell, mac)

    def _note_user(self, user: bytes) -> None:
        """See, in plain, what stands behind the extended link layer."""

    def _note_records(self, data: bytes) -> None:
        """See, in plain, what stands behind the transport layer's head."""

    def _body(self, content: str, data: bytes, body: Body | None, by_radio: bool) -> Body:
        if content == "compact":
            return self.formats.body_of(data)
        if content == "format":
            self.formats.learn_format(data)
            return EMPTY
        if body is None:
            body = body_of(data)
        if by_radio and body.manufacturer_data is None and body.fault is None:
            self.formats.learn(body.records)
        return body

    def _opened(
        self, telegram: Telegram, head: Head, whole: Whole | None, address: bytes
    ) -> _Opened:
        """Return the user data opened, or why it stays sealed."""
        mode, blocks = head.mode, head.sealed_blocks
        size = blocks * sealing.BLOCK
        sealed, open_rest = head.rest[:size], head.rest[size:]
        if mode in _OPENED and blocks and len(sealed) == size:
            keys = self._keys(telegram.address)
            opened = self._by_keys(keys, head, whole, address, sealed)
            if opened is not None:
                plain, body = opened
                return _Opened(plain + open_rest, Security(mode, Sealed.DECRYPTED), body)
            if not _is_plain(head.rest):
                state = Sealed.WRONG_KEY if keys else Sealed.NO_KEY
                return _Opened(b"", Security(mode, state))
            return _Opened(head.rest, Security(mode))
        if mode in _OPENED and not blocks:
            return _Opened(head.rest, Security(mode))
        if _is_plain(head.rest) or (whole is None and _stands(head.rest)):
            # An old wired meter keeps anything in what was called the signature.
            return _Opened(head.rest, Security(mode if mode in _KNOWN_MODES else 0))
        if mode in _OPENED:
            raise BrokenTelegram(
                Why.TRUNCATED, head.at, _("less is there than the head says is sealed")
            )
        return _Opened(b"", Security(mode, Sealed.UNSUPPORTED))

    def _by_keys(
        self,
        keys: Sequence[bytes],
        head: Head,
        whole: Whole | None,
        address: bytes,
        sealed: bytes,
    ) -> tuple[bytes, Body | None] | None:
        """Return what one of the keys opens; None where none of them is believed.

        Beside it stands what the records of the whole say, where doubt had them read.

        A key whose telegram is proved, or like records, is believed at once; one that brings
        forth something hardly like them, on the second telegram in a row.
        """
        for key in keys:
            data, proved = try_key(key, head, whole, address, sealed)
            again = self._opens_again(address, key, None if data is None else sealed)
            if data is None:
                continue
            if proved or again or head.content in _CHECKED_BY_ITSELF:
                return data, None
            like, body = how_like(data, head)
            if like >= ENOUGH:
                return data, body
        return None

    def _opens_again(self, address: bytes, key: bytes, sealed: bytes | None) -> bool:
        """Note what a key opened of a meter, None: nothing; True: another one just before, too.

        A wrong key brings forth the mark twice running of 4,294,967,296 times once.
        """
        whose = address, key
        before = self._opened_by.pop(whose, None)
        if sealed is None:
            return False
        block = sealed[: sealing.BLOCK]
        again = before is not None and (before[1] or before[0] != block)
        self._opened_by[whose] = block, again
        if len(self._opened_by) > _MOST_OPENED:
            del self._opened_by[next(iter(self._opened_by))]
        return again


def _tells_whole(telegram: Telegram) -> bool:
    """Tell whether what a telegram of a doubtful length says proves that it is one."""
    if telegram.security.state is Sealed.DECRYPTED:
        return True
    body = telegram.body
    return _all_sound(body) and any(each.state is State.OK for each in body.records)


def _tell_head(telegram: Telegram, head: Head) -> None:
    if head.address is not None:
        telegram.address = head.address
    if head.access_no is not None:
        telegram.access_no, telegram.status = head.access_no, head.status


def _checked(user: bytes) -> bool:
    return len(user) > _CRC_BYTES and int.from_bytes(user[:2], "little") == crc(user[2:])


def _is_plain(data: bytes) -> bool:
    """Tell whether a telegram whose head says "sealed" was opened by somebody before.

    The mark at its beginning alone is none: one in 65,536 sealed ones begins so by chance.
    """
    return data.startswith(MARK) and _stands(data)


def _stands(data: bytes) -> bool:
    """Tell whether bytes are whole records, as good as all of them as meters send them."""
    try:
        body = body_of(data)
    except BrokenTelegram:
        return False
    return _all_sound(body)


def _all_sound(body: Body) -> bool:
    sound = sum(_is_sound(record) for record in body.records)
    return body.fault is None and _OF_FOUR * sound >= (_OF_FOUR - 1) * len(body.records)


def _is_sound(record: Record) -> bool:
    heading = record.heading
    return heading.state in _SOUND and len(heading.qualifiers) <= _MOST_QUALIFIERS


def _refuse_sealed(security: Security) -> None:
    sentence = {
        Sealed.NO_KEY: _("the telegram is sealed, and there is no key for its meter"),
        Sealed.WRONG_KEY: _("the telegram is sealed, and the key for its meter does not fit"),
        Sealed.UNSUPPORTED: _("the telegram is sealed in mode {mode}, which is not supported"),
    }.get(security.state)
    if sentence is not None:
        raise BrokenTelegram(Why.ENCRYPTED, 0, sentence.format(mode=security.mode))


def _error_of(rest: bytes) -> BrokenTelegram:
    code = rest[0] if rest else 0
    words = ERRORS.get(code, f"error {code:02X}")
    return BrokenTelegram(
        Why.DEVICE_ERROR, 0, _("the meter answers with an error: {words}").format(words=words)
    )
