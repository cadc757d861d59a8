"""Why a telegram tells no readings, in words, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from app.words import _


class Cause(StrEnum):
    """What stands between a telegram and its readings."""

    NO_KEY = "no-key"
    WRONG_KEY = "wrong-key"
    MODE = "mode-unsupported"
    CRC = "crc"
    UNKNOWN_FORMAT = "unknown-format"
    PROPRIETARY = "proprietary"
    TRUNCATED = "truncated"
    TOO_LONG = "too-long"
    REPLAY = "replay"
    NO_TELEGRAM = "no-telegram"  # whatever it is, no telegram of a meter with readings


@dataclass(frozen=True, slots=True)
class Undecoded:
    """A telegram without readings.

    ``said`` is the sentence of who found it; ``offset`` the byte, counted from the first one
    of the part of the telegram that could not be read.
    """

    cause: Cause
    said: str = ""
    offset: int = 0

    @property
    def short(self) -> str:
        """Return the cause in a few words, for a list."""
        return cause_text(self.cause)

    @property
    def advice(self) -> str:
        """Return what to do about it."""
        return cause_advice(self.cause)


def cause_text(cause: Cause) -> str:
    """Return a cause in a few words."""
    return {
        Cause.NO_KEY: _("no key"),
        Cause.WRONG_KEY: _("wrong key"),
        Cause.MODE: _("encryption mode not supported"),
        Cause.CRC: _("damaged on the way"),
        Cause.UNKNOWN_FORMAT: _("compact frame of an unknown format"),
        Cause.PROPRIETARY: _("the maker's own telegram"),
        Cause.TRUNCATED: _("bytes are missing"),
        Cause.TOO_LONG: _("more bytes than one telegram has"),
        Cause.REPLAY: _("an old telegram, sent again"),
        Cause.NO_TELEGRAM: _("no telegram with readings"),
    }[cause]


def cause_advice(cause: Cause) -> str:
    """Return what to do about a cause."""
    return {
        Cause.NO_KEY: _(
            "The telegram is sealed, and no key is known for this meter. Import the key file "
            "that its maker sent with the meter."
        ),
        Cause.WRONG_KEY: _(
            "The telegram is sealed with another key than the one that is known, or it was "
            "changed on the way. Compare the meter's number with the one of the key file."
        ),
        Cause.MODE: _(
            "The telegram is sealed in a way that cannot be opened here. Ask the maker whether "
            "the meter can send in mode 5 or 7."
        ),
        Cause.CRC: _(
            "A check in the telegram does not fit its bytes. Now and then that is usual by "
            "radio; if it is so most of the time, the receiver hears the meter badly."
        ),
        Cause.UNKNOWN_FORMAT: _(
            "Short telegrams leave out what their values mean. The meter tells it in a long "
            "one every few minutes: wait for it."
        ),
        Cause.PROPRIETARY: _(
            "Only the maker knows how to read this telegram. Ask whether the meter can send by "
            "the standard (OMS)."
        ),
        Cause.TRUNCATED: _(
            "The telegram ends too soon. Look whether it was copied whole, and whether the "
            "receiver cuts long telegrams."
        ),
        Cause.TOO_LONG: _(
            "More bytes are there than the telegram's length says. Perhaps two telegrams were "
            "copied into one: take them one by one."
        ),
        Cause.REPLAY: _(
            "It was received before, or is older than the newest one. Its readings are not "
            "taken a second time."
        ),
        Cause.NO_TELEGRAM: _(
            "These bytes are no telegram in which a meter tells readings. Look whether they "
            "were copied whole and begin with the first byte."
        ),
    }[cause]
