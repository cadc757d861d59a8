"""The facts of the first page: the device left, how it was read right."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.model.linknames import LINK_NAMES
from app.reports.commissioning_data import CommissioningData
from app.reports.form import NOTHING
from app.reports.words import Words, clock, offset, zone_letters

_ON = "ON"  # the profile's word
_WEEK = re.compile(r"week (\d+), (\d+)")  # as `app.model.identity` tells it
_TOGETHER = frozenset(
    {
        "application",
        "application_version",
        "serial",
        "code_number",
        "hardware",
        "software",
        "build",
        "produced",
    }
)  # what stands in rows of its own; the rest is appended as it came


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled fact; ``lead`` is its beginning in bold."""

    label: str
    text: str
    lead: str = ""
    strong: bool = False


def identification(data: CommissioningData, _: Words) -> list[Row]:
    """Return what the device is, by its own word and by the project's."""
    device = data.device
    name = Row(_("Device"), device.name, strong=True)
    if device.address:
        name = Row(_("Device"), f"{device.name} · {device.address}", lead=device.name)
    rows = [
        name,
        Row(_("Project"), data.project or NOTHING),
        Row(_("Area"), device.area or NOTHING),
    ]
    model = _("Controller") if data.settings else _("Model")
    rows.append(Row(model, _controller(data, _)))
    rows.append(Row(_("Serial number"), _serial(data, _)))
    key = data.fact("application")
    if key:
        rows.append(Row(_("Application key"), _application(data, _), lead=key))
    rows.append(Row(_("Versions"), _versions(data, _)))
    if data.fact("produced"):
        rows.append(Row(_("Produced"), _produced(data.fact("produced"), _)))
    others = (fact for fact in data.identity if fact.name not in _TOGETHER)
    rows += [Row(_(fact.name.replace("_", " ").capitalize()), fact.value) for fact in others]
    return rows


def _produced(told: str, _: Words) -> str:
    """Return when the device was made, in the report's language: "week 23, 2021"."""
    match = _WEEK.fullmatch(told)
    return _("week {week}, {year}").format(week=match[1], year=match[2]) if match else told


def told_of_run(data: CommissioningData, _: Words) -> list[Row]:
    """Return who read the device, when, over which link, and how it answered."""
    zone, run = ZoneInfo(data.zone), data.run
    day = _.weekday(run.started_at.astimezone(zone).weekday())
    start = _.moment(run.started_at, zone)
    letters = zone_letters(run.ended_at, zone)
    place = f"{data.zone} · {letters}, UTC{offset(run.ended_at, zone)}"
    if letters.startswith("UTC"):
        place = f"{data.zone} · {letters}"
    return [
        Row(_("Read"), f"{day} {start} – {clock(run.ended_at, zone)}"),
        Row(_("Run by"), run.by, strong=True),
        Row(_("Workstation"), run.workstation or NOTHING),
        Row(_("Link"), _link(data, _)),
        Row(_("Link quality"), _quality(data, _)),
        Row(_("Controller clock") if data.settings else _("Device clock"), _clock(data, _)),
        Row(_("Time zone"), place),
        Row(_("Language"), _("English · decimal point")),
        Row(_("Last report"), _last(data, _)),
    ]


def _controller(data: CommissioningData, _: Words) -> str:
    model = data.device.label.partition(",")[0] or _("not recognised")
    code = data.fact("code_number")
    return _("{model}, code no. {code}").format(model=model, code=code) if code else model


def _serial(data: CommissioningData, _: Words) -> str:
    read, entered = data.fact("serial"), data.device.entered_serial
    if read and entered and read != entered:
        return _("{read} · entered as {entered}").format(read=read, entered=entered)
    if read:
        return read
    return _("{entered} (as entered, not read)").format(entered=entered) if entered else NOTHING


def _application(data: CommissioningData, _: Words) -> str:
    parts = [data.fact("application")]
    if version := data.fact("application_version"):
        parts[0] += " " + _("version {version}").format(version=version)
    if data.circuits:
        parts.append(_.many("{n} circuit", "{n} circuits", len(data.circuits)))
    return " · ".join(parts)


def _versions(data: CommissioningData, _: Words) -> str:
    named = (("software", _("software")), ("hardware", _("hardware")), ("build", _("build")))
    told = [f"{word}\u00a0{data.fact(name)}" for name, word in named if data.fact(name)]
    return " · ".join(told) or NOTHING


def _link(data: CommissioningData, _: Words) -> str:
    device = data.device
    kind = LINK_NAMES.get(device.link_kind, device.link_kind)
    station = _("station {unit}").format(unit=device.unit)
    return ", ".join(part for part in (kind, device.host, station) if part)


def _quality(data: CommissioningData, _: Words) -> str:
    talk = data.conversation
    if not talk.requests:
        return NOTHING
    answered = talk.requests - talk.failures
    told = _("{answered} of {requests} requests answered").format(
        answered=answered, requests=talk.requests
    )
    if talk.latency_ms is None:
        return told
    return f"{told}, " + _("mean {latency} ms").format(latency=f"{talk.latency_ms:.0f}")


def _clock(data: CommissioningData, _: Words) -> str:
    clock_facts = data.clock
    if not clock_facts.kept:
        return _("none known")
    parts = [_drift(clock_facts.drift_s, _)]
    if clock_facts.summer_time:
        follows = clock_facts.summer_time == _ON
        parts.append(_("automatic summer time") if follows else _("no automatic summer time"))
    return " · ".join(parts)


def _drift(drift_s: float | None, _: Words) -> str:
    if drift_s is None:
        return _("not known")
    size = abs(round(drift_s))
    amount = f"{size} s" if size < 600 else f"{size // 60} min"  # noqa: PLR2004 – ten minutes
    if size == 0:
        return _("no drift")
    return (_("{amount} fast") if drift_s > 0 else _("{amount} slow")).format(amount=amount)


def _last(data: CommissioningData, _: Words) -> str:
    if data.last is None:
        return _("none")
    zone = ZoneInfo(data.zone)
    return f"{data.last.number}, {_.date(data.last.read_at, zone)}, {data.last.by}"
