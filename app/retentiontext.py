"""How long samples are kept, told in sentences: on the screen and by the command alike."""

from app.model.retention import DataKind, KeepRule, Stage, Then
from app.words import _, ngettext

_FAR = 1 << 30  # months after which every rule has come to its end


def kind_name(kind: DataKind) -> str:
    """Return what a kind of samples is called."""
    words = {
        DataKind.COUNTER: _("Meter readings (energy, volume)"),
        DataKind.MEASURED: _("Measured values (temperature, flow, power)"),
        DataKind.STATE: _("Settings and states"),
    }
    return words[kind]


def room_name(name: str) -> str:
    """Return what a kind of data that takes room is called."""
    known = {kind.value: kind for kind in DataKind}
    if name in known:
        return kind_name(known[name])
    words = {
        "figures": _("Figures of days and months, outlines of charts"),
        "fast": _("10-second readings of the last two days"),
        "rest": _("What waits to be put together, and the databases themselves"),
    }
    return words.get(name, name)


def rule_text(rule: KeepRule) -> str:
    """Return a rule in a sentence."""
    if rule.stage(_FAR) is Stage.ALL:
        return _("every sample for ever")
    months = ngettext(
        "every sample for {count} month", "every sample for {count} months", rule.all_months
    ).format(count=rule.all_months)
    if not rule.daily_years:
        return _("{first}, then one a day for ever").format(first=months)
    years = ngettext(
        "one a day up to {count} year", "one a day up to {count} years", rule.daily_years
    ).format(count=rule.daily_years)
    if rule.then is Then.MONTHLY:
        return _("{first}, {second}, then one a month").format(first=months, second=years)
    return _("{first}, {second}, then none").format(first=months, second=years)
