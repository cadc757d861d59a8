"""What is said of a measured value: set point or limit, difference, why it is flagged."""

from zoneinfo import ZoneInfo

from app.model.reading import Quality
from app.reports.commissioning_data import AlarmRow, CommissioningData, MeasuredRow, OverrideRow
from app.reports.form import signed, written
from app.reports.paper.marking import reason_of
from app.reports.words import Words, clock

_PAPER_DECIMALS = {"°C": 1, "K": 1}  # a Pt 1000 input is no finer
_MINUTE_S, _HOUR_MIN = 60, 60


def decimals_on_paper(row: MeasuredRow) -> int:
    """Return how many decimals a read-out is printed with."""
    return min(row.form.decimals, _PAPER_DECIMALS.get(row.form.unit, row.form.decimals))


def reference_text(row: MeasuredRow, _: Words) -> str:
    """Return the set point ("51.8") or the limit ("≤ 40.0") of a read-out, or nothing."""
    decimals = decimals_on_paper(row)
    if row.set_point is not None:
        return written(row.form, row.set_point, _, decimals)
    return f"≤ {written(row.form, row.limit, _, decimals)}" if row.limit is not None else ""


def difference_text(row: MeasuredRow, _: Words) -> str:
    """Return how far the printed value is off its printed set point or limit: "+0.4"."""
    against = row.limit if row.set_point is None else row.set_point
    if against is None or not isinstance(row.told.value, int | float):
        return ""
    decimals = decimals_on_paper(row)
    return signed(round(row.told.value, decimals) - round(against, decimals), decimals, _)


def override_of(row: MeasuredRow, data: CommissioningData) -> OverrideRow | None:
    """Return what holds an output, when it is not left to the controller."""
    slots = dict(data.slots)
    slot = next((slot for slot, key in slots.items() if key == row.key), "")
    held = {slots.get(f"{slot}_override"), slots.get(f"{slot}_manual")} - {None}
    return next((override for override in data.overrides if override.key in held), None)


def flag_text(
    row: MeasuredRow,
    data: CommissioningData,
    alarm: AlarmRow | None,
    override: OverrideRow | None,
    _: Words,
) -> str:
    """Return the alarm on a value, what holds it, its age, or why there is none."""
    zone = ZoneInfo(data.zone)
    if alarm:
        since = clock(alarm.since, zone, seconds=False)
        told = _("{alarm}, since {time}").format(alarm=kind_words(alarm, _), time=since)
        missing = reason_of(row.told, _) if row.told.value is None else ""
        return f"{told}; {missing}" if missing else told
    if override:
        return held_words(override, _)
    if row.told.quality is Quality.STALE and row.measured_at:
        age = age_words((data.run.ended_at - row.measured_at).total_seconds(), _)
        at = clock(row.measured_at, zone, seconds=False)
        return _("{age} old, from {time}").format(age=age, time=at)
    if row.told.quality is Quality.UNCERTAIN and not row.told.reason:
        return _("estimated")
    return reason_of(row.told, _)


def kind_words(alarm: AlarmRow, _: Words) -> str:
    """Return what an alarm found: above or below its limit, or the rule's name."""
    known = {"high": _("above limit"), "low": _("below limit"), "offline": _("no answer")}
    return known.get(alarm.kind) or _(alarm.name)


def held_words(override: OverrideRow, _: Words) -> str:
    """Return how an output is held: "held ON over the line, 4067"."""
    told = (
        _("held {word} at the display") if override.at_display else _("held {word} by override")
    )
    number = "" if override.number is None else f", {override.number}"
    return told.format(word=_(override.word)) + number


def age_words(seconds: float, _: Words) -> str:
    """Return an age as printed: "14 min"."""
    minutes = int(seconds // _MINUTE_S)
    if minutes < 1:
        return f"{int(seconds)} s"
    if minutes < 2 * _HOUR_MIN:
        return f"{minutes} min"
    return f"{minutes // _HOUR_MIN} h"
