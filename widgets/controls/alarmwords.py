"""What raised an alarm, in a few words and figures."""

from app.model.alarm import Alarm
from app.model.point import PointSpec
from app.words import _
from widgets.controls.marks import alarm_state_word
from widgets.controls.quality import figures, number_text

_SIGNS = {"high": ">", "low": "<"}


def condition_text(alarm: Alarm, spec: PointSpec | None) -> str:
    """Return the value against its limit, ``47.3 °C > 40.0``; "" for alarms without figures.

    ``spec`` gives unit and decimals; None while the core is still asked for it.
    """
    sign, limit = _SIGNS.get(alarm.rule.kind, ""), alarm.rule.limit
    if alarm.value is None or limit is None or not sign:
        return ""
    unit = f" {spec.unit}" if spec is not None and spec.unit else ""
    return f"{number(alarm.value, spec)}{unit} {sign} {number(limit, spec)}"


def limit_text(alarm: Alarm, spec: PointSpec | None) -> str:
    """Return the limit alone, as its column shows it: ``> 40``."""
    sign, limit = _SIGNS.get(alarm.rule.kind, ""), alarm.rule.limit
    return f"{sign} {number(limit, spec)}" if limit is not None and sign else ""


def standing_word(alarm: Alarm) -> str:
    """Return where an alarm stands; one found in readings that came late stood nowhere."""
    return _("Historical") if alarm.historical else alarm_state_word(alarm.state)


def kind_word(kind: str) -> str:
    """Return what sort of rule raised it; a kind nobody named is shown as it is."""
    words = {
        "high": _("High limit"),
        "low": _("Low limit"),
        "offline": _("No connection"),
        "device-bit": _("Reported by the device"),
        "unknown-state": _("State not known"),
        "heard": _("Reception by radio"),
        "own": _("Heatdesk itself"),
    }
    return words.get(kind, kind)


def number(value: float, spec: PointSpec | None) -> str:
    """Return a figure as its point is shown; without a point, two places at most."""
    if spec is not None:
        return number_text(value, spec)
    for decimals in (0, 1):
        if abs(value - round(value, decimals)) < 10.0 ** -(decimals + 3):
            return figures(value, decimals)
    return figures(value, 2)
