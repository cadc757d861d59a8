"""The telegram inspector's service, put together with the decoder and the meter profiles."""

import logging
from functools import cache
from pathlib import Path

from app.errors import BadInput
from app.model.anatomy import Anatomy
from app.model.meterprofile import MeterProfiles, MeterSource
from app.model.undecoded import Cause, Undecoded
from app.plant.telegrams import TelegramService
from app.profiles.meters import FOLDER, load_meters
from app.words import _

_log = logging.getLogger(__name__)


def meters_of(project: Path) -> MeterSource:
    """Return what reads the meter profiles of a project's folder, when it is asked first.

    A file that cannot be used is told by its name and line, and left out alone.
    """

    @cache
    def meters() -> MeterProfiles:
        found = load_meters([project / FOLDER])
        for error in found.errors:
            _log.warning("meter profile left out: %s", error)
        return found.meters

    return meters


def telegrams_of(meters: MeterSource) -> TelegramService:
    """Return what takes telegrams apart with these meter profiles."""

    def look(telegram: str, key: str) -> Anatomy:
        from drivers.mbus.anatomy import anatomy_of
        from drivers.mbus.written import KeyRing, key_of
        from drivers.wireless.caught import caught_in

        tried = key_of(key) if key.strip() else None
        if key.strip() and tried is None:
            raise BadInput(_("a key has 32 hexadecimal digits"))
        ring = KeyRing([tried] if tried else [])
        # A line of a receiver's log (rtl_wmbus, wmbusmeters) is pasted as it stands.
        caught = caught_in(telegram.encode(errors="replace"))
        if caught is not None and caught.damaged:
            said = _("its receiver says that it came damaged")
            return Anatomy("", "", (), cannot=Undecoded(Cause.CRC, said))
        if caught is not None and caught.frame:
            return anatomy_of(caught.frame.hex(), ring, meters(), caught.stripped)
        return anatomy_of(telegram, ring, meters())

    return TelegramService(look)
