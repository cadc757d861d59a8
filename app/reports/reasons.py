"""Why a value is not good, in the few words a table on paper has room for."""

from app.model.paths import source_of
from app.reports.words import Words


def reason_words(code: str, _: Words) -> str:
    """Return the words for a reason code; an unknown code is printed as it came."""
    known = {
        "sensor-open": _("no sensor, or open"),
        "sensor-short": _("sensor short-circuited"),
        "sensor-fault": _("sensor fault"),
        "not-connected": _("no sensor"),
        "not-available": _("device has no such value now"),
        "not-in-use": _("not used by the controller"),
        "not-a-number": _("no number"),
        "not-text": _("no readable text"),
        "out-of-range": _("outside of what is possible"),
        "refused": _("refused by the device"),
        "garbled": _("answer not understood"),
        "implausible": _("implausible"),
        "not-read": _("not read"),
        "link-lost": _("connection lost"),
        "too-old": _("too old"),
        "timeout": _("no answer in time"),
        "unreachable": _("no answer"),
        "device-late": _("device late"),
        "before-start": _("read before the start"),
        "device-offline": _("no answer"),
        "offline": _("no answer"),
    }
    if (path := source_of(code)) is not None:
        return _("by {path}").format(path=path)
    return known.get(code) or code.replace("-", " ")
