"""Take a telegram apart byte by byte, layer by layer, for the telegram inspector."""

from app.model.anatomy import Anatomy
from app.model.meterprofile import STANDARD_ALONE, MeterProfiles
from app.model.undecoded import Cause, Undecoded
from app.model.verified import RADIO, WIRED, Proof
from app.profiles.verified import proof_of
from app.words import _
from drivers.mbus.decoder import Decoder, Keys, Refused, no_keys
from drivers.mbus.diagnosis import undecoded
from drivers.mbus.dissection import Dissection
from drivers.mbus.names import medium_name
from drivers.mbus.points import MeterReport, report_of
from drivers.mbus.telegram import BrokenTelegram, FrameKind, Telegram
from drivers.mbus.written import telegram_of


def anatomy_of(
    text: str,
    keys: Keys = no_keys,
    profiles: MeterProfiles = STANDARD_ALONE,
    stripped: bool | None = None,
) -> Anatomy:
    """Return a telegram in hexadecimal digits taken apart; pure, and never raises.

    ``stripped`` as `Decoder.decode` takes it.
    Of one that cannot be decoded as far as it can be read, and why not further.
    """
    try:
        data = telegram_of(text)
    except BrokenTelegram as fault:
        return Anatomy("", "", (), cannot=undecoded(fault))
    watched = _Watched(keys)
    cannot: Undecoded | None = None
    try:
        telegram = watched.decode(data, stripped)
    except Refused as fault:
        telegram, cannot = fault.head, undecoded(fault, data)
    if telegram.part:
        said = _("part {n} of a message in several telegrams; its readings come with the last")
        cannot = Undecoded(Cause.TRUNCATED, said.format(n=telegram.part), len(data))
    if telegram.body.fault is not None:
        cannot = undecoded(telegram.body.fault)
    report = report_of(telegram, profiles)
    found = Dissection(data, telegram, report, watched.user, watched.records)
    found.walk()
    return Anatomy(
        data.hex().upper(),
        bytes(found.opened).hex().upper(),
        tuple(found.parts),
        _meter(telegram),
        _profile(report),
        cannot,
        None if cannot is not None else _proof(telegram, report),
        medium_name(telegram.address.medium) if telegram.address.id else "",
    )


def _meter(telegram: Telegram) -> str:
    address = telegram.address
    return f"{address.manufacturer} {address.id.upper()}" if address.id else ""


def _profile(report: MeterReport) -> str:
    if report.profile is None or report.model is None:
        return ""
    return report.model.model or report.profile.label


def _proof(telegram: Telegram, report: MeterReport) -> Proof:
    way = WIRED if telegram.frame is FrameKind.WIRED else RADIO
    who = telegram.address
    return proof_of(way, who.manufacturer, who.version, who.medium, report.profile)


class _Watched(Decoder):
    """A decoder that keeps what it opened."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(keys)
        self.user: bytes | None = None
        self.records: bytes | None = None

    def _note_user(self, user: bytes) -> None:
        self.user = user

    def _note_records(self, data: bytes) -> None:
        self.records = data
