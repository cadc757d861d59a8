"""What read-outs and alarms are called on paper and in spreadsheets, in any language."""

from app.reports.commissioning_data import MeasuredRow
from app.reports.measured import split_tag
from app.reports.words import Words


def name_words(row: MeasuredRow, _: Words) -> str:
    """Return a read-out's name without its sign, in the report's language.

    Profiles name it with its sign ("P1 heating pump", "Voltage L1"); where only that
    whole name is known in the language, the sign is taken off again.
    """
    own = {"Heating valve": _("Heating valve"), "DHW valve": _("DHW valve")}
    name, tag = row.name, row.tag
    told = own.get(name) or _(name)
    if told != name or not tag or not name:
        return told
    small = f"{name[0].lower()}{name[1:]}"
    for whole in (f"{tag} {name}", f"{tag} {small}", f"{name} {tag}"):
        told = _(whole)
        if told != whole:
            return split_tag(told)[1]
    return name


def alarm_state_words(state: str, _: Words) -> str:
    """Return where an alarm stands."""
    own = {
        "unacknowledged": _("unacknowledged"),
        "acknowledged": _("acknowledged"),
        "returned": _("over, not acknowledged"),
    }
    return own.get(state) or _(state)
