"""The five figures of the first page; each equals what is marked in the tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.commissioning_data import CommissioningData, MeasuredRow, counts
from app.reports.readoutwords import name_words
from app.reports.reasons import reason_words
from app.reports.words import Words


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words; ``share`` is its part of the width."""

    figure: str
    words: str
    remark: str = ""
    of: str = ""
    share: float = 34.0


def figures(data: CommissioningData, _: Words) -> list[Figure]:
    """Return the figures in the order of the page."""
    found = counts(data)
    if not data.settings:
        return [_read_outs(data, _), _not_available(data, _), _alarms(data, _)]
    times = _("{read} of {times} schedule times").format(
        read=found.times_read, times=found.times
    )
    return [
        Figure(
            str(found.settings_read),
            _("settings read"),
            times if found.times else "",
            " " + _("of {n}").format(n=found.settings),
            33.0,
        ),
        Figure(
            str(found.not_default),
            _.many("differs from default", "differ from default", found.not_default),
            _.many("of {n} known default¹", "of {n} known defaults¹", found.defaults_known),
        ),
        _changed(data, _),
        _not_available(data, _),
        _alarms(data, _),
    ]


def _read_outs(data: CommissioningData, _: Words) -> Figure:
    read = sum(row.told.value is not None for row in data.measured)
    of = " " + _("of {n}").format(n=len(data.measured))
    return Figure(str(read), _.many("value read", "values read", read), of=of, share=33.0)


def _not_available(data: CommissioningData, _: Words) -> Figure:
    count = counts(data).not_available
    words = _.many("value not available", "values not available", count)
    return Figure(str(count), words, _missing(data, _), share=33.6)


def _changed(data: CommissioningData, _: Words) -> Figure:
    found = counts(data)
    if data.last is None:
        return Figure("–", _("no last report"), _("to compare with"), share=42.0)
    remark = _.many("and {n} schedule time", "and {n} schedule times", found.times_changed)
    return Figure(str(found.changed), _("changed since last report"), remark, share=42.0)


def _alarms(data: CommissioningData, _: Words) -> Figure:
    found = counts(data)
    words = _.many("alarm", "alarms", found.alarms)
    if found.alarms == 1:
        words = _("alarm, priority {n}").format(n=found.worst_priority)
    elif found.alarms:
        words = _("alarms, worst {n}").format(n=found.worst_priority)
    remark = _.many("and {n} manual override", "and {n} manual overrides", found.overrides)
    return Figure(str(found.alarms), words, remark, share=33.4)


def _missing(data: CommissioningData, _: Words) -> str:
    """Return where values are missing: the read-outs by their signs, settings by number."""
    outs = [row for row in data.measured if row.told.value is None]
    settings = [row for row in data.settings if row.told.value is None]
    times = [time for time in data.schedule if time.told.value is None]
    parts = []
    if settings:
        parts.append(_.many("{n} setting", "{n} settings", len(settings)))
    if times:
        parts.append(_.many("{n} schedule time", "{n} schedule times", len(times)))
    if outs and not parts:
        reasons = {row.told.reason for row in outs}
        why = reason_words(reasons.pop(), _) if len(reasons) == 1 else _("see the tables")
        told = _("{signs}: {reason}")
        return told.format(signs=_signs(outs, data.measured, _), reason=why)
    if outs:
        parts.append(_.many("{n} read-out", "{n} read-outs", len(outs)))
    return ", ".join(parts)


def _signs(missing: Sequence[MeasuredRow], all_rows: Sequence[MeasuredRow], _: Words) -> str:
    """Return which read-outs are missing: a sign, a span of neighbours, or how many."""
    signs = [row.tag or name_words(row, _) for row in missing]
    if len(signs) == 1:
        return signs[0]
    first = all_rows.index(missing[0])
    if list(all_rows[first : first + len(missing)]) == list(missing):
        return f"{signs[0]} – {signs[-1]}"
    return _.many("{n} read-out", "{n} read-outs", len(missing))
