"""The status byte in a meter's head (EN 13757-3, table 5), in words."""

from app.model.meterprofile import MeterProfile
from app.model.point import ValueKind
from drivers.mbus.kinds import Draft
from drivers.mbus.telegram import Function

STATUS_KEY = "status"
_APPLICATION = 0x03  # the two lowest bits are one number
_ABNORMAL = 3
_ABNORMAL_BIT = 8  # of ours, behind the byte: both bits are neither of the two
_STANDARD = {
    0: "busy",
    1: "application error",
    2: "battery low",
    3: "permanent error",
    4: "temporary error",
    _ABNORMAL_BIT: "abnormal condition",
}
STATUS_WORDS = tuple(_STANDARD.values())
_MAKERS = {5: "maker's bit 5", 6: "maker's bit 6", 7: "maker's bit 7"}


def status_draft(status: int, profile: MeterProfile | None) -> Draft:
    """Return the status byte as a point; the maker's own bits in the words of its profile."""
    bits = status
    if status & _APPLICATION == _ABNORMAL:
        bits = status & ~_APPLICATION | 1 << _ABNORMAL_BIT
    own = profile.status_bits if profile else {}
    return Draft(
        key=STATUS_KEY,
        name="Status",
        value=float(bits),
        kind=ValueKind.FLAGS,
        choices=_STANDARD | _MAKERS | dict(own),
        role="meter.status",
        function=Function.INSTANTANEOUS,
    )
