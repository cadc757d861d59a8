"""Why a reading is not good, in the operator's words."""

from app.model.paths import is_coarse, source_of
from app.words import _


def reason_text(code: str) -> str:
    """Return the sentence for a reason code; an unknown code is shown as it came."""
    known = {
        "sensor-open": _("the sensor is open or not connected"),
        "sensor-short": _("the sensor is short-circuited"),
        "sensor-fault": _("the device reports a sensor fault"),
        "not-connected": _("the sensor is open or not connected"),
        "not-available": _("the device has no such value now"),
        "not-in-use": _("the controller does not use this value"),
        "not-a-number": _("the device sent no number"),
        "not-text": _("the device sent no readable text"),
        "not-read": _("it was not read"),
        "out-of-range": _("outside of what is physically possible"),
        "refused": _("the device refused to tell it"),
        "register-refused": _("the device refused to tell it"),
        "device-trouble": _("the device is busy or in trouble"),
        "garbled": _("the answer could not be understood"),
        "implausible": _("implausible value"),
        "device-late": _("no answer since then"),
        "before-start": _("read before Heatdesk was started"),
        "device-offline": _("the device does not answer"),
        "link-lost": _("the connection is lost"),
        "too-old": _("older than two polling cycles"),
        "stale": _("older than two polling cycles"),
        "timeout": _("the device did not answer in time"),
        "unreachable": _("the device does not answer"),
        "offline": _("the device does not answer"),
        "core-lost": _("the core of Heatdesk does not answer"),
        "state-unknown": _("a command was sent and nobody answered: its state is not known"),
        "not-sealed": _("sent in the clear by a meter that has a key"),
        "disabled": _("switched off in the project"),
    }
    if (path := source_of(code)) is not None:
        return _coarse_or_not(code).format(path=path)
    return known.get(code) or code.replace("-", " ")


def _coarse_or_not(code: str) -> str:
    if is_coarse(code):
        return _("by {path}, which tells fewer digits: the higher figure before stands")
    return _("by {path}")
