"""Which of the causes stands behind a telegram that could not be decoded."""

from app.model.undecoded import Cause, Undecoded
from drivers.mbus.decoder import Refused
from drivers.mbus.telegram import BrokenTelegram, Sealed, Why

_CAUSES = {
    Why.CRC: Cause.CRC,
    Why.CHECKSUM: Cause.CRC,
    Why.MAC: Cause.WRONG_KEY,
    Why.TRUNCATED: Cause.TRUNCATED,
    Why.LENGTH: Cause.TRUNCATED,
    Why.PROPRIETARY: Cause.PROPRIETARY,
    Why.UNKNOWN_FORMAT: Cause.UNKNOWN_FORMAT,
}
_SEALED = {
    Sealed.NO_KEY: Cause.NO_KEY,
    Sealed.WRONG_KEY: Cause.WRONG_KEY,
    Sealed.UNSUPPORTED: Cause.MODE,
}


def undecoded(fault: BrokenTelegram) -> Undecoded:
    """Return why a telegram tells no readings.

    A telegram that was heard before is none of the decoder's business: who keeps count of
    what was heard tells `Cause.REPLAY`.
    """
    if fault.why is Why.ENCRYPTED and isinstance(fault, Refused):
        cause = _SEALED.get(fault.head.security.state, Cause.MODE)
    else:
        cause = _CAUSES.get(fault.why, Cause.NO_TELEGRAM)
    return Undecoded(cause, str(fault), fault.offset)
