"""Decides what of everything heard is told: once, by whom it is, and not if it is old."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from app.errors import BadInput
from app.model.device import DeviceConfig
from app.model.hearing import MeterKeyring
from app.model.meterprofile import STANDARD_ALONE, MeterProfiles
from app.model.reading import Origin, Quality, Reading
from app.model.undecoded import Cause, cause_text
from app.ports import Heard
from app.words import _
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.diagnosis import undecoded
from drivers.mbus.layers import AFL_CI, NETWORK_CI
from drivers.mbus.names import maker_letters, medium_name
from drivers.mbus.telegram import (
    Address,
    BrokenTelegram,
    FrameKind,
    Sealed,
    Telegram,
    Why,
)
from drivers.wireless.caught import Caught
from drivers.wireless.heardmeter import HeardMeter
from drivers.wireless.jsonmeter import points_in
from drivers.wireless.sayings import Saying, Sayings, said_in
from drivers.wireless.traffic import Foreign, Traffic

MOST_FOREIGN = 5_000  # meters nobody configured, told apart; more are one count
NOT_SEALED = "not-sealed"  # reason: a meter with a key spoke in the clear
_SYNC = (b"\x54\xcd", b"\x54\x3d")
_SENDER, _NUMBER, _CI = slice(2, 10), slice(4, 8), 10
_LONG_HEADS = frozenset([0x72, 0x73, 0x6B, 0x6F, 0x75, 0x80, 0x8B])
_EXTENDED = {0x8C: 3, 0x8E: 11}  # bytes of the extended link layers that seal nothing
_AUTHENTICATED = bytes([AFL_CI])
_DIGITS = 8
_MOST_FRAMES = 200
_OLD_S = 2 * 86_400.0  # what is older says nothing of the present


class Ear:
    """All meters of one radio link; pure but for its memory, lives on the core's loop."""

    def __init__(
        self,
        devices: Collection[DeviceConfig],
        keys: MeterKeyring,
        clock: Callable[[], datetime],
        profiles: MeterProfiles = STANDARD_ALONE,
    ) -> None:
        """``keys`` is asked anew for every telegram: a key taken in counts at once."""
        self._clock, self._sayings = clock, Sayings(profiles)
        self.decoder = Decoder(lambda address: keys(address.id.lower()))
        self.meters: dict[str, HeardMeter] = {}
        self._by_bytes: dict[bytes, HeardMeter] = {}
        for config in devices:
            meter = meter_of(config)
            self.meters[meter.number] = meter
            self._by_bytes[bytes.fromhex(meter.number)[::-1]] = meter
        self._carried: dict[bytes, HeardMeter] = {}  # by who sends a message's parts
        self.traffic: dict[str, Traffic] = {}
        self.last = deque[tuple[datetime, str, bytes]](maxlen=_MOST_FRAMES)

    def of(self, receiver: str) -> Traffic:
        """Return what a receiver brought so far."""
        return self.traffic.setdefault(receiver, Traffic())

    def take(self, caught: Caught, receiver: str, at_s: float) -> Heard | None:
        """Return what a meter says for the first time; None for everything else."""
        traffic = self.of(receiver)
        if caught.charge is not None:
            traffic.charge = caught.charge.after(traffic.charge)
            if not caught.number:
                return None  # of itself, of no meter
        traffic.came(caught.level_dbm, at_s)
        if caught.at is not None:
            return self._recorded(caught, caught.at, receiver, at_s)
        if caught.values is not None:
            return self._told_by_another(caught, receiver, at_s)
        if caught.damaged or len(caught.frame) <= _CI:
            traffic.damaged += 1
            return None
        frame = caught.frame[2:] if caught.frame[:2] in _SYNC else caught.frame
        meter = self._by_bytes.get(frame[_NUMBER]) or self._by_bytes.get(_inner(frame))
        part = _part_of(frame)
        if part == 1 and meter is not None:
            self._carried[frame[_SENDER]] = meter
        elif part == 1:
            self._carried.pop(frame[_SENDER], None)
        elif part and meter is None:  # only the first part names the meter behind an adapter
            meter = self._carried.get(frame[_SENDER])
        if meter is None:
            self._note_foreign(traffic, frame, caught.level_dbm, at_s)
            return None
        return self._own(meter, caught, receiver, at_s)

    def _own(
        self, meter: HeardMeter, caught: Caught, receiver: str, at_s: float
    ) -> Heard | None:
        traffic, reception = self.traffic[receiver], meter.reception
        if meter.same_bytes(caught.frame, at_s):
            traffic.own += 1
            traffic.again += 1
            reception.caught(receiver, caught.level_dbm, at_s)
            reception.repeated(caught.level_dbm)
            return None
        self.last.append((self._clock(), receiver, caught.frame))
        try:
            telegram = self._decoded(caught, traffic, at_s)
        except Refused as fault:
            return self._failed(meter, fault, receiver, caught, at_s)
        if meter.maker and telegram.address.manufacturer != meter.maker:
            self._note_foreign(traffic, caught.frame, caught.level_dbm, at_s)
            return None
        traffic.own += 1
        meter.note(caught.frame)
        reception.caught(receiver, caught.level_dbm, at_s)
        # The parts of a message say nothing: it speaks with its last one.
        if telegram.part or meter.same_content(telegram.access_no, telegram.body.records, at_s):
            if not telegram.part:
                traffic.again += 1
                reception.repeated(caught.level_dbm)
            return None
        saying = self._sayings.of(telegram)
        if meter.replayed(saying.totals, saying.clock, at_s):
            return _old(meter)
        reception.told(telegram.access_no, caught.level_dbm, at_s)
        meter.keep(caught.frame, at_s)
        return self._told(meter, telegram, saying)

    def _decoded(self, caught: Caught, traffic: Traffic, at_s: float) -> Telegram:
        """Return a telegram; a receiver that is known to take checks off is believed."""
        stripped = traffic.strips if caught.stripped is None else caught.stripped
        telegram = self.decoder.decode(caught.frame, stripped, at_s)
        if telegram.frame is FrameKind.RADIO_BARE:
            traffic.strips = True
        return telegram

    def _told(self, meter: HeardMeter, telegram: Telegram, saying: Saying) -> Heard:
        meter.trouble = ""
        sealed = telegram.security.state is Sealed.DECRYPTED
        meter.keyed = meter.keyed or sealed
        address = telegram.address
        facts: Mapping[str, str] = {}
        if saying.specs is not meter.specs:  # of what is known already nothing is told again
            meter.label = meter.label or saying.model or _kind_of(address)
            meter.facts = facts = self._facts(address)
        clear = meter.keyed and not sealed
        return self._news(meter, saying, facts, NOT_SEALED if clear else "")

    def _news(
        self, meter: HeardMeter, saying: Saying, facts: Mapping[str, str], doubt: str
    ) -> Heard:
        """Return readings; with a ``doubt`` they are uncertain, and tell why."""
        learned = meter.learns(saying.specs)
        at, qualities, reasons = self._clock(), saying.qualities, saying.reasons
        if doubt:
            qualities = [
                Quality.UNCERTAIN if each is Quality.GOOD else each for each in qualities
            ]
            reasons = [doubt] * len(qualities)
        parts = zip(meter.ids, saying.values, qualities, reasons, strict=True)
        readings = [Reading(own, value, good, at, why) for own, value, good, why in parts]
        return Heard(
            meter.device,
            readings,
            "",
            dict(meter.points) if learned else None,
            facts,
            meter.label,
            meter.reception.interval_s,
        )

    def _failed(
        self,
        meter: HeardMeter,
        fault: Refused,
        receiver: str,
        caught: Caught,
        at_s: float,
    ) -> Heard | None:
        """Count why; a telegram damaged on the way says nothing of the meter."""
        why = undecoded(fault, caught.frame)
        meter.reception.failed(why.cause)
        traffic = self.traffic[receiver]
        if why.cause in (Cause.CRC, Cause.TRUNCATED, Cause.TOO_LONG):
            traffic.damaged += 1
            return None
        traffic.own += 1
        meter.note(caught.frame)
        meter.reception.caught(receiver, caught.level_dbm, at_s)
        meter.trouble = why.said
        wrong = why.cause is Cause.WRONG_KEY
        return Heard(meter.device, trouble=why.said, wrong_key=wrong)

    def _told_by_another(self, caught: Caught, receiver: str, at_s: float) -> Heard | None:
        values, traffic = caught.values or {}, self.traffic[receiver]
        number = str(values.get("id", "")).lower().zfill(_DIGITS)
        meter = self.meters.get(number)
        if meter is None:
            self._count_foreign(traffic, number, "", caught.level_dbm, at_s)
            return None
        traffic.own += 1
        meter.reception.caught(receiver, caught.level_dbm, at_s)
        points = points_in(values)
        told = sorted((each.spec.key, str(each.value)) for each in points)
        stamp = repr((values.get("timestamp"), told)).encode()
        if meter.same_bytes(stamp, at_s):
            traffic.again += 1
            meter.reception.repeated(caught.level_dbm)
            return None
        saying = said_in(points, None, str(values.get("media", "")))
        if meter.replayed(saying.totals, None, at_s):
            return _old(meter)
        meter.keep(stamp, at_s)
        meter.reception.told(None, caught.level_dbm, at_s)
        meter.trouble = ""
        meter.label = meter.label or saying.model
        meter.facts = facts = {
            "serial": number.upper(),
            "medium": str(values.get("media", "")),
        }
        return self._news(meter, saying, facts, "")

    def _recorded(
        self, caught: Caught, at: datetime, receiver: str, at_s: float
    ) -> Heard | None:
        """Return what a file tells of an earlier moment; its order is that of its times.

        What is newest is the present state of its meter, unless it is of the day before
        yesterday; everything is filed at its own time.
        """
        traffic, meter = self.traffic[receiver], self.meters.get(caught.number)
        if meter is None:
            self._count_foreign(traffic, caught.number, "", None, at_s)
            return None
        traffic.own += 1
        meter.reception.caught(receiver, None, at_s, at.timestamp())
        facts: Mapping[str, str] = {"serial": meter.number.upper()}
        if caught.frame:
            try:
                telegram = self.decoder.decode(caught.frame, at_s=at.timestamp())
                _require_number(telegram, meter)
            except BrokenTelegram as fault:
                return _useless(meter, fault)
            if telegram.part:
                return None
            saying, facts = self._sayings.of(telegram), self._facts(telegram.address)
            meter.label = meter.label or saying.model or _kind_of(telegram.address)
        else:
            saying = said_in(caught.points, None, "")
        age_s = max(0.0, (self._clock() - at).total_seconds())
        newest = (meter.row_at is None or at > meter.row_at) and age_s < _OLD_S
        if newest:
            meter.row_at, meter.trouble = at, ""
            if at_s - age_s > (meter.reception.last_s or 0.0):
                meter.reception.told(None, None, at_s - age_s)
        known, meter.facts = saying.specs is meter.specs, facts
        heard = self._news(meter, saying, {} if known else facts, "")
        now, origin = self._clock(), Origin.LIVE if newest else Origin.BACK_FILLED
        own = [
            replace(each, measured_at=at, origin=origin, received_at=now)
            for each in heard.readings
        ]
        return replace(heard, readings=own if newest else (), late=own)

    def _facts(self, address: Address) -> Mapping[str, str]:
        return {
            "serial": address.id.upper(),
            "manufacturer": address.manufacturer,
            "medium": medium_name(address.medium),
            "version": f"{address.version}",
            **self._sayings.facts(address),
        }

    def _note_foreign(
        self, traffic: Traffic, frame: bytes, level_dbm: float | None, at_s: float
    ) -> None:
        """Count a stranger by what its head says in the clear; nothing of it is opened."""
        maker = maker_letters(int.from_bytes(frame[2:4], "little"))
        self._count_foreign(traffic, frame[7:3:-1].hex(), maker, level_dbm, at_s)

    def _count_foreign(
        self, traffic: Traffic, number: str, maker: str, level_dbm: float | None, at_s: float
    ) -> None:
        traffic.foreign += 1
        known = traffic.heard.get(number)
        if known is None:
            if len(traffic.heard) >= MOST_FOREIGN:
                return
            known = traffic.heard[number] = Foreign(number, maker)
        known.count += 1
        known.last_s, known.level_dbm = at_s, level_dbm


def _old(meter: HeardMeter) -> Heard:
    meter.reception.failed(Cause.REPLAY)
    meter.trouble = cause_text(Cause.REPLAY)
    return Heard(meter.device, trouble=meter.trouble)


def _useless(meter: HeardMeter, fault: BrokenTelegram) -> Heard:
    """Note why a telegram out of a file tells nothing; nobody damaged it on the way."""
    why = undecoded(fault) if isinstance(fault, Refused) else None
    meter.trouble = str(fault) if why is None else why.said
    if why is not None:
        meter.reception.failed(why.cause)
    return Heard(meter.device, trouble=meter.trouble)


def _require_number(telegram: Telegram, meter: HeardMeter) -> None:
    if (number := telegram.address.id.lower()) != meter.number:
        said = _("the telegram is of meter {own}, its row says {said}")
        said = said.format(own=number.upper(), said=meter.number.upper())
        raise BrokenTelegram(Why.MALFORMED, 0, said)


def _kind_of(address: Address) -> str:
    return f"{address.manufacturer} {medium_name(address.medium)}".strip()


def _inner(frame: bytes) -> bytes:
    """Return the number of the meter behind an adapter, as its transport head has it."""
    at = _above(frame)
    if frame[at : at + 1] == _AUTHENTICATED and len(frame) > at + 1:
        at += 2 + frame[at + 1]
    return frame[at + 1 : at + 5] if frame[at : at + 1] and frame[at] in _LONG_HEADS else b""


def _above(frame: bytes) -> int:
    """Return where the layers begin that tell of the meter."""
    at = _CI + _EXTENDED.get(frame[_CI], 0)
    return at + 2 if frame[at : at + 1] == NETWORK_CI else at


def _part_of(frame: bytes) -> int:
    """Return which part of a message a frame is; 0: it is one by itself."""
    at = _above(frame)
    return frame[at + 2] if frame[at : at + 1] == _AUTHENTICATED and len(frame) > at + 2 else 0


def meter_of(config: DeviceConfig) -> HeardMeter:
    """Return the meter a device's options name: ``secondary``, its number, and ``maker``.

    Raises `BadInput`, naming the device, where there is no number.
    """
    number = str(config.options.get("secondary") or config.serial or "").strip().lower()
    if not 0 < len(number) <= _DIGITS or set(number) - set("0123456789abcdef"):
        raise BadInput(
            _("{name}: a radio meter needs its number, up to eight digits").format(
                name=config.name
            )
        )
    maker = str(config.options.get("maker") or "").strip().upper()
    return HeardMeter(config.id, config.name, number.zfill(_DIGITS), maker)
