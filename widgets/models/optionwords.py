"""What the options of lines and meters are called, and what they say."""

from app.model.linknames import LINK_NAMES
from app.words import _
from widgets.controls.alarmwords import kind_word
from widgets.metersetup.options import (
    ENERGISE,
    FROST,
    RELEASE,
    SILENT,
    STATE,
    SUPPLY,
    WRONG_KEY,
)

_PATH = "path_"  # and its number: the ways to read one meter, the best first


def option_word(name: str) -> str:
    """Return what an option of a line or a meter is called; unknown ones as they are."""
    number = name.removeprefix(_PATH)
    if number != name and number.isdecimal():
        return _("Way {number}").format(number=number)
    words = {
        "host": _("Address"),
        "port": _("Port"),
        "device": _("Serial port"),
        "baud": _("Baud rate"),
        "connect_timeout_s": _("Longest wait for a connection, s"),
        "network_s": _("Time on the network, s"),
        "lapse": _("Speed of a simulated line"),
        "receivers": _("Receivers"),
        "silent_min": _("Open anew after silent minutes"),
        "expected": _("Hours with telegrams"),
        "secondary": _("Secondary address"),
        "interval_s": _("Expected interval, s"),
        "patience_s": _("Longest answer, s"),
        "supply": _("Power supply"),
        "valve_kind": _("Heat valve"),
        ENERGISE: _("Command that energises it"),
        RELEASE: _("Command that releases it"),
        STATE: _("Value that tells its state"),
        FROST: _("Frost guard, °C"),
        SILENT: _("Alarm when it is silent beyond its interval"),
        WRONG_KEY: _("Alarm when its key does not fit"),
        SUPPLY: _("Alarm when nobody knows whether heat is connected"),
    }
    return words.get(name, name)


def option_value(name: str, text: str) -> str:
    """Return what an option of this name says; texts that are no words of ours as they are."""
    if name == "baud" and text == "auto":
        return _("found by trying")
    words = {
        "supply": {"battery": _("battery"), "mains": _("mains")},
        "valve_kind": {
            "normally open": _("normally open"),
            "normally closed": _("normally closed"),
        },
    }
    return words.get(name, {}).get(text, text)


def kind_name(kind: str) -> str:
    """Return what kind a line or an alarm rule is of, in words."""
    return LINK_NAMES.get(kind) or (_("Several ways") if kind == "paths" else kind_word(kind))
