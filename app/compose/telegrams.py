"""The telegram inspector's service, put together with the decoder and the meter profiles."""

import logging
from functools import cache
from pathlib import Path

from app.errors import BadInput
from app.model.anatomy import Anatomy
from app.model.meterprofile import MeterProfiles, MeterSource
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

        tried = key_of(key) if key.strip() else None
        if key.strip() and tried is None:
            raise BadInput(_("a key has 32 hexadecimal digits"))
        return anatomy_of(telegram, KeyRing([tried] if tried else []), meters())

    return TelegramService(look)
